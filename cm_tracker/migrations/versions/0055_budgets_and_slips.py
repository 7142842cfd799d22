"""A budget for purchases in the terms of a source of money, and what a prize for a slip was worth when it was redeemed."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import holds, run

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases know this form; the table is not made anew for it, and keeps its guards.
    run(
        "ALTER TABLE funding_terms ADD COLUMN budget_cents BIGINT "
        "CONSTRAINT ck_funding_terms_budget_is_positive CHECK (budget_cents > 0)"
    )
    op.add_column("redemption", sa.Column("retail_cents", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back to a program that knows neither: refused where something would be lost."""
    for table, column in (("funding_terms", "budget_cents"), ("redemption", "retail_cents")):
        if holds(f"{table} WHERE {column} IS NOT NULL"):
            raise RuntimeError(
                f"{table} holds what 0055 has no place for ({column}): going back would lose it. Restore a backup instead."
            )
    run("ALTER TABLE redemption DROP COLUMN retail_cents")
    run("ALTER TABLE funding_terms DROP COLUMN budget_cents")
