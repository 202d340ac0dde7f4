"""How the agents' words sound, to look for in what a caller heard."""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from livekit import rtc

from lab.audio import RATE, Samples
from tests.e2e.recognition import trimmed
from transfer_call.voice.local_voice import LocalVoice
from transfer_call.voice.sound import Pcm, conditioned


async def rendered(text: str, language: str = "en") -> Pcm:
    """A sentence in the machine's own voice, as it is played."""
    return conditioned(await LocalVoice().render(text, language))


@functools.cache
def sound_of(text: str, language: str = "en") -> Samples:
    """The same as the telephone brings it, without silence around it."""
    # In a thread, for an event loop may be running in this one.
    with ThreadPoolExecutor(1) as pool:
        return narrow(pool.submit(asyncio.run, rendered(text, language)).result())


def narrow(pcm: Pcm) -> Samples:
    """8000 samples per second, without silence around it."""
    resampler = rtc.AudioResampler(pcm.sample_rate, RATE)
    count = len(pcm.samples) // 2
    frames = resampler.push(rtc.AudioFrame(pcm.samples, pcm.sample_rate, 1, count))
    frames += resampler.flush()
    return trimmed(np.frombuffer(b"".join(bytes(part.data) for part in frames), np.int16))
