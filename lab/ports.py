"""Ports that no other lab on this machine uses, without asking the kernel twice."""

from __future__ import annotations

import contextlib
import socket

SIZE = 1_000
_FIRST, _LAST = 11_000, 31_000
"""Below Linux' ephemeral ports (32768 on), so that no client socket takes one in between."""


class NoPortsError(Exception):
    """Every port or every block of them is taken."""


class PortBlock:
    """A thousand ports of one lab, from `first` on.

    The block is held by a socket with a name in the abstract Unix namespace: the kernel
    gives a name to one holder only, whoever he is, and takes it back when the last process
    that holds the socket dies, however it dies.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        """Take the first block that nobody holds and whose ports are all free on ``host``.

        Raises:
            NoPortsError: There is none.
        """
        for first in range(_FIRST, _LAST, SIZE):
            holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                holder.bind(f"\0livekit-transfer-call-lab-{first}")
            except OSError:
                holder.close()
                continue
            if all(is_free(host, port) for port in range(first, first + SIZE)):
                self.first = first
                self.holder = holder
                return
            holder.close()
        raise NoPortsError(
            f"No {SIZE} free ports in a row between {_FIRST} and {_LAST} on {host}:"
            " are other labs still running?"
        )

    def close(self) -> None:
        """Let go of this process' hold on the block."""
        self.holder.close()


class PortRange:
    """Hands out the ports of a range."""

    def __init__(self, ports: range) -> None:
        self.first, self.last = ports[0], ports[-1]
        self._next = self.first
        self._taken: set[int] = set()

    def take(self, count: int = 1) -> int:
        """The first of ``count`` ports in a row; even, as RTP likes it (RFC 3550 section 11).

        A port given back is used again as late as possible: someone may still send to it.

        Raises:
            NoPortsError: The range is used up.
        """
        size = self.last - self.first + 1
        for offset in range(0, size, 2):
            start = self.first + (self._next - self.first + offset) % size
            run = range(start, start + count)
            if run[-1] <= self.last and not self._taken.intersection(run):
                self._taken.update(run)
                self._next = start + count + count % 2
                return start
        raise NoPortsError(f"All ports from {self.first} to {self.last} are in use by this lab.")

    def give_back(self, first: int, count: int = 1) -> None:
        """Let others have these ports again."""
        self._taken.difference_update(range(first, first + count))


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens on this port, by TCP or UDP."""
    with contextlib.ExitStack() as stack:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
            if kind is socket.SOCK_STREAM:
                # As servers do: a connection in TIME_WAIT does not make the port taken.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True
