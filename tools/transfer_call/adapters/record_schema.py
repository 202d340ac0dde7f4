"""The record's tables, as the migrations leave them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

HEAD = "r0001"
"""The newest migration. A job process compares it with the database's instead of loading
alembic."""


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as UTC also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite compares the text, which must then have one zone only."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """To an aware time in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData()

calls = Table(
    "calls",
    metadata,
    Column("call_id", String(64), primary_key=True),
    Column("line", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("called", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("end_reason", Text, nullable=False, server_default=""),
    Index("calls_by_time", "started_at"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("attempt_id", String(64), primary_key=True),
    Column("call_id", String(64), nullable=False),
    Column("line", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("international", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("announcement", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Text, nullable=False, server_default="unknown"),
    Column("sip_status", Integer),
    Column("reported_by", Text, nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("responsible", Text, nullable=False, server_default=""),
    Column("transfer_id", Text, nullable=False, server_default=""),
    Column("later", Text, nullable=False, server_default=""),
    Column("amended_at", Moment),
    Index("attempts_by_call", "call_id"),
    Index("attempts_by_caller", "caller", "started_at"),
    Index("attempts_by_destination", "line", "destination", "started_at"),
    Index("attempts_abroad", "line", "international", "started_at"),
    Index("attempts_by_time", "started_at"),
)
"""`later` holds the facts added after the outcome, comma-separated."""

overrides = Table(
    "overrides",
    metadata,
    Column("line", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("destination", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
)

state = Table(
    "state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Moment),
)

rotation = Table(
    "rotation",
    metadata,
    Column("key", Text, primary_key=True),
    Column("turn", Integer, nullable=False),
)
