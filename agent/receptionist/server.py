"""The worker's server: all is checked before it registers, and it says why it stops."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import math
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from livekit.agents import NOT_GIVEN, AgentServer, NotGivenOr

from . import entrypoint, logs, rehearsal, rendering, retention, startup
from .capacity import CallLimit
from .pipeline import turn_model
from .settings import Fault, Settings, livekit_faults

if TYPE_CHECKING:
    from livekit.agents import JobRequest

logger = logging.getLogger("receptionist")

EXIT_STOPPED = 1
"""The worker had to stop; the last line says why."""
EXIT_BAD_INPUT = 2
"""Settings or business file cannot be used; nothing was started."""

_FLAGS = {"url": "ws_url", "api_key": "api_key", "api_secret": "api_secret"}


class ReceptionistServer(AgentServer):
    """An `AgentServer` that refuses to start on bad input and never stops without a word."""

    def __init__(self, settings: Settings, faults: list[Fault]) -> None:
        """Prepare the server; nothing is checked or started before `run`.

        Args:
            settings: As read, with defaults where a variable cannot be used.
            faults: What is wrong with them.
        """
        self._settings = settings
        self._faults = faults
        self._serving = False
        self._livekit = {
            "url": settings.livekit_url,
            "api_key": settings.livekit_api_key,
            "api_secret": settings.livekit_api_secret.get_secret_value(),
        }
        # The framework's own detectors are not used without speech recognition, and their
        # weights are most of an idle worker's memory.
        os.environ.setdefault("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "0")
        # It wakes each process, idle ones too, 100 times a second: a fifth of what a call costs.
        os.environ.setdefault("LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS", "0")
        super().__init__(
            ws_url=settings.livekit_url,
            api_key=settings.livekit_api_key,
            api_secret=settings.livekit_api_secret.get_secret_value(),
            host=settings.receptionist_health_host,
            port=settings.receptionist_health_port,
            num_idle_processes=settings.receptionist_idle_processes,
            initialize_process_timeout=30.0,
            setup_fnc=partial(rehearsal.prepare, entrypoint.JobOptions.of(settings)),
            preload_modules=["receptionist.preload"],
            load_threshold=settings.receptionist_load_threshold or math.inf,
        )
        on_request = None
        if settings.max_calls is not None:
            limit = CallLimit(settings.max_calls)
            self.load_fnc = lambda server: limit.load(server.active_jobs)

            async def on_request(request: JobRequest) -> None:
                await limit.admit(request, self.active_jobs)

        self.rtc_session(
            entrypoint.answer,
            agent_name=settings.receptionist_agent_name,
            on_request=on_request,
            on_session_end=entrypoint.finish,
        )

    def update_options(self, **options: Any) -> None:
        """Take what the command line says instead of the environment."""
        for name, option in _FLAGS.items():
            self._livekit[name] = options.get(option) or self._livekit[name]
        super().update_options(**options)

    async def run(self, *, devmode: bool = False, unregistered: bool = False) -> None:
        """Check everything, render the fixed phrases, then register and serve calls.

        Leaves the process with `EXIT_BAD_INPUT` and one line per fault before anything is
        started, or with `EXIT_STOPPED` and one line when the worker cannot go on.
        """
        logs.install(log_pii=self._settings.receptionist_log_pii)
        found = await asyncio.to_thread(startup.check, self._settings)
        faults = [*map(str, self._faults), *found.faults]
        if not unregistered:
            faults += map(str, livekit_faults(**self._livekit))
        if not unregistered and not faults:
            refused = await startup.refused_key(**self._livekit)
            faults += [str(refused)] if refused else []
        if faults or found.business is None:
            await _leave(EXIT_BAD_INPUT, *faults)
        for warning in found.warnings:
            logger.error(warning)
        for words in startup.pipelines(found.business, self._settings):
            logger.info(words)
        await asyncio.to_thread(startup.open_record, self._settings)
        key = self._settings.openai_api_key.get_secret_value()
        await rendering.render(found.business, self._settings.cache_dir, key)
        if key:
            turn_model.register()
        self._serving = True
        try:
            async with retention.kept(self._settings):
                await super().run(devmode=devmode, unregistered=unregistered)
        except Exception as error:
            # Calls that are up do not need the worker's connection: they end as they would have.
            with contextlib.suppress(TimeoutError):
                await self.drain()
            await self.aclose()
            await _leave(EXIT_STOPPED, f"the worker stopped: {_reason(error)}")

    async def drain(self, timeout: NotGivenOr[int | None] = NOT_GIVEN) -> None:
        """Let the calls that are up end; before `run` has got to calls there are none."""
        if self._serving:
            await super().drain(timeout)

    async def aclose(self) -> None:
        """Stop; before `run` has got to calls there is nothing to stop."""
        if self._serving:
            await super().aclose()


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"{error.strerror}. Set RECEPTIONIST_HEALTH_PORT to a free port"
    return str(error) or type(error).__name__


async def _leave(code: int, *messages: str) -> NoReturn:
    """Say why on standard error, then leave the process with `code`."""
    for message in messages:
        print(f"receptionist: {message}", file=sys.stderr, flush=True)  # noqa: T201
    # From a callback SystemExit leaves the event loop; from this task it would also be logged,
    # as an exception that nobody retrieved.
    asyncio.get_running_loop().call_soon(sys.exit, code)
    await asyncio.Event().wait()
    raise AssertionError
