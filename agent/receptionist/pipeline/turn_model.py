"""The end-of-turn model in a process of its own, which all calls of a worker share.

Beside its weights the model works in 20 MB of memory, which every call would have for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from livekit.agents.inference_runner import _InferenceRunner

if TYPE_CHECKING:
    from livekit.local_inference import EOT


class TurnModel(_InferenceRunner):
    """What the framework runs in its inference process."""

    INFERENCE_METHOD: ClassVar[str] = "receptionist_end_of_turn"

    def initialize(self) -> None:
        """Load the weights; blocks."""
        # Here, because the process that registers it has no use for them.
        from livekit.local_inference import EOT

        self._model: EOT = EOT()
        # What it works in is taken with its first answer.
        self.run(bytes(2))

    def run(self, data: bytes) -> bytes:
        """How likely it is that the caller has finished, 0 to 1, as text.

        Args:
            data: His last sound: 16 bits, mono, `turn_detector.RATE`.
        """
        return str(self._model.predict(np.frombuffer(data, dtype=np.int16))).encode()


def register() -> None:
    """Have the worker start that process; once, before it runs."""
    if TurnModel.INFERENCE_METHOD not in _InferenceRunner.registered_runners:
        _InferenceRunner.register_runner(TurnModel)
