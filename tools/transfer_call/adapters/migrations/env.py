"""Run by alembic inside the transaction that `transfer_call.adapters.sql_engine` has begun."""

from __future__ import annotations

from alembic import context

from transfer_call.adapters.record_schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
