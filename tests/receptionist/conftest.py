from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from receptionist import logs


@pytest.fixture(autouse=True)
def _unfiltered_logs() -> Iterator[None]:
    """Takes away what `logs.install` leaves on loggers that all tests share."""
    yield
    for target in logs._targets():
        target.removeFilter(logs._privacy)
    for handler in logging.getLogger().handlers:
        handler.removeFilter(logs._unexpected)
