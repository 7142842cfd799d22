"""Trading up: five small prizes for one of the next tier, within the days that a site's lead allows."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, create_sealed, grant, guard, holds, once, run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_sealed(
        "trade",
        sa.Column("client_id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("tier", sa.String(length=24), nullable=False),
        sa.Column("draws", sa.Text(), nullable=False),
        sa.Column("to_tier", sa.String(length=24), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.String(length=10), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("transaction_id", ID, nullable=False),
        refers={"client_id": "client", "enrollment_id": "enrollment", "transaction_id": "ledger_transaction"},
        more=(once("trade", "transaction_id"),),
    )
    op.create_index(op.f("ix_trade_client_id"), "trade", ["client_id"])
    guard("trade", "id = NEW.id OR transaction_id = NEW.transaction_id")
    run(
        "ALTER TABLE site ADD COLUMN trade_days INTEGER CONSTRAINT ck_site_trade_days_are_positive CHECK (trade_days >= 1)"
    )
    grant("UPDATE (trade_days)", "site", has_id=False)


def downgrade() -> None:
    """Back to slips that stay what they are: refused where some were traded, or where a lead allows it."""
    for what in ("trade", "site WHERE trade_days IS NOT NULL"):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0011 has no place for: going back would lose it. Restore a backup instead."
            )
    run("ALTER TABLE site DROP COLUMN trade_days")
    op.drop_table("trade")
