"""What keeps a call from going wrong whatever a model does: silence, promises, danger, length."""

from __future__ import annotations

from .supervisor import Supervisor, supervise

__all__ = ["Supervisor", "supervise"]
