"""LiveKit's messages and the forms that decisions are made on, into each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.duration_pb2 import Duration
from livekit import api

from .snapshot import OutboundTrunk, Rule, RuleKind, Trunk

if TYPE_CHECKING:
    from collections.abc import Mapping


def trunk_of(info: api.SIPInboundTrunkInfo) -> Trunk:
    """Read an inbound trunk."""
    return Trunk(
        id=info.sip_trunk_id,
        name=info.name,
        metadata=info.metadata,
        numbers=tuple(info.numbers),
        allowed_addresses=tuple(info.allowed_addresses),
        allowed_numbers=tuple(info.allowed_numbers),
        username=info.auth_username,
        ringing_timeout=_seconds(info, "ringing_timeout"),
        media_timeout=_seconds(info.media, "media_timeout"),
        headers_to_attributes=dict(info.headers_to_attributes),
    )


def outbound_of(info: api.SIPOutboundTrunkInfo) -> OutboundTrunk:
    """Read an outbound trunk."""
    return OutboundTrunk(info.sip_trunk_id, info.name, info.address, tuple(info.numbers))


def rule_of(info: api.SIPDispatchRuleInfo) -> Rule:
    """Read a dispatch rule."""
    kinds: dict[str, RuleKind] = {
        "dispatch_rule_direct": "direct",
        "dispatch_rule_individual": "individual",
        "dispatch_rule_callee": "callee",
    }
    kind = kinds.get(info.rule.WhichOneof("rule") or "", "unknown")
    individual, callee = info.rule.dispatch_rule_individual, info.rule.dispatch_rule_callee
    pins = (info.rule.dispatch_rule_direct.pin, individual.pin, callee.pin)
    return Rule(
        id=info.sip_dispatch_rule_id,
        name=info.name,
        metadata=info.metadata,
        kind=kind,
        separate=(kind == "individual" and not individual.no_randomness)
        or (kind == "callee" and callee.randomize),
        room_prefix=individual.room_prefix or callee.room_prefix,
        pin=any(pins),
        trunk_ids=tuple(info.trunk_ids),
        numbers=tuple(info.numbers),
        inbound_numbers=tuple(info.inbound_numbers),
        agents=tuple(agent.agent_name for agent in info.room_config.agents),
        media_timeout=_seconds(info.media, "media_timeout"),
    )


def write_trunk(info: api.SIPInboundTrunkInfo, values: Mapping[str, Any]) -> None:
    """Write `values`, by the names of `Trunk`'s fields, into a message; the rest stays."""
    for name, value in values.items():
        match name:
            case "name" | "metadata":
                setattr(info, name, value)
            case "numbers" | "allowed_addresses":
                del getattr(info, name)[:]
                getattr(info, name).extend(value)
            case "ringing_timeout":
                info.ringing_timeout.CopyFrom(Duration(seconds=value))
            case "media_timeout":
                info.media.media_timeout.CopyFrom(Duration(seconds=value))
            case "headers_to_attributes":
                info.headers_to_attributes.update(value)
            case _:
                raise KeyError(name)


def write_rule(info: api.SIPDispatchRuleInfo, values: Mapping[str, Any]) -> None:
    """Write `values`, by the names of `Rule`'s fields, into a message; the rest stays."""
    for name, value in values.items():
        match name:
            case "name" | "metadata":
                setattr(info, name, value)
            case "trunk_ids" | "numbers":
                del getattr(info, name)[:]
                getattr(info, name).extend(value)
            case "rooms":
                info.rule.dispatch_rule_individual.CopyFrom(
                    api.SIPDispatchRuleIndividual(room_prefix=value)
                )
            case "agents":
                kept = {agent.agent_name: agent for agent in info.room_config.agents}
                agents = [kept.get(one) or api.RoomAgentDispatch(agent_name=one) for one in value]
                del info.room_config.agents[:]
                info.room_config.agents.extend(agents)
            case "media_timeout":
                info.media.media_timeout.CopyFrom(Duration(seconds=value))
            case _:
                raise KeyError(name)


def _seconds(message: Any, field: str) -> float | None:
    duration = getattr(message, field)
    seconds = duration.ToTimedelta().total_seconds()
    return seconds if message.HasField(field) and seconds > 0 else None
