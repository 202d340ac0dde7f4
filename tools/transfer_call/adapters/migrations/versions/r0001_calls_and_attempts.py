"""Calls, attempts, overrides, state and rotation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("room", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("called", sa.Text, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("end_reason", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("calls_by_time", "calls", ["started_at"])
    op.create_table(
        "attempts",
        sa.Column("attempt_id", sa.String(64), primary_key=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("international", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("announcement", sa.Text, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("outcome", sa.Text, nullable=False, server_default="unknown"),
        sa.Column("sip_status", sa.Integer),
        sa.Column("reported_by", sa.Text, nullable=False, server_default=""),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.Column("responsible", sa.Text, nullable=False, server_default=""),
        sa.Column("transfer_id", sa.Text, nullable=False, server_default=""),
        sa.Column("later", sa.Text, nullable=False, server_default=""),
        sa.Column("amended_at", moment),
    )
    op.create_index("attempts_by_call", "attempts", ["call_id"])
    op.create_index("attempts_by_caller", "attempts", ["caller", "started_at"])
    op.create_index("attempts_by_destination", "attempts", ["line", "destination", "started_at"])
    op.create_index("attempts_abroad", "attempts", ["line", "international", "started_at"])
    op.create_index("attempts_by_time", "attempts", ["started_at"])
    op.create_table(
        "overrides",
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("destination", sa.Text, primary_key=True),
        sa.Column("until", moment, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("expires_at", moment),
    )
    op.create_table(
        "rotation",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("turn", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop every table."""
    for name in ("rotation", "state", "overrides", "attempts", "calls"):
        op.drop_table(name)
