"""A Twilio account: its trunks and numbers, read and changed by Twilio's own library."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twilio.base import values
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from .errors import TwilioError
from .facts import CallerId, Number, OriginationUrl, TransferMode, Trunk, by_priority
from .plan import (
    AddOrigination,
    AttachNumber,
    Change,
    CreateTrunk,
    UpdateOrigination,
    UpdateTrunk,
)
from .transport import TIMEOUT, Transport

if TYPE_CHECKING:
    from .credentials import Credentials

_PAGE = 100


class TwilioAccount:
    """Every method may raise `TwilioError`; none changes anything unless it says so.

    Used with ``with``, which closes its connections.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = "",
        timeout: float = TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is sent yet; for the arguments see `Transport`."""
        self._transport = Transport(
            variables=credentials.variables, base_url=base_url, timeout=timeout, sleep=sleep
        )
        self._client = Client(
            credentials.user, credentials.secret, credentials.account, http_client=self._transport
        )
        self._trunking = self._client.trunking.v1

    def __enter__(self) -> TwilioAccount:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def trunks(self) -> list[Trunk]:
        """All trunks, without their origination URLs and numbers."""
        return [_trunk(one) for one in _read(lambda: self._trunking.trunks.list(page_size=_PAGE))]

    def trunk(self, sid: str) -> Trunk:
        """One trunk in full."""
        return self.in_full(_trunk(_read(self._trunking.trunks(sid).fetch)))

    def in_full(self, trunk: Trunk) -> Trunk:
        """A trunk with its origination URLs and numbers."""
        context = self._trunking.trunks(trunk.sid)
        urls = _read(lambda: context.origination_urls.list(page_size=_PAGE))
        numbers = _read(lambda: context.phone_numbers.list(page_size=_PAGE))
        return replace(
            trunk,
            origination=by_priority(_url(one) for one in urls),
            numbers=tuple(sorted(str(one.phone_number) for one in numbers)),
        )

    def number(self, e164: str) -> Number | None:
        """A number of the account, ``None`` when it has no such number."""
        listed = self._client.incoming_phone_numbers
        found = _read(lambda: listed.list(phone_number=e164, page_size=_PAGE))
        # Twilio looks for a part of the number.
        return next((_number(one) for one in found if one.phone_number == e164), None)

    def set_transfers(self, sid: str, mode: TransferMode, caller_id: CallerId | None) -> Trunk:
        """Change what a trunk does with REFER; the trunk as Twilio then says it is."""
        changed = _read(
            lambda: self._trunking.trunks(sid).update(
                transfer_mode=mode, transfer_caller_id=caller_id or values.unset
            )
        )
        return _trunk(changed)

    def make(self, change: Change, trunk_sid: str) -> str:
        """Make one change of a plan.

        Args:
            change: From `plan.plan`.
            trunk_sid: The trunk it is about, ``""`` while there is none.

        Returns:
            The trunk's SID.
        """
        match change:
            case CreateTrunk(settings=settings):
                return str(_read(lambda: self._trunking.trunks.create(**settings)).sid)
            case UpdateTrunk(settings=settings):
                _read(lambda: self._trunking.trunks(trunk_sid).update(**settings))
            case AddOrigination(settings=settings):
                urls = self._trunking.trunks(trunk_sid).origination_urls
                _read(lambda: urls.create(**settings))
            case UpdateOrigination(sid=sid, settings=settings):
                url = self._trunking.trunks(trunk_sid).origination_urls(sid)
                _read(lambda: url.update(**settings))
            case AttachNumber(number_sid=number_sid):
                numbers = self._trunking.trunks(trunk_sid).phone_numbers
                _read(lambda: numbers.create(phone_number_sid=number_sid))
        return trunk_sid


def _read(ask: Callable[[], Any]) -> Any:
    """What Twilio answered; a page that is not Twilio's becomes a `TwilioError`."""
    try:
        return ask()
    except (TwilioException, ValueError, KeyError, TypeError, AttributeError):
        raise TwilioError(
            "the answer is not Twilio's: something between here and Twilio interferes"
        ) from None


def _trunk(one: Any) -> Trunk:
    return Trunk(
        sid=str(one.sid),
        name=one.friendly_name or "",
        domain=(one.domain_name or "").lower(),
        transfer_mode=one.transfer_mode or "",
        caller_id=one.transfer_caller_id or "",
        recovery_url=one.disaster_recovery_url or "",
    )


def _url(one: Any) -> OriginationUrl:
    return OriginationUrl(
        sid=str(one.sid),
        sip_url=one.sip_url or "",
        enabled=bool(one.enabled),
        priority=int(one.priority),
        weight=int(one.weight),
    )


def _number(one: Any) -> Number:
    answered_by = "an application" if one.voice_application_sid else ""
    if not answered_by and one.voice_url:
        answered_by = "a webhook"
    return Number(str(one.sid), str(one.phone_number), one.trunk_sid or "", answered_by)
