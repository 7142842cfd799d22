"""Counts of the cabinet, and the signatures of the second person."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLE = "cm_tracker_app"

# Written once, never changed, as in 0002. The second value is the key by which SQLite knows a row again.
APPEND_ONLY = {
    "stock_count": "id = NEW.id",
    "count_signature": "id = NEW.id OR count_id = NEW.count_id OR transaction_id = NEW.transaction_id",
}


def _who(table: str) -> list[sa.schema.SchemaItem]:
    """The columns and keys of a sealed record of a site."""
    return [
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed(f"'{table}:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f(f"fk_{table}_site_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f(f"fk_{table}_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("record", name=op.f(f"uq_{table}_record")),
    ]


def upgrade() -> None:
    op.create_table(
        "stock_count",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        *_who("stock_count"),
    )
    op.create_index(op.f("ix_stock_count_site_id"), "stock_count", ["site_id"])
    op.create_table(
        "count_signature",
        sa.Column("id", ID, nullable=False),
        sa.Column("count_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=True),
        *_who("count_signature"),
        sa.ForeignKeyConstraint(["count_id"], ["stock_count.id"], name=op.f("fk_count_signature_count_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_count_signature_transaction_id")
        ),
        sa.UniqueConstraint("count_id", name=op.f("uq_count_signature_count_id")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_count_signature_transaction_id")),
    )
    for table, key in APPEND_ONLY.items():
        _guard(table, key)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql and op.get_bind().exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        _run(f"GRANT SELECT, INSERT ON stock_count, count_signature TO {ROLE}")
        _run(f"GRANT USAGE ON SEQUENCE stock_count_id_seq, count_signature_id_seq TO {ROLE}")


def _guard(table: str, key: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION cm_refuse()"
        )
        _run(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse()"
        )
        return
    refused = f"SELECT RAISE(ABORT, '{table}: a row is written once and never changed')"
    _run(
        f"CREATE TRIGGER {table}_is_written_once BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) BEGIN {refused}; END"
    )
    for what in ("UPDATE", "DELETE"):
        _run(f"CREATE TRIGGER {table}_refuses_{what.lower()} BEFORE {what} ON {table} BEGIN {refused}; END")


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Back to no counts: refused where something was counted."""
    if op.get_bind().exec_driver_sql("SELECT 1 FROM stock_count LIMIT 1").first():
        raise RuntimeError(
            "stock_count holds sealed counts: going back would break their seals. Restore a backup instead."
        )
    op.drop_table("count_signature")
    op.drop_table("stock_count")
