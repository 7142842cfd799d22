"""Purchases of prizes (who asked, authorized, received), promises about gift cards, and keys. All are written once."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

AT = UtcDateTime(timezone=True)
DECISIONS = "decision IN ('authorized', 'declined', 'withdrawn')"


def upgrade() -> None:
    op.create_table(
        "purchase",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_purchase_quantity_is_positive")),
        sa.CheckConstraint("unit_cents >= 1", name=op.f("ck_purchase_cost_is_positive")),
        *_refers("purchase", site_id="site", prize_id="prize", source_id="funding_source", staff_id="staff"),
    )
    op.create_index(op.f("ix_purchase_site_id"), "purchase", ["site_id"])
    op.create_table(
        "purchase_decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("purchase_id", ID, nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("requested_by_id", ID, nullable=True),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.CheckConstraint(DECISIONS, name=op.f("ck_purchase_decision_decision_is_known")),
        sa.CheckConstraint(
            "decision <> 'authorized' OR staff_id <> requested_by_id",
            name=op.f("ck_purchase_decision_second_person_authorizes"),
        ),
        *_refers("purchase_decision", purchase_id="purchase", requested_by_id="staff", staff_id="staff"),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_purchase_decision_purchase_id")),
    )
    op.create_table(
        "purchase_receipt",
        sa.Column("id", ID, nullable=False),
        sa.Column("purchase_id", ID, nullable=False),
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *_refers("purchase_receipt", purchase_id="purchase", transaction_id="ledger_transaction", staff_id="staff"),
        sa.UniqueConstraint("purchase_id", name=op.f("uq_purchase_receipt_purchase_id")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_purchase_receipt_transaction_id")),
    )
    op.create_table(
        "use_promise",
        sa.Column("redemption_id", ID, nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_use_promise_redemption_id")),
        sa.PrimaryKeyConstraint("redemption_id", name=op.f("pk_use_promise")),
    )
    op.create_table(
        "key_holding",
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("holder_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *_refers("key_holding", site_id="site", holder_id="staff", staff_id="staff"),
    )
    op.create_index(op.f("ix_key_holding_site_id"), "key_holding", ["site_id"])
    op.create_table(
        "key_return",
        sa.Column("id", ID, nullable=False),
        sa.Column("holding_id", ID, nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *_refers("key_return", holding_id="key_holding", staff_id="staff"),
        sa.UniqueConstraint("holding_id", name=op.f("uq_key_return_holding_id")),
    )
    guard("key_holding", "id = NEW.id")
    guard("key_return", "id = NEW.id OR holding_id = NEW.holding_id")
    guard("use_promise", "redemption_id = NEW.redemption_id", has_id=False)
    guard("purchase", "id = NEW.id")
    guard("purchase_decision", "id = NEW.id OR purchase_id = NEW.purchase_id")
    guard("purchase_receipt", "id = NEW.id OR purchase_id = NEW.purchase_id OR transaction_id = NEW.transaction_id")


def downgrade() -> None:
    """Back to a program that knows no purchases, promises and keys: refused where there are some."""
    for table in ("purchase", "use_promise", "key_holding"):
        if holds(table):
            raise RuntimeError(
                f"{table} holds what 0050 has no place for: going back would lose it. Restore a backup instead."
            )
    for table in ("key_return", "key_holding", "use_promise", "purchase_receipt", "purchase_decision", "purchase"):
        op.drop_table(table)


def _refers(table: str, **refers: str) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
