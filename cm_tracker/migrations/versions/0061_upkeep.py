"""What was done to keep the installation well."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upkeep",
        sa.Column("id", ID, nullable=False),
        sa.Column("task", sa.String(20), nullable=False),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("says", sa.String(300), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_upkeep_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep")),
    )
    op.create_index("ix_upkeep_task", "upkeep", ["task", "id"])
    grant("SELECT, INSERT", "upkeep")


def downgrade() -> None:
    """Back to a program that keeps no account of this. It is no fact of the clinic, so nothing of it is lost."""
    op.drop_index("ix_upkeep_task", "upkeep")
    op.drop_table("upkeep")
