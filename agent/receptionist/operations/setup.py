"""The steps of `receptionist setup`, carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from livekit import api

from .livekit import LiveKitError, said
from .protobuf import write_rule, write_trunk
from .setup_plan import NEW_TRUNK, Step

if TYPE_CHECKING:
    from livekit.api.sip_service import SipService

    from .livekit import LiveKit


T = TypeVar("T")


async def carry_out(livekit: LiveKit, steps: Sequence[Step]) -> None:
    """Make the changes, in order.

    Raises:
        LiveKitError: One could not be made; those before it have been.
    """
    new_trunk = ""
    for step in steps:
        async with said(f"{step.kind} {step.label} could not be {_DONE[step.action]}"):
            if step.kind == "trunk":
                new_trunk = await _trunk(livekit.client.sip, step) or new_trunk
            else:
                await _rule(livekit.client.sip, step, new_trunk)


_DONE = {"create": "made", "change": "changed", "delete": "deleted"}


async def _trunk(sip: SipService, step: Step) -> str:
    if step.action == "delete":
        await sip.delete_trunk(api.DeleteSIPTrunkRequest(sip_trunk_id=step.id))
        return ""
    if step.action == "create":
        info = api.SIPInboundTrunkInfo()
        write_trunk(info, step.values)
        made = await sip.create_inbound_trunk(api.CreateSIPInboundTrunkRequest(trunk=info))
        return str(made.sip_trunk_id)
    listed = await sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest(trunk_ids=[step.id]))
    info = _only(listed.items, step)
    if info.auth_username and not info.auth_password:
        # What is written replaces the trunk as a whole.
        raise LiveKitError(
            f"trunk {step.label} cannot be changed: LiveKit does not tell its password, which "
            "would be lost; change it by hand: lk sip inbound update"
        )
    write_trunk(info, step.values)
    await sip.update_inbound_trunk(step.id, info)
    return ""


async def _rule(sip: SipService, step: Step, new_trunk: str) -> None:
    values = dict(step.values)
    if "trunk_ids" in values:
        values["trunk_ids"] = [new_trunk if i == NEW_TRUNK else i for i in values["trunk_ids"]]
    if step.action == "delete":
        await sip.delete_dispatch_rule(
            api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=step.id)
        )
    elif step.action == "create":
        info = api.SIPDispatchRuleInfo()
        write_rule(info, values)
        await sip.create_dispatch_rule(api.CreateSIPDispatchRuleRequest(dispatch_rule=info))
    else:
        request = api.ListSIPDispatchRuleRequest(dispatch_rule_ids=[step.id])
        info = _only((await sip.list_dispatch_rule(request)).items, step)
        write_rule(info, values)
        await sip.update_dispatch_rule(step.id, info)


def _only(found: Sequence[T], step: Step) -> T:
    if len(found) != 1:
        raise LiveKitError(f"{step.kind} {step.label} is no longer there")
    return found[0]
