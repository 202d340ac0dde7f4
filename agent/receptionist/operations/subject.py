"""What a check is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transfer_call.business import Business

    from ..settings import Settings
    from .finding import Area


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked.

    Attributes:
        settings: Of the worker.
        business: What its calls are answered with.
        shown: How a telephone number is shown: masked, unless it was asked for.
    """

    settings: Settings
    business: Business
    shown: Callable[[str], str]


Check = Callable[[Subject], Awaitable["Area"]]
"""One thing that `check --online` looks at; raises nothing: what cannot be asked is a finding."""
