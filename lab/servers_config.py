"""The configuration of each server of the lab. JSON is YAML, which is what they read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"
_CAPTURED_FROM, _BRIDGE_SIP, _BRIDGE_RTP = 200, 10, 290


@dataclass(frozen=True)
class Layout:
    """Who listens where in a block of layout."""

    redis: int
    http: int
    rtc_tcp: int
    rtc_udp: int
    nobody: int
    unseen: range
    """For phones, what the capture leaves out."""
    captured: range
    """What the capture holds: the bridge's RTP and the phones."""
    sip: int
    rtp: range
    phones: range

    @classmethod
    def of(cls, block: range, sip: int | None) -> Layout:
        """The layout of a block; the bridge's SIP port is outside of it when given."""
        redis, http, rtc_tcp, rtc_udp, nobody = block[:5]
        captured = block[_CAPTURED_FROM:]
        rtp = captured[_BRIDGE_SIP : _BRIDGE_SIP + _BRIDGE_RTP]
        return cls(
            redis,
            http,
            rtc_tcp,
            rtc_udp,
            nobody,
            unseen=block[10:_CAPTURED_FROM],
            captured=captured,
            sip=sip or captured[0],
            rtp=rtp,
            phones=range(rtp.stop, block.stop),
        )


@dataclass(frozen=True)
class Keys:
    """What LiveKit's API asks for; the lab's own, worth nothing elsewhere."""

    key: str = "lab"
    secret: str = "the lab listens on loopback only"  # LiveKit wants 32 characters


def redis_arguments(layout: Layout, folder: Path) -> list[str]:
    """Command line of a Redis that keeps nothing."""
    options = {
        "port": layout.redis,
        "bind": LOOPBACK,
        "dir": folder,
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
    }
    return [text for name, value in options.items() for text in (f"--{name}", str(value))]


def livekit_config(layout: Layout, keys: Keys) -> str:
    """livekit-server on loopback alone, reachable by WebRTC clients of this machine."""
    config: dict[str, Any] = {
        "port": layout.http,
        "bind_addresses": [LOOPBACK],
        "rtc": {
            "tcp_port": layout.rtc_tcp,
            "udp_port": layout.rtc_udp,
            "use_external_ip": False,
            # Without a candidate on loopback no SIP participant gets into its room, and its
            # caller hears 486.
            "enable_loopback_candidate": True,
            "interfaces": {"includes": ["lo"]},
            # Clients would otherwise ask a public server for their address.
            "stun_servers": [f"{LOOPBACK}:{layout.nobody}"],
        },
        "redis": {"address": f"{LOOPBACK}:{layout.redis}"},
        "keys": {keys.key: keys.secret},
        "logging": {"level": "info", "json": True},
    }
    return json.dumps(config, indent=1)


def bridge_config(
    layout: Layout,
    keys: Keys,
    host: str,
    *,
    media_timeout: float | None,
    media_timeout_initial: float | None,
) -> str:
    """livekit-sip.

    Args:
        layout: Where everyone listens.
        keys: Of the API.
        host: The address phones reach it on.
        media_timeout: Seconds without RTP that end a call; None for its own default (15).
        media_timeout_initial: The same before the first packet; None for its default (30).
    """
    config: dict[str, Any] = {
        "api_key": keys.key,
        "api_secret": keys.secret,
        "ws_url": f"ws://{LOOPBACK}:{layout.http}",
        "redis": {"address": f"{LOOPBACK}:{layout.redis}"},
        "sip_port": layout.sip,
        "listen_ip": host,
        "nat_1_to_1_ip": host,
        "local_net": "127.0.0.0/8",
        "rtp_port": f"{layout.rtp.start}-{layout.rtp.stop - 1}",
        # A busy machine would refuse calls.
        "max_cpu_utilization": 1.0,
        "logging": {"level": "debug", "json": True},
    }
    if media_timeout is not None:
        config["media_timeout"] = f"{media_timeout:g}s"
    if media_timeout_initial is not None:
        config["media_timeout_initial"] = f"{media_timeout_initial:g}s"
    return json.dumps(config, indent=1)
