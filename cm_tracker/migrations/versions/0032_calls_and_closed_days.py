"""Calls to clients who did not come, and the closed days whose excused visits were recorded.

Both are written once. A call is no part of the ledger: it pays nothing.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)
OUTCOMES = "'calling', 'stopped', 'reached', 'excused', 'left_word', 'no_answer'"


def upgrade() -> None:
    _make("no_show_call", sa.Column("enrollment_id", ID, nullable=False), {"enrollment_id": "enrollment"})
    _make("closed_day", sa.Column("closure_id", ID, nullable=False), {"closure_id": "closure"})


def _make(table: str, of: sa.Column[object], refers: dict[str, str]) -> None:
    own: list[sa.Column[object] | sa.Constraint] = []
    if table == "no_show_call":
        check = sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_no_show_call_outcome_is_known"))
        own = [sa.Column("outcome", sa.String(10), nullable=False), check]
    else:
        own = [sa.UniqueConstraint("closure_id", "on_day", name=op.f("uq_closed_day_closure_id"))]
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        of,
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *own,
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in {**refers, "site_id": "site", "staff_id": "staff"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_day", table, ["site_id", "on_day"])
    guard(table, "id = NEW.id")


def downgrade() -> None:
    """Back to a program without calls: refused where one was noted, or a closed day was recorded."""
    for table in ("no_show_call", "closed_day"):
        if holds(table):
            raise RuntimeError(
                f"{table} holds what {down_revision} has no place for: going back would lose it. "
                "Restore a backup instead."
            )
    for table in ("no_show_call", "closed_day"):
        op.drop_table(table)
