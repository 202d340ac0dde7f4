"""This machine's address on its network."""

from __future__ import annotations

import fcntl
import socket
import struct
from ipaddress import IPv4Interface

_SIOCGIFADDR, _SIOCGIFNETMASK = 0x8915, 0x891B  # netdevice(7)


def lan_interface() -> IPv4Interface | None:
    """This machine's address on the network it would reach others by, with its mask."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; chooses a route (RFC 5737 address)
        except OSError:
            return None
        address = probe.getsockname()[0]
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                own, mask = (
                    socket.inet_ntoa(fcntl.ioctl(probe, what, request)[20:24])
                    for what in (_SIOCGIFADDR, _SIOCGIFNETMASK)
                )
            except OSError:
                continue
            if own == address:
                return IPv4Interface(f"{own}/{mask}")
    return None
