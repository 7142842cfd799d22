"""Authorized purchases that will not arrive. They are written once."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purchase_end",
        sa.Column("id", ID, nullable=False),
        sa.Column("purchase_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchase.id"], name=op.f("fk_purchase_end_purchase_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_purchase_end_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_end")),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_purchase_end_purchase_id")),
    )
    guard("purchase_end", "id = NEW.id OR purchase_id = NEW.purchase_id")


def downgrade() -> None:
    """Back to purchases that wait for ever: refused where one has ended."""
    if holds("purchase_end"):
        raise RuntimeError(
            "purchase_end holds what 0061 has no place for: going back would lose it. Restore a backup instead."
        )
    op.drop_table("purchase_end")
