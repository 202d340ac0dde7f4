"""Whether the business's numbers are at Twilio, lead to a trunk, and can be transferred there."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from ..twilio.credentials import VARIABLES, Credentials, CredentialsError, read_credentials
from ..twilio.errors import TwilioError
from ..twilio.findings import kinds_in_use, number_finding, trunk_findings
from .finding import Area, Finding, Level, count
from .wanted import wanted

if TYPE_CHECKING:
    from ..twilio.account import TwilioAccount
    from .subject import Subject

_NAME = "Twilio"
_NOT_KNOWN = "Not known: whether he can be put through was not looked at."


async def check_twilio(subject: Subject) -> Area:
    """What is wrong at Twilio, where there is an account."""
    if not any(os.environ.get(name) for name in VARIABLES):
        return Area(_NAME, skipped="TWILIO_ACCOUNT_SID is not set")
    try:
        account = open_account(read_credentials(os.environ))
    except CredentialsError as error:
        return Area(_NAME, findings=tuple(_not_asked("twilio_key", one) for one in error.faults))
    except ModuleNotFoundError as error:
        if error.name not in ("twilio", "requests"):
            raise
        return Area(_NAME, skipped="pip install 'livekit-transfer-call[twilio]'")
    try:
        with account:
            return await asyncio.to_thread(_look, account, subject)
    except TwilioError as error:
        return Area(_NAME, findings=(_not_asked("twilio_not_asked", str(error)),))


def open_account(credentials: Credentials) -> TwilioAccount:
    """The account; Twilio's library is imported only where it is needed."""
    from ..twilio.account import TwilioAccount

    return TwilioAccount(credentials)


def _look(account: TwilioAccount, subject: Subject) -> Area:
    numbers = wanted(subject.business, subject.settings.receptionist_agent_name).numbers
    found = [one for number in numbers if (one := account.number(number)) is not None]
    kinds = kinds_in_use(
        target
        for line in subject.business.lines
        for destination in line.directory.destinations
        for target in destination.targets
    )
    wrong = [number_finding(one) for one in found if not one.trunk_sid]
    for sid in dict.fromkeys(one.trunk_sid for one in found if one.trunk_sid):
        wrong += trunk_findings(account.trunk(sid), kinds)
    findings = [
        Finding(
            one.code,
            Level.FAULT if one.fault else Level.WARNING,
            subject.shown(one.what),
            one.caller,
            one.mend,
        )
        for one in wrong
    ]
    return Area(_NAME, f"{count(len(found), 'number')} there", tuple(findings))


def _not_asked(code: str, what: str) -> Finding:
    return Finding(code, Level.WARNING, what, _NOT_KNOWN, "correct it, and run the check again")
