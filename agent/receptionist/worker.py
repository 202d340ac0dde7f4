"""The worker's wiring, for ``python -m livekit.agents start agent/receptionist/worker.py``.

Job processes never import this module: they are given functions of `receptionist.entrypoint`.
"""

from __future__ import annotations

from receptionist.server import ReceptionistServer
from receptionist.settings import read_settings

server = ReceptionistServer(*read_settings())
