"""Side-effect module: what job processes share, loaded once in the fork server.

What is loaded here costs memory once instead of once a call, and never the time of a caller.
Nothing of it may leave a thread, an event loop or a connection behind.
"""

from __future__ import annotations

import contextlib

from livekit import api
from livekit.agents import inference  # noqa: F401  # AgentSession reaches for it

from transfer_call.adapters.livekit_api import tls_context

from . import entrypoint, rehearsal
from .pipeline.session import preload
from .settings import read_settings

tls_context()
api.TransferSIPParticipantRequest().SerializeToString()
# Whatever fails is tried again, and said, by the job process; here it would end the fork server.
with contextlib.suppress(Exception):
    _options = entrypoint.JobOptions.of(read_settings()[0])
    rehearsal.rehearse(entrypoint.load(_options))
    preload(entrypoint.pipelines(_options))
