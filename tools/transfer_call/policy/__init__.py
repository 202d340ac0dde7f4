"""What may be dialled, and what is sent along: addresses and facts in, a verdict out."""

from .blocked import Blocked, Reason, rate_blocked
from .dialling import (
    DiallingPolicy,
    PolicyError,
    PolicyFault,
    check,
    check_store_down,
    is_international,
)
from .headers import render_headers, validate_header, validate_headers, validate_literal
from .returns import keeps_returning, returned_from

__all__ = [
    "Blocked",
    "DiallingPolicy",
    "PolicyError",
    "PolicyFault",
    "Reason",
    "check",
    "check_store_down",
    "is_international",
    "keeps_returning",
    "rate_blocked",
    "render_headers",
    "returned_from",
    "validate_header",
    "validate_headers",
    "validate_literal",
]
