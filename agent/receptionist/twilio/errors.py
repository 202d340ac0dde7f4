"""What goes wrong with Twilio; needs no library, so that every command can name it."""

from __future__ import annotations


class TwilioError(Exception):
    """Twilio could not be asked, or said no; the text is for the operator, without numbers.

    Attributes:
        status: HTTP status, 0 when there was no answer.
        code: Twilio's own error code, or 0.
    """

    def __init__(self, message: str, *, status: int = 0, code: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
