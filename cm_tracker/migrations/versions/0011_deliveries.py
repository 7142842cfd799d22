"""What a delivery cost, beside the transaction that books it in."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLE = "cm_tracker_app"


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed("'delivery:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_delivery_quantity_is_positive")),
        sa.CheckConstraint("unit_cents >= 0", name=op.f("ck_delivery_cost_is_not_negative")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_delivery_site_id")),
        sa.ForeignKeyConstraint(["prize_id"], ["prize.id"], name=op.f("fk_delivery_prize_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_delivery_transaction_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_delivery_staff_id")),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f("fk_delivery_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_delivery_transaction_id")),
        sa.UniqueConstraint("record", name=op.f("uq_delivery_record")),
    )
    op.create_index(op.f("ix_delivery_site_id"), "delivery", ["site_id"])
    refused = "SELECT RAISE(ABORT, 'delivery: a row is written once and never changed')"
    if op.get_bind().dialect.name == "sqlite":
        _run(
            "CREATE TRIGGER delivery_is_written_once BEFORE INSERT ON delivery WHEN EXISTS (SELECT 1 FROM delivery "
            f"WHERE id = NEW.id OR transaction_id = NEW.transaction_id) BEGIN {refused}; END"
        )
        for what in ("UPDATE", "DELETE"):
            _run(f"CREATE TRIGGER delivery_refuses_{what.lower()} BEFORE {what} ON delivery BEGIN {refused}; END")
        return
    _run(
        "CREATE TRIGGER delivery_refuses_change BEFORE UPDATE OR DELETE ON delivery "
        "FOR EACH ROW EXECUTE FUNCTION cm_refuse()"
    )
    _run(
        "CREATE TRIGGER delivery_refuses_truncate BEFORE TRUNCATE ON delivery "
        "FOR EACH STATEMENT EXECUTE FUNCTION cm_refuse()"
    )
    if op.get_bind().exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        _run(f"GRANT SELECT, INSERT ON delivery TO {ROLE}")
        _run(f"GRANT USAGE ON SEQUENCE delivery_id_seq TO {ROLE}")


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Back to deliveries without a cost: refused where one is sealed."""
    if op.get_bind().exec_driver_sql("SELECT 1 FROM delivery LIMIT 1").first():
        raise RuntimeError("delivery holds sealed costs: going back would break their seals. Restore a backup instead.")
    op.drop_table("delivery")
