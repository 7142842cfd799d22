"""Prize draws: commitments, their secrets, what was drawn, and prizes of a tier."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLE = "cm_tracker_app"

# Written once, never changed, as in 0002. The second value is the key by which SQLite knows a row again.
APPEND_ONLY = {
    "commitment": "id = NEW.id OR (client_id = NEW.client_id AND number = NEW.number)",
    "draw_secret": "commitment_id = NEW.commitment_id",
    "draw": "id = NEW.id OR commitment_id = NEW.commitment_id OR transaction_id = NEW.transaction_id",
}


def _who(table: str) -> list[sa.schema.SchemaItem]:
    """The columns and keys of every sealed record."""
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
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f(f"fk_{table}_client_id")),
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
        "commitment",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        *_who("commitment"),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollment.id"], name=op.f("fk_commitment_enrollment_id")),
        sa.UniqueConstraint("client_id", "number", name=op.f("uq_commitment_client_id")),
    )
    op.create_table(
        "draw_secret",
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_draw_secret_commitment_id")),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_draw_secret")),
    )
    op.create_table(
        "draw",
        sa.Column("id", ID, nullable=False),
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("client_part", sa.String(length=40), nullable=False),
        sa.Column("slip", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=24), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("given_tier", sa.String(length=24), nullable=True),
        sa.Column("given_cents", sa.Integer(), nullable=False),
        sa.Column("cut_by", sa.String(length=20), nullable=True),
        sa.Column("transaction_id", ID, nullable=False),
        *_who("draw"),
        sa.CheckConstraint("slip >= 1", name=op.f("ck_draw_slip_is_counted_from_one")),
        sa.CheckConstraint("given_cents <= cents", name=op.f("ck_draw_nobody_is_given_more_than_was_drawn")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_draw_commitment_id")),
        sa.ForeignKeyConstraint(["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_draw_transaction_id")),
        sa.UniqueConstraint("commitment_id", name=op.f("uq_draw_commitment_id")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_draw_transaction_id")),
    )
    op.create_index(op.f("ix_draw_client_id"), "draw", ["client_id"])
    op.create_index(op.f("ix_draw_site_id"), "draw", ["site_id"])
    _run("ALTER TABLE prize ADD COLUMN tier VARCHAR(24)")
    _run("ALTER TABLE redemption ADD COLUMN tier VARCHAR(24)")
    for table, key in APPEND_ONLY.items():
        _guard(table, key)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql and op.get_bind().exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        _run(f"GRANT SELECT, INSERT ON commitment, draw_secret, draw TO {ROLE}")
        _run(f"GRANT USAGE ON SEQUENCE commitment_id_seq, draw_id_seq TO {ROLE}")


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
    """Back to points only: refused where something was drawn or handed out for a draw."""
    for table, column in (("commitment", "id"), ("redemption", "tier")):
        if op.get_bind().exec_driver_sql(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1").first():
            raise RuntimeError(
                f"{table} holds sealed draws: going back would break their seals. Restore a backup instead."
            )
    for table in ("draw", "draw_secret", "commitment"):
        op.drop_table(table)
    _run("ALTER TABLE redemption DROP COLUMN tier")
    _run("ALTER TABLE prize DROP COLUMN tier")
