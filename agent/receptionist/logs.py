"""What leaves the process in its logs: personal data only when the operator asks for it.

The framework's formatters print every ``extra`` of a record, and its own records name rooms and
participants, whose names LiveKit makes from the caller's number.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterable

logger = logging.getLogger("receptionist")

LOGGERS = ("receptionist", "transfer_call")
"""The loggers of this project; each module uses one of them."""

_PII_KEY = re.compile(r"(?:^|[._])pii(?:[._]|$)")
_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?\d{3,11}(\d{4})(?![0-9A-Za-z])")


def mask_numbers(text: str) -> str:
    """Hide all but the last four digits of what looks like a telephone number."""
    return _NUMBER.sub(r"…\1", text)


class PrivacyFilter(logging.Filter):
    """Removes personal data from records: keys with a ``pii`` part, and telephone numbers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; none is dropped."""
        for key, value in list(record.__dict__.items()):
            if _PII_KEY.search(key):
                delattr(record, key)
            elif key not in _KEPT and isinstance(value, str):
                setattr(record, key, mask_numbers(value))
        # A record that cannot be formatted is reported by its handler.
        with contextlib.suppress(Exception):
            record.msg, record.args = mask_numbers(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text, record.exc_info = mask_numbers(record.exc_text), None
        return True


def _unexpected(record: logging.LogRecord) -> bool:
    """Whether a record says more than what the end of each call looks like to the SDK."""
    return record.name != "livekit" or _ROOM_DELETED not in str(record.msg)


_ROOM_DELETED = "closed unexpectedly"
"""Said by the SDK of each data channel of a room that is deleted, which is how calls end here."""
_privacy = PrivacyFilter()
_KEPT = frozenset(vars(logging.makeLogRecord({}))) | {"message"}
"""Attributes that every record has; the message and the traceback are masked by name."""


def install(*, log_pii: bool) -> None:
    """Filter what this process writes, and what its job processes send it to write."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        if _unexpected not in handler.filters:
            handler.addFilter(_unexpected)
    if log_pii:
        return
    for target in _targets():
        if _privacy not in target.filters:
            target.addFilter(_privacy)


def _targets() -> Iterable[logging.Filterer]:
    # Handlers see the framework's records and those of job processes; the project's loggers
    # are filtered as well because a handler may be added to the root later.
    yield from logging.getLogger().handlers
    yield from (logging.getLogger(name) for name in LOGGERS)
