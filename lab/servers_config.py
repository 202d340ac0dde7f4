"""The configuration of each server of the lab. JSON is YAML, which is what they read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"
_BRIDGE_RTP_PORTS = 300


@dataclass(frozen=True)
class Ports:
    """Who listens where. Up to `captured_from` nobody speaks SIP or RTP."""

    redis: int
    http: int
    rtc_tcp: int
    rtc_udp: int
    nobody: int
    sip: int
    rtp: range

    @property
    def captured_from(self) -> int:
        return self.nobody + 1

    @classmethod
    def layout(cls, first: int, sip: int | None) -> Ports:
        """The servers' ports at the start of a block; ``sip`` outside of it when given."""
        rtp = range(first + 20, first + 20 + _BRIDGE_RTP_PORTS)
        return cls(first, first + 1, first + 2, first + 3, first + 4, sip or first + 10, rtp)


@dataclass(frozen=True)
class Keys:
    """What LiveKit's API asks for; the lab's own, worth nothing elsewhere."""

    key: str = "lab"
    secret: str = "the lab listens on loopback only"  # LiveKit wants 32 characters


def redis_arguments(ports: Ports, folder: Path) -> list[str]:
    """Command line of a Redis that keeps nothing."""
    options = {
        "port": ports.redis,
        "bind": LOOPBACK,
        "dir": folder,
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
    }
    return [text for name, value in options.items() for text in (f"--{name}", str(value))]


def livekit_config(ports: Ports, keys: Keys) -> str:
    """livekit-server on loopback alone, reachable by WebRTC clients of this machine."""
    config: dict[str, Any] = {
        "port": ports.http,
        "bind_addresses": [LOOPBACK],
        "rtc": {
            "tcp_port": ports.rtc_tcp,
            "udp_port": ports.rtc_udp,
            "use_external_ip": False,
            # Without a candidate on loopback no SIP participant gets into its room, and its
            # caller hears 486.
            "enable_loopback_candidate": True,
            "interfaces": {"includes": ["lo"]},
            # Clients would otherwise ask a public server for their address.
            "stun_servers": [f"{LOOPBACK}:{ports.nobody}"],
        },
        "redis": {"address": f"{LOOPBACK}:{ports.redis}"},
        "keys": {keys.key: keys.secret},
        "logging": {"level": "info", "json": True},
    }
    return json.dumps(config, indent=1)


def bridge_config(
    ports: Ports,
    keys: Keys,
    host: str,
    *,
    media_timeout: float | None,
    media_timeout_initial: float | None,
) -> str:
    """livekit-sip.

    Args:
        ports: Where everyone listens.
        keys: Of the API.
        host: The address phones reach it on.
        media_timeout: Seconds without RTP that end a call; None for its own default (15).
        media_timeout_initial: The same before the first packet; None for its default (30).
    """
    config: dict[str, Any] = {
        "api_key": keys.key,
        "api_secret": keys.secret,
        "ws_url": f"ws://{LOOPBACK}:{ports.http}",
        "redis": {"address": f"{LOOPBACK}:{ports.redis}"},
        "sip_port": ports.sip,
        "listen_ip": host,
        "nat_1_to_1_ip": host,
        "local_net": "127.0.0.0/8",
        "rtp_port": f"{ports.rtp.start}-{ports.rtp.stop - 1}",
        # A busy machine would refuse calls.
        "max_cpu_utilization": 1.0,
        "logging": {"level": "debug", "json": True},
    }
    if media_timeout is not None:
        config["media_timeout"] = f"{media_timeout:g}s"
    if media_timeout_initial is not None:
        config["media_timeout_initial"] = f"{media_timeout_initial:g}s"
    return json.dumps(config, indent=1)
