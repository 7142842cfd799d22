"""A schedule can be called by another name than that under which its first version was approved."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import grant, holds, run

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for every schedule that is there: an empty column changes no digest of a schedule on the audit trail.
    op.add_column("schedule", sa.Column("renamed_to", sa.String(120), nullable=True))
    op.add_column("schedule", sa.Column("renamed_at", UtcDateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_schedule_renamed_to"), "schedule", ["renamed_to"], unique=True)
    grant("UPDATE (renamed_to, renamed_at)", "schedule", has_id=False)


def downgrade() -> None:
    """Back to schedules that keep their first name: refused where one was renamed."""
    if holds("schedule WHERE renamed_to IS NOT NULL"):
        raise RuntimeError(
            "schedule holds what 0053 has no place for (renamed_to): going back would lose it. Restore a backup instead."
        )
    op.drop_index(op.f("ix_schedule_renamed_to"), "schedule")
    for column in ("renamed_at", "renamed_to"):
        run(f"ALTER TABLE schedule DROP COLUMN {column}")
