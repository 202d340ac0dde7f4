"""Who asks Twilio: an account's SID with its token, or with an API key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SHAPES = {
    "TWILIO_ACCOUNT_SID": re.compile(r"AC[0-9a-fA-F]{32}"),
    "TWILIO_API_KEY": re.compile(r"SK[0-9a-fA-F]{32}"),
}
_MEANINGS = {
    "TWILIO_ACCOUNT_SID": "the account's SID, AC and 32 hexadecimal digits",
    "TWILIO_API_KEY": "an API key's SID, SK and 32 hexadecimal digits",
    "TWILIO_API_SECRET": "the secret of TWILIO_API_KEY",
    "TWILIO_AUTH_TOKEN": "the account's auth token",
}
VARIABLES = tuple(_MEANINGS)


class CredentialsError(Exception):
    """There is no way to ask Twilio; one message for each variable, without any value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is sent with each request; its text form holds no secret.

    Attributes:
        account: ``AC…``.
        user: The account again, or the API key.
        secret: The token, or the key's secret.
    """

    account: str
    user: str
    secret: str = field(repr=False)

    @property
    def variables(self) -> str:
        """The variables they came from."""
        used = "TWILIO_AUTH_TOKEN"
        if self.user != self.account:
            used = "TWILIO_API_KEY and TWILIO_API_SECRET"
        return f"TWILIO_ACCOUNT_SID, {used}"


def read_credentials(environment: Mapping[str, str]) -> Credentials:
    """Take them from the environment; an API key is preferred to the token.

    Raises:
        CredentialsError: A variable is missing or cannot be what it is said to be.
    """
    values = {name: environment.get(name, "").strip() for name in VARIABLES}
    by_key = bool(values["TWILIO_API_KEY"] or values["TWILIO_API_SECRET"])
    secrets = ("TWILIO_API_KEY", "TWILIO_API_SECRET") if by_key else ("TWILIO_AUTH_TOKEN",)
    faults = []
    for name in ("TWILIO_ACCOUNT_SID", *secrets):
        if not values[name]:
            hint = (
                ""
                if by_key or name != "TWILIO_AUTH_TOKEN"
                else ("; or set TWILIO_API_KEY and TWILIO_API_SECRET")
            )
            faults.append(
                f"{name}: is not set; it is {_MEANINGS[name]}. Set it in the environment or in"
                f" .env{hint}"
            )
        elif name in _SHAPES and not _SHAPES[name].fullmatch(values[name]):
            faults.append(f"{name}: is not {_MEANINGS[name]}")
    if faults:
        raise CredentialsError(faults)
    account = values["TWILIO_ACCOUNT_SID"]
    if by_key:
        return Credentials(account, values["TWILIO_API_KEY"], values["TWILIO_API_SECRET"])
    return Credentials(account, account, values["TWILIO_AUTH_TOKEN"])
