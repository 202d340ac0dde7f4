"""What `receptionist check --fix` does once somebody has agreed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from transfer_call.adapters.spool import Spool
from transfer_call.adapters.sql_engine import RecordError, cause
from transfer_call.adapters.sql_store import SqlStore

from .. import rendering
from .finding import Fix
from .livekit import LiveKitError, livekit
from .setup import carry_out
from .setup_plan import plan
from .wanted import wanted

if TYPE_CHECKING:
    from transfer_call.business import Business

    from ..settings import Settings

PATIENCE_SECONDS = 30.0
"""How long the record may be busy with calls before this gives up."""


async def mend(fixes: Sequence[Fix], settings: Settings, business: Business) -> list[str]:
    """Do what was agreed to.

    Returns:
        What could not be done, each in a line for the operator.
    """
    failed = []
    if Fix.RECORD in fixes:
        failed += await asyncio.to_thread(_record, settings)
    if Fix.RENDER in fixes:
        key = settings.openai_api_key.get_secret_value()
        await rendering.render(business, settings.cache_dir, key)
    if Fix.SETUP in fixes:
        failed += await _setup(settings, business)
    return failed


def _record(settings: Settings) -> list[str]:
    try:
        with SqlStore(settings.record_url, patience=PATIENCE_SECONDS) as store:
            store.open()
            _write_back(Spool(settings.spool), store)
    except RecordError as error:
        return [str(error)]
    except SQLAlchemyError as error:
        return [f"the record cannot be written: {cause(error)}"]
    except OSError as error:
        return [f"{settings.spool} cannot be read: {error.strerror}"]
    return []


def _write_back(spool: Spool, store: SqlStore) -> None:
    try:
        while entries := spool.take():
            spool.done(store.write_all(entries))
    finally:
        spool.release()


async def _setup(settings: Settings, business: Business) -> list[str]:
    try:
        async with livekit(settings) as server:
            steps = plan(
                await server.snapshot(), wanted(business, settings.receptionist_agent_name)
            )
            await carry_out(server, [step for step in steps if step.ours])
    except LiveKitError as error:
        return [str(error)]
    return []
