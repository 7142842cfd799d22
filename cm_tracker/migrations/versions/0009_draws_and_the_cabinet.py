"""Prize draws and the cabinet: commitments and what was drawn, tiers, counts with their signatures, what deliveries cost."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, create_sealed, guard, holds, once, run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The second value is the key by which SQLite knows a row again.
APPEND_ONLY = {
    "commitment": "id = NEW.id OR (client_id = NEW.client_id AND number = NEW.number)",
    "draw_secret": "commitment_id = NEW.commitment_id",
    "draw": "id = NEW.id OR commitment_id = NEW.commitment_id OR transaction_id = NEW.transaction_id",
    "stock_count": "id = NEW.id",
    "count_signature": "id = NEW.id OR count_id = NEW.count_id OR transaction_id = NEW.transaction_id",
    "delivery": "id = NEW.id OR transaction_id = NEW.transaction_id",
}


def upgrade() -> None:
    create_sealed(
        "commitment",
        sa.Column("client_id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        refers={"client_id": "client", "enrollment_id": "enrollment"},
        more=(once("commitment", "client_id", "number"),),
    )
    op.create_table(
        "draw_secret",
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_draw_secret_commitment_id")),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_draw_secret")),
    )
    create_sealed(
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
            once("draw", "commitment_id"),
            once("draw", "transaction_id"),
        ),
    )
    create_sealed("stock_count", sa.Column("lines", sa.Text(), nullable=False), refers={})
    create_sealed(
        "count_signature",
        sa.Column("count_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=True),
        refers={"count_id": "stock_count", "transaction_id": "ledger_transaction"},
        more=(once("count_signature", "count_id"), once("count_signature", "transaction_id")),
    )
    create_sealed(
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
            once("delivery", "transaction_id"),
        ),
    )
    for table, column in (
        ("draw", "client_id"),
        ("draw", "site_id"),
        ("stock_count", "site_id"),
        ("delivery", "site_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    run("ALTER TABLE prize ADD COLUMN tier VARCHAR(24)")
    run("ALTER TABLE redemption ADD COLUMN tier VARCHAR(24)")
    for table, key in APPEND_ONLY.items():
        guard(table, key, has_id=table != "draw_secret")


def downgrade() -> None:
    """Back to points only: refused where something is sealed that could not be told without these tables."""
    for table, column in (
        ("commitment", "id"),
        ("stock_count", "id"),
        ("delivery", "id"),
        ("redemption", "tier"),
        ("prize", "tier"),
    ):
        if holds(f"{table} WHERE {column} IS NOT NULL"):
            raise RuntimeError(
                f"{table} holds what 0008 has no place for: going back would lose it. Restore a backup instead."
            )
    for table in ("delivery", "count_signature", "stock_count", "draw", "draw_secret", "commitment"):
        op.drop_table(table)
    run("ALTER TABLE redemption DROP COLUMN tier")
    run("ALTER TABLE prize DROP COLUMN tier")
