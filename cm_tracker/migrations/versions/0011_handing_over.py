"""Offers that a client confirms, prizes that are set aside and handed over later, and cards with numbers of their own."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, create_sealed, grant, guard, holds, once, run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WIDE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
FALSE = {"sqlite": "0", "postgresql": "FALSE"}
COLUMNS = ("confirmed", "way", "card_id", "note_digest")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    create_sealed(
        "gift_card",
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        refers={"prize_id": "prize"},
    )
    create_sealed(
        "handover",
        sa.Column("redemption_id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("confirmed", sa.String(length=10), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=False),
        refers={"redemption_id": "redemption", "client_id": "client", "transaction_id": "ledger_transaction"},
        more=(once("handover", "redemption_id"), once("handover", "transaction_id")),
    )
    op.create_index(op.f("ix_gift_card_prize_id"), "gift_card", ["prize_id"])
    guard("gift_card", "id = NEW.id")
    guard("handover", "id = NEW.id OR redemption_id = NEW.redemption_id OR transaction_id = NEW.transaction_id")
    op.create_table(
        "offer",
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("prize_name", sa.String(length=120), nullable=False),
        sa.Column("price_points", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=24), nullable=True),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("offered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_via", sa.String(length=20), nullable=True),
        sa.Column("redemption_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_offer_{column}"))
            for column, to in (
                ("client_id", "client"),
                ("prize_id", "prize"),
                ("staff_id", "staff"),
                ("redemption_id", "redemption"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        once("offer", "redemption_id"),
    )
    op.create_index(op.f("ix_offer_client_id"), "offer", ["client_id"])
    grant("SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_via, redemption_id)", "offer")
    # Both databases know this form; a table that others refer to is not made anew for it.
    for table, column in (
        ("prize", f"is_serial BOOLEAN DEFAULT {FALSE[dialect]} NOT NULL"),
        (
            "redemption",
            "confirmed VARCHAR(10) CONSTRAINT ck_redemption_confirmed_is_known "
            "CHECK (confirmed IN ('screen', 'kiosk', 'nobody'))",
        ),
        ("redemption", "way VARCHAR(10) CONSTRAINT ck_redemption_way_is_known CHECK (way = 'set_aside')"),
        ("redemption", f"card_id {WIDE[dialect]} CONSTRAINT fk_redemption_card_id REFERENCES gift_card (id)"),
        ("redemption", f"note_digest {BYTES[dialect]}"),
    ):
        run(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    """Back to prizes that are handed out unconfirmed: refused where something is sealed that says otherwise."""
    for what in ("gift_card", "handover", *(f"redemption WHERE {column} IS NOT NULL" for column in COLUMNS)):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0010 has no place for: going back would lose it. Restore a backup instead."
            )
    op.drop_table("offer")
    for column in COLUMNS:
        run(f"ALTER TABLE redemption DROP COLUMN {column}")
    run("ALTER TABLE prize DROP COLUMN is_serial")
    op.drop_table("handover")
    op.drop_table("gift_card")
