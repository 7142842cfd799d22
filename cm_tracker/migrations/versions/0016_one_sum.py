"""One sum for each unit: what ceilings cut from a visit, and which records were saved together.

Until now a replay also counted what other enrollments had been paid, so what a ceiling had cut stood nowhere. After
this migration `cm-tracker ledger settle` pays what the changed rules owe, and writes these cuts for what was recorded before.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, create_sealed, guard, holds, run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_sealed(
        "ceiling_cut",
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("because", sa.String(length=60), nullable=False),
        refers={"visit_id": "visit"},
    )
    op.create_index(op.f("ix_ceiling_cut_visit_id"), "ceiling_cut", ["visit_id"])
    guard("ceiling_cut", "id = NEW.id")
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    run(f"ALTER TABLE visit ADD COLUMN saved_with_id {number} CONSTRAINT fk_visit_saved_with_id REFERENCES visit (id)")


def downgrade() -> None:
    """Back to cuts that a replay works out: refused where some were written."""
    for what in ("ceiling_cut", "visit WHERE saved_with_id IS NOT NULL"):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0015 has no place for: going back would lose it. Restore a backup instead."
            )
    run("ALTER TABLE visit DROP COLUMN saved_with_id")
    op.drop_table("ceiling_cut")
