"""Panels of a site with their strips and lots, and how a specimen was collected.

A visit seals which panel and lot was used, who collected the specimen, whether that was observed, and who
else read it. The rows that are there hold none of it, and their bodies stay as they are.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds, run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WIDE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
REFERS = {"panel_id": "panel", "kit_lot_id": "kit_lot", "collected_by_id": "staff", "second_reader_id": "staff"}


def upgrade() -> None:
    op.create_table(
        "panel",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_panel_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.create_index("ix_panel_site_id", "panel", ["site_id"])
    op.create_table(
        "panel_strip",
        sa.Column("panel_id", ID, nullable=False),
        sa.Column("analyte", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cutoff", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.CheckConstraint("cutoff >= 1", name=op.f("ck_panel_strip_cutoff_is_positive")),
        sa.CheckConstraint("unit IN ('ng/mL', 'mg/dL')", name=op.f("ck_panel_strip_unit_is_known")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_strip_panel_id")),
        sa.PrimaryKeyConstraint("panel_id", "analyte", name=op.f("pk_panel_strip")),
    )
    op.create_table(
        "kit_lot",
        sa.Column("id", ID, nullable=False),
        sa.Column("panel_id", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint("used_from <= expires_on", name=op.f("ck_kit_lot_days_are_in_order")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_kit_lot_panel_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kit_lot_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_lot")),
    )
    op.create_index(op.f("ix_kit_lot_panel_id"), "kit_lot", ["panel_id"])
    grant("SELECT, INSERT, UPDATE (retired_at)", "panel")
    grant("SELECT, INSERT", "panel_strip", has_id=False)
    grant("SELECT, INSERT", "kit_lot")
    # Both databases know this form; a table that others refer to is not made anew for a column.
    wide = WIDE[op.get_bind().dialect.name]
    for column, to in REFERS.items():
        run(f"ALTER TABLE visit ADD COLUMN {column} {wide} CONSTRAINT fk_visit_{column} REFERENCES {to} (id)")
    run(
        "ALTER TABLE visit ADD COLUMN observed VARCHAR(3) "
        "CONSTRAINT ck_visit_observed_is_known CHECK (observed IN ('yes', 'no'))"
    )


def downgrade() -> None:
    """Back to visits that do not say how a specimen was collected: refused where there is a panel, or one says it."""
    for what in ("panel", *(f"visit WHERE {column} IS NOT NULL" for column in (*REFERS, "observed"))):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0021 has no place for: going back would lose it. Restore a backup instead."
            )
    for column in ("observed", *REFERS):
        run(f"ALTER TABLE visit DROP COLUMN {column}")
    for table in ("kit_lot", "panel_strip", "panel"):
        op.drop_table(table)
