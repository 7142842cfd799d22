"""Why an adjustment was declined, beside the reason that it was asked for."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import grant, holds, run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMN = "decision_note_digest"


def upgrade() -> None:
    op.add_column("adjustment_request", sa.Column(COLUMN, sa.LargeBinary(), nullable=True))
    grant(f"UPDATE ({COLUMN})", "adjustment_request", has_id=False)


def downgrade() -> None:
    """Back to decisions without a reason: refused where one was given."""
    if holds(f"adjustment_request WHERE {COLUMN} IS NOT NULL"):
        raise RuntimeError(
            "adjustment_request holds what 0012 has no place for: going back would lose it. Restore a backup instead."
        )
    run(f"ALTER TABLE adjustment_request DROP COLUMN {COLUMN}")
