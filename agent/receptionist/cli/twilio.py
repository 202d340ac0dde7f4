"""``receptionist twilio``: trunks that bring calls to LiveKit and let them leave it again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ..settings import read_settings
from ..twilio.credentials import Credentials, CredentialsError, read_credentials
from ..twilio.errors import TwilioError
from ..twilio.facts import CallerId, TransferMode
from ..twilio.plan import NAME_LENGTH, PlanError, Wish, choose_trunk, plan
from ..twilio.sip_url import SipHostError, Transport, origination_url
from . import twilio_shown as shown
from .asking import EXIT_LEFT, JsonOption, NumbersOption, YesOption, agreed
from .selection import EXIT_FAILED, refuse

if TYPE_CHECKING:
    from ..twilio.account import TwilioAccount
    from ..twilio.facts import Trunk
    from ..twilio.plan import Plan

EXTRA = "livekit-transfer-call[twilio]"

ModeOption = Annotated[
    TransferMode,
    typer.Option(
        "--mode", help="Where callers may be put through to: enable-all also to telephone numbers."
    ),
]
CallerIdOption = Annotated[
    CallerId | None,
    typer.Option(
        "--caller-id",
        help="Whose number the new callee sees: the caller's (from-transferee), or the trunk's"
        " (from-transferor). Left as it is unless given; from-transferee for a new trunk.",
    ),
]

twilio = typer.Typer(
    no_args_is_help=True,
    help="Set up Elastic SIP trunks at Twilio. Credentials come from TWILIO_ACCOUNT_SID with"
    " TWILIO_API_KEY and TWILIO_API_SECRET, or with TWILIO_AUTH_TOKEN.",
    epilog="Exit codes: 0 done, or nothing was to be done; 1 Twilio could not be reached or"
    " refused; 2 bad input, nothing was done; 3 nobody agreed, nothing was done.",
)


def open_account(credentials: Credentials) -> TwilioAccount:
    """The account at Twilio; its library is imported only when it is needed."""
    try:
        from ..twilio.account import TwilioAccount
    except ModuleNotFoundError as error:
        if error.name not in ("twilio", "requests"):
            raise
        refuse(f"Twilio's library is not installed: pip install '{EXTRA}'")
    return TwilioAccount(credentials)


@twilio.command("trunks")
def trunks(
    as_json: JsonOption = False,
    numbers: NumbersOption = False,
) -> None:
    """List the trunks: their transfers, where calls go, their numbers.

    Exit codes: 0 listed, also when there are none; 1 Twilio could not be
    reached or refused; 2 bad input.
    """
    with _account() as account:
        found = [account.in_full(trunk) for trunk in account.trunks()]
    if as_json:
        typer.echo(json.dumps([shown.to_json(one, numbers=numbers) for one in found], indent=2))
        return
    for place, trunk in enumerate(found):
        if place:
            typer.echo()
        for line in shown.trunk_lines(trunk, numbers=numbers):
            typer.echo(line)
    if not found:
        typer.echo("No trunks. `receptionist twilio connect` makes one.")


@twilio.command("enable-transfers")
def enable_transfers(
    trunk: Annotated[
        str | None, typer.Option(help="The trunk's SID. The only one there is unless given.")
    ] = None,
    caller_id: CallerIdOption = None,
    mode: ModeOption = "enable-all",
) -> None:
    """Let a trunk put callers through (SIP REFER), or stop it with --mode disable-all.

    Exit codes: 0 it is so; 1 Twilio could not be reached or refused; 2 bad
    input, nothing was done.
    """
    sid = None if trunk is None else _trunk_sid(trunk)
    with _account() as account:
        before = account.trunk(sid) if sid else _only(account.trunks())
        wanted = replace(before, transfer_mode=mode, caller_id=caller_id or before.caller_id)
        after = before
        if wanted != before:
            after = account.set_transfers(before.sid, mode, caller_id)
    typer.echo(shown.masked(before.label, numbers=False))
    for line in shown.transfer_lines(before, after):
        typer.echo(line)
    if (after.transfer_mode, after.caller_id) != (wanted.transfer_mode, wanted.caller_id):
        refuse("Twilio took the change, and answers that the trunk is not so.", code=EXIT_FAILED)


@twilio.command("connect")
def connect(
    number: Annotated[
        str, typer.Option(help="The number that callers dial, such as +15105550100.")
    ],
    livekit_sip: Annotated[
        str,
        typer.Option(
            metavar="HOST",
            help="LiveKit's SIP host: the SIP URI of the project settings, or your own server's"
            " name.",
        ),
    ],
    trunk: Annotated[
        str | None,
        typer.Option(
            help="The trunk's SID. The number's own, or the one called --name, unless given."
        ),
    ] = None,
    name: Annotated[
        str, typer.Option(help="How a new trunk is called, and found again.")
    ] = "livekit-receptionist",
    transport: Annotated[Transport, typer.Option(help="How Twilio sends the signalling.")] = "udp",
    mode: ModeOption = "enable-all",
    caller_id: CallerIdOption = None,
    recovery_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Asked for TwiML while LiveKit cannot be reached."),
    ] = None,
    yes: YesOption = False,
    numbers: NumbersOption = False,
) -> None:
    """Lead a number's calls to LiveKit, by a trunk that can put them through again.

    What will be changed is shown and asked first; what is so already is left
    alone, so it can be run again at any time. No number is taken from another
    trunk.

    Exit codes: 0 it is so; 1 Twilio could not be reached or refused; 2 bad
    input, nothing was done; 3 nobody agreed, nothing was done.
    """
    wish = _wish(number, livekit_sip, trunk, name, transport, recovery_url)
    wish = replace(wish, mode=mode, caller_id=caller_id)
    with _account() as account:
        found = account.number(wish.number)
        if found is None:
            refuse("--number: this account at Twilio has no such number; `--number` is written +…")
        try:
            chosen = choose_trunk(wish, found, account.trunks())
            made = plan(wish, found, None if chosen is None else account.in_full(chosen))
        except PlanError as error:
            refuse(shown.masked(str(error), numbers=numbers))
        for line in shown.plan_lines(wish, made, numbers=numbers):
            typer.echo(line)
        if not made.changes:
            return
        if not yes and not agreed("\nMake these changes?"):
            refuse("Nothing was changed. With --yes nobody is asked.", code=EXIT_LEFT)
        sid = _carry_out(account, made)
        after = account.trunk(sid)
    typer.echo()
    for line in shown.trunk_lines(after, numbers=numbers):
        typer.echo(line)


def _carry_out(account: TwilioAccount, made: Plan) -> str:
    """Make the changes one after the other, saying each; the trunk's SID."""
    sid = made.trunk.sid if made.trunk else ""
    for change in made.changes:
        sid = account.make(change, sid)
        typer.echo(f"done: {', '.join(dict.fromkeys(row.subject for row in change.rows))}")
    return sid


