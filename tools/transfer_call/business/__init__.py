"""The operator's file: read, checked to the letter, and built into lines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .faults import BusinessFileError, Fault
from .files import Files
from .json_schema import schema
from .line import Business, CallLimits, Line, Notices
from .lines import load_files
from .reload import Current, LiveBusiness

__all__ = [
    "Business",
    "BusinessFileError",
    "CallLimits",
    "Current",
    "Fault",
    "Line",
    "LiveBusiness",
    "Notices",
    "load",
    "schema",
]


def load(path: str | Path, env: Mapping[str, str] = os.environ) -> Business:
    """Read the operator's file and every file it names.

    Args:
        path: One business, or `lines` with a file each.
        env: Where ``${NAME}`` comes from.

    Raises:
        BusinessFileError: With every fault there is, each with file, line, field and way out.
    """
    return load_files(Path(path), env, Files())
