"""Rounds of counts: every count of a round stays, and a second person checks before the ledger's numbers are shown."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, create_sealed, grant, guard, holds, once, run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WIDE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
COLUMNS = (("stock_count", "round_id"), ("stock_count", "retail"), ("count_signature", "lead_id"))


def upgrade() -> None:
    wide = WIDE[op.get_bind().dialect.name]
    op.create_table(
        "count_round",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("began_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("began_by_id", ID, nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.CheckConstraint("ended IN ('signed', 'stopped', 'again')", name=op.f("ck_count_round_ended_is_known")),
        sa.CheckConstraint("(ended IS NULL) = (ended_at IS NULL)", name=op.f("ck_count_round_end_is_whole")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_count_round_site_id")),
        sa.ForeignKeyConstraint(["began_by_id"], ["staff.id"], name=op.f("fk_count_round_began_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_round")),
    )
    open_ = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_count_round_open", "count_round", ["site_id"], unique=True, sqlite_where=open_, postgresql_where=open_
    )
    grant("SELECT, INSERT, UPDATE (ended_at, ended)", "count_round")
    create_sealed(
        "count_check",
        sa.Column("count_id", ID, nullable=False),
        sa.Column("own_count_id", ID, nullable=True),
        refers={"count_id": "stock_count", "own_count_id": "stock_count"},
        more=(once("count_check", "count_id"),),
    )
    guard("count_check", "id = NEW.id OR count_id = NEW.count_id")
    for table, column in (
        ("stock_count", f"round_id {wide} CONSTRAINT fk_stock_count_round_id REFERENCES count_round (id)"),
        ("stock_count", "retail TEXT"),
        ("count_signature", f"lead_id {wide} CONSTRAINT fk_count_signature_lead_id REFERENCES staff (id)"),
    ):
        run(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.create_index(op.f("ix_stock_count_round_id"), "stock_count", ["round_id"])


def downgrade() -> None:
    """Back to counts that stand alone: refused where one belongs to a round."""
    for what in ("count_check", "count_round", *(f"{table} WHERE {name} IS NOT NULL" for table, name in COLUMNS)):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0018 has no place for: going back would lose it. Restore a backup instead."
            )
    op.drop_index(op.f("ix_stock_count_round_id"), "stock_count")
    for table, name in COLUMNS:
        run(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("count_check")
    op.drop_table("count_round")
