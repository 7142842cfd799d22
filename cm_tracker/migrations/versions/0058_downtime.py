"""What was typed from a paper sheet while the program was down, who signed it, and when a prize was given by hand."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, guard, holds, run

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("redemption", sa.Column("given_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "downtime_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("happened_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("initials", sa.String(20), nullable=False),
        sa.Column("redemption_id", ID, nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(20), nullable=False),
        sa.Column("signed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", ID, nullable=True),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL)", name=op.f("ck_downtime_line_signature_is_whole")
        ),
        sa.CheckConstraint("signed_by_id <> staff_id", name=op.f("ck_downtime_line_second_person_signs")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollment.id"], name=op.f("fk_downtime_line_enrollment_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_downtime_line_site_id")),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_downtime_line_redemption_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_downtime_line_staff_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["staff.id"], name=op.f("fk_downtime_line_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downtime_line")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_downtime_line_redemption_id")),
    )
    op.create_index(op.f("ix_downtime_line_enrollment_id"), "downtime_line", ["enrollment_id"])
    op.create_index("ix_downtime_line_day", "downtime_line", ["site_id", "on_day"])
    op.create_table(
        "downtime_visit",
        sa.Column("visit_id", ID, autoincrement=False, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_downtime_visit_visit_id")),
        sa.ForeignKeyConstraint(["line_id"], ["downtime_line.id"], name=op.f("fk_downtime_visit_line_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_downtime_visit")),
    )
    op.create_index(op.f("ix_downtime_visit_line_id"), "downtime_visit", ["line_id"])
    grant("SELECT, INSERT, UPDATE (signed_at, signed_by_id)", "downtime_line")
    guard("downtime_visit", "visit_id = NEW.visit_id", has_id=False)


def downgrade() -> None:
    """Back to a program without downtime sheets: refused where something of one would be lost."""
    if holds("downtime_line"):
        raise RuntimeError(
            "downtime_line holds what was typed from paper: going back would lose it. Restore a backup instead."
        )
    op.drop_index(op.f("ix_downtime_visit_line_id"), "downtime_visit")
    op.drop_table("downtime_visit")
    op.drop_index("ix_downtime_line_day", "downtime_line")
    op.drop_index(op.f("ix_downtime_line_enrollment_id"), "downtime_line")
    op.drop_table("downtime_line")
    run("ALTER TABLE redemption DROP COLUMN given_at")
