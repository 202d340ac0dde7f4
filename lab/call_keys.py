"""What someone at a terminal wants of his telephone, from the keys he presses. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_ON_THE_PHONE = "0123456789*#"
_HANG_UP = ("h", "H", "\x04", "")
"""h, Ctrl-D, and the end of input that is no terminal."""
_RUBOUT = ("\x7f", "\b")


@dataclass(frozen=True)
class Press:
    """Press a key of the telephone."""

    key: str


@dataclass(frozen=True)
class Say:
    """Say a sentence into the telephone."""

    text: str


@dataclass(frozen=True)
class HangUp:
    """End the call."""


class Typing:
    """Tells keys of the telephone from sentences: after s all is text, until Enter.

    Attributes:
        echo: What the terminal is to show for the last key.
    """

    def __init__(self) -> None:
        self.echo = ""
        self._text: str | None = None

    def feed(self, key: str) -> Press | Say | HangUp | None:
        """Take a key.

        Args:
            key: One character; ``""`` when there will be no more.
        """
        self.echo = ""
        if self._text is not None and key not in ("", "\x04"):
            return self._write(key)
        if key in _HANG_UP:
            return HangUp()
        if key and key in _ON_THE_PHONE:
            return Press(key)
        if key in ("s", "S"):
            self._text, self.echo = "", "  say: "
        return None

    def _write(self, key: str) -> Say | None:
        assert self._text is not None
        if key in ("\n", "\r"):
            text, self._text, self.echo = self._text.strip(), None, "\n"
            return Say(text) if text else None
        if key in _RUBOUT:
            if self._text:
                self._text, self.echo = self._text[:-1], "\b \b"
        elif key.isprintable():
            self._text, self.echo = self._text + key, key
        return None
