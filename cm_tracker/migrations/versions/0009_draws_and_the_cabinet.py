"""Prize draws and the cabinet: commitments and what was drawn, tiers, counts with their signatures, what deliveries cost."""

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
    "stock_count": "id = NEW.id",
    "count_signature": "id = NEW.id OR count_id = NEW.count_id OR transaction_id = NEW.transaction_id",
    "delivery": "id = NEW.id OR transaction_id = NEW.transaction_id",
}


def _sealed(
    table: str, *columns: sa.Column[object], refers: dict[str, str], more: tuple[sa.Constraint, ...] = ()
) -> None:
    """A table of sealed records: its own columns, who and when, and the record in the log."""
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        *columns,
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column(
            "record",
            sa.String(length=60),
            sa.Computed(f"'{table}:' || CAST(id AS TEXT)", persisted=True),
            nullable=False,
        ),
        *more,
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in {**refers, "site_id": "site", "staff_id": "staff"}.items()
        ),
        sa.ForeignKeyConstraint(
            ["record"], ["log.record"], name=op.f(f"fk_{table}_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("record", name=op.f(f"uq_{table}_record")),
    )


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{columns[0]}"))


def upgrade() -> None:
    _sealed(
        "commitment",
        sa.Column("client_id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        refers={"client_id": "client", "enrollment_id": "enrollment"},
        more=(_once("commitment", "client_id", "number"),),
    )
    op.create_table(
        "draw_secret",
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_draw_secret_commitment_id")),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_draw_secret")),
    )
    _sealed(
        "draw",
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
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
        refers={"commitment_id": "commitment", "client_id": "client", "transaction_id": "ledger_transaction"},
        more=(
            sa.CheckConstraint("slip >= 1", name=op.f("ck_draw_slip_is_counted_from_one")),
            sa.CheckConstraint("given_cents <= cents", name=op.f("ck_draw_nobody_is_given_more_than_was_drawn")),
            _once("draw", "commitment_id"),
            _once("draw", "transaction_id"),
        ),
    )
    _sealed("stock_count", sa.Column("lines", sa.Text(), nullable=False), refers={})
    _sealed(
        "count_signature",
        sa.Column("count_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=True),
        refers={"count_id": "stock_count", "transaction_id": "ledger_transaction"},
        more=(_once("count_signature", "count_id"), _once("count_signature", "transaction_id")),
    )
    _sealed(
        "delivery",
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=False),
        refers={"prize_id": "prize", "transaction_id": "ledger_transaction"},
        more=(
            sa.CheckConstraint("quantity >= 1", name=op.f("ck_delivery_quantity_is_positive")),
            sa.CheckConstraint("unit_cents >= 0", name=op.f("ck_delivery_cost_is_not_negative")),
            _once("delivery", "transaction_id"),
        ),
    )
    for table, column in (
        ("draw", "client_id"),
        ("draw", "site_id"),
        ("stock_count", "site_id"),
        ("delivery", "site_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _run("ALTER TABLE prize ADD COLUMN tier VARCHAR(24)")
    _run("ALTER TABLE redemption ADD COLUMN tier VARCHAR(24)")
    for table, key in APPEND_ONLY.items():
        _guard(table, key)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql and op.get_bind().exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
        _run(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {ROLE}")
        sequences = ", ".join(f"{table}_id_seq" for table in APPEND_ONLY if table != "draw_secret")
        _run(f"GRANT USAGE ON SEQUENCE {sequences} TO {ROLE}")


def _guard(table: str, key: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, what, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT")):
            _run(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {what} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION cm_refuse()"
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
    """Back to points only: refused where something is sealed that could not be told without these tables."""
    for table, column in (
        ("commitment", "id"),
        ("stock_count", "id"),
        ("delivery", "id"),
        ("redemption", "tier"),
        ("prize", "tier"),
    ):
        if op.get_bind().exec_driver_sql(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1").first():
            raise RuntimeError(
                f"{table} holds what 0008 has no place for: going back would lose it. Restore a backup instead."
            )
    for table in ("delivery", "count_signature", "stock_count", "draw", "draw_secret", "commitment"):
        op.drop_table(table)
    _run("ALTER TABLE redemption DROP COLUMN tier")
    _run("ALTER TABLE prize DROP COLUMN tier")
