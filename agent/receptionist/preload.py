"""Side-effect module: what job processes share, imported once in the fork server.

An import here costs memory once instead of once a call, and never the time of a caller. Nothing
in it may start a thread, an event loop or a connection.
"""

from __future__ import annotations

import contextlib
import gc
import ssl

import phonenumbers
from livekit import api
from livekit.agents import inference  # noqa: F401  # AgentSession reaches for it

from . import entrypoint  # noqa: F401

# The first use of each of these loads or builds what every later one shares.
ssl.create_default_context()
phonenumbers.is_valid_number(phonenumbers.parse("+12125550100"))
api.TransferSIPParticipantRequest().SerializeToString()
with contextlib.suppress(ImportError):
    import opening_hours  # noqa: F401
gc.collect()
