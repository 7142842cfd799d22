"""Which sites offer a schedule to who is enrolled: a list of decisions that only grows. Without one, a site offers it."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_offer",
        sa.Column("id", ID, nullable=False),
        sa.Column("schedule_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_schedule_offer_schedule_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_schedule_offer_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_schedule_offer_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_offer")),
    )
    op.create_index(op.f("ix_schedule_offer_schedule_id"), "schedule_offer", ["schedule_id"])
    grant("SELECT, INSERT", "schedule_offer")


def downgrade() -> None:
    """Back to schedules that every site offers. Which did not is on the audit trail."""
    op.drop_index(op.f("ix_schedule_offer_schedule_id"), "schedule_offer")
    op.drop_table("schedule_offer")
