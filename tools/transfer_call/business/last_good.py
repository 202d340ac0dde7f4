"""A copy of the last files that could be used, for a restart in the middle of a broken edit."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .files import Reading, UnreadableFileError

logger = logging.getLogger("transfer_call")

_FORMAT = 1


class LastGood:
    """Keeps the content of one operator's file and of all files it names.

    Several processes may share it: whoever writes replaces the whole copy at once.
    """

    def __init__(self, state_dir: Path, path: Path) -> None:
        """Use a file of `state_dir` for the operator's file at `path`.

        Args:
            state_dir: Made if it is missing; the copy is readable by its owner only.
            path: The operator's file.
        """
        name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
        self._copy = state_dir / f"last-good-{name}.json"

    def save(self, contents: Mapping[Path, bytes]) -> None:
        """Keep `contents`; what cannot be written is logged, and the older copy stays."""
        files = {str(path.absolute()): content.decode() for path, content in contents.items()}
        text = json.dumps({"format": _FORMAT, "files": files})
        try:
            if self._read() == text:
                return
            self._copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # mkstemp makes the file readable by its owner only.
            handle, temporary = tempfile.mkstemp(dir=self._copy.parent, prefix=self._copy.name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self._copy)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError as error:
            logger.warning(
                "the business file cannot be kept for a restart",
                extra={"reason": error.strerror, "file": str(self._copy)},
            )

    def reading(self) -> Reading | None:
        """Reads the kept files instead of the disk; ``None`` when none are kept."""
        try:
            kept = json.loads(self._read() or "null")
            if not isinstance(kept, dict) or kept.get("format") != _FORMAT:
                return None
            files: dict[str, bytes] = {name: text.encode() for name, text in kept["files"].items()}
        except (ValueError, KeyError, AttributeError, RecursionError, OSError):
            return None

        def read(path: Path) -> bytes:
            try:
                return files[str(path.absolute())]
            except KeyError:
                raise UnreadableFileError("was not kept") from None

        return read

    def _read(self) -> str | None:
        try:
            return self._copy.read_text("utf-8")
        except FileNotFoundError:
            return None