@contextmanager
def _account() -> Iterator[TwilioAccount]:
    # Reads `.env` into the environment; the worker's own settings are not looked at.
    read_settings()
    try:
        credentials = read_credentials(os.environ)
    except CredentialsError as error:
        refuse(*error.faults)
    try:
        with open_account(credentials) as account:
            yield account
    except TwilioError as error:
        refuse(error, code=EXIT_FAILED)


def _only(found: list[Trunk]) -> Trunk:
    if len(found) == 1:
        return found[0]
    if not found:
        refuse("the account has no trunk; `receptionist twilio connect` makes one")
    labels = (shown.masked(one.label, numbers=False) for one in found)
    refuse("there are several trunks; name one with --trunk:", *labels)


def _wish(
    number: str,
    livekit_sip: str,
    trunk: str | None,
    name: str,
    transport: Transport,
    recovery_url: str | None,
) -> Wish:
    digits = re.sub(r"[\s().-]", "", number)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        refuse("--number: must begin with + and the country's code, such as +15105550100")
    try:
        sip_url = origination_url(livekit_sip, transport)
    except SipHostError as error:
        refuse(f"--livekit-sip: {error}")
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        refuse(f"--name: must be 1 to {NAME_LENGTH} characters of plain text")
    if recovery_url is not None:
        parts = urlsplit(recovery_url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
            refuse("--recovery-url: must be an https:// address without a password")
    return Wish(
        number=digits,
        sip_url=sip_url,
        trunk_sid=_trunk_sid(trunk) if trunk is not None else "",
        trunk_name=name,
        recovery_url=recovery_url or "",
    )


def _trunk_sid(text: str) -> str:
    if not re.fullmatch(r"TK[0-9a-fA-F]{32}", text):
        refuse(
            "--trunk: must be a trunk's SID, TK and 32 hexadecimal digits; see"
            " `receptionist twilio trunks`"
        )
    return text
