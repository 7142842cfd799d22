"""Reports that leads save, which the audit trail watches, and the codes with which services are billed."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, guard, holds, run

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

DAYS = "days IN ('quarter', 'month', 'weeks', 'year', 'fixed')"
CHANGED = "name, grouped_by, days, first_day, last_day, column_names, retired_at"
"""What the program may change of a saved report: each change needs its line on the trail."""


def upgrade() -> None:
    op.create_table(
        "saved_report",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("report", sa.String(40), nullable=False),
        sa.Column("grouped_by", sa.String(20), nullable=False),
        sa.Column("days", sa.String(20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("column_names", sa.String(400), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("retired_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(DAYS, name=op.f("ck_saved_report_days_are_known")),
        sa.CheckConstraint(
            "(days = 'fixed') = (first_day IS NOT NULL)", name=op.f("ck_saved_report_first_day_is_fixed")
        ),
        sa.CheckConstraint("(days = 'fixed') = (last_day IS NOT NULL)", name=op.f("ck_saved_report_last_day_is_fixed")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_saved_report_days_are_in_order")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_report_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_report")),
    )
    op.create_table(
        "saved_report_site",
        sa.Column("saved_report_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_report_id"], ["saved_report.id"], name=op.f("fk_saved_report_site_saved_report_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_saved_report_site_site_id")),
        sa.PrimaryKeyConstraint("saved_report_id", "site_id", name=op.f("pk_saved_report_site")),
    )
    op.create_table(
        "service_codes",
        sa.Column("id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("procedure_code", sa.String(20), nullable=False),
        sa.Column("negative_code", sa.String(20), nullable=False),
        sa.Column("positive_code", sa.String(20), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_codes_service_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_service_codes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_codes")),
    )
    op.create_index(op.f("ix_service_codes_service_id"), "service_codes", ["service_id"])
    guard("service_codes", "id = NEW.id")
    grant(f"SELECT, INSERT, UPDATE ({CHANGED})", "saved_report")
    grant("SELECT, INSERT, DELETE", "saved_report_site", has_id=False)
    if op.get_bind().dialect.name == "postgresql":
        run(
            "CREATE CONSTRAINT TRIGGER saved_report_is_on_the_trail AFTER UPDATE ON saved_report "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cm_change_is_on_the_trail()"
        )


def downgrade() -> None:
    """Back to a program that has no place for what leads have saved: refused where there is something."""
    for table in ("saved_report", "service_codes"):
        if holds(table):
            raise RuntimeError(f"{table} holds what 0056 has no place for. Restore a backup instead.")
    for table in ("service_codes", "saved_report_site", "saved_report"):
        op.drop_table(table)
