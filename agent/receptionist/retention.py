"""How long the record keeps calls, where the operator has said so."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from transfer_call.adapters.sql_engine import RecordError, cause
from transfer_call.adapters.sql_store import SqlStore

if TYPE_CHECKING:
    from .settings import Settings

logger = logging.getLogger("receptionist")

EVERY_SECONDS = 6 * 3600.0
"""Between two deletions; several workers of one record do no harm to each other."""


@contextlib.asynccontextmanager
async def kept(settings: Settings) -> AsyncIterator[None]:
    """Delete calls older than `RECEPTIONIST_KEEP_DAYS`, now and then as long as it lasts."""
    days = settings.receptionist_keep_days
    if days is None:
        yield
        return
    deleting = asyncio.create_task(_delete(settings.record_url, timedelta(days=days)))
    try:
        yield
    finally:
        deleting.cancel()


async def _delete(url: str, age: timedelta) -> None:
    while True:
        deleted = await asyncio.to_thread(delete_older, url, datetime.now(UTC) - age)
        if deleted:
            logger.info("calls older than %d days are deleted: %d", age.days, deleted)
        await asyncio.sleep(EVERY_SECONDS)


def delete_older(url: str, before: datetime) -> int:
    """Delete calls that began before `before`; blocks. Returns how many, and logs a failure."""
    try:
        with SqlStore(url) as store:
            return store.purge(before)
    except RecordError as error:
        logger.error("old calls cannot be deleted: %s", error)
    except SQLAlchemyError as error:
        logger.error("old calls cannot be deleted: %s", cause(error))
    return 0
