"""Treatment goals and reviews: the list that leads keep, clients' goals with their steps, reviews, and what became of each.

Goals, steps, reviews and what became of them are written once. A goal of the list is added, and then only retired.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, guard, holds

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)
TABLES = ("review_change", "review", "goal_change", "goal_step", "goal", "listed_goal")
WRITTEN_ONCE = ("goal", "goal_step", "goal_change", "review", "review_change")


def _make(table: str, *parts: sa.Column[object] | sa.Constraint, refers: dict[str, str]) -> None:
    """A table with an id, who wrote a row, and its keys. `refers` names the table to which a column refers."""
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        *parts,
        sa.Column("staff_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in {**refers, "staff_id": "staff"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _recorded_at() -> sa.Column[object]:
    return sa.Column("recorded_at", INSTANT, nullable=False)


def upgrade() -> None:
    _listed()
    _goals()
    _reviews()
    for table in WRITTEN_ONCE:
        guard(table, "id = NEW.id")


def _listed() -> None:
    _make(
        "listed_goal",
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("renames_id", ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        refers={"site_id": "site", "renames_id": "listed_goal"},
    )
    _index("listed_goal", "site_id")
    grant("SELECT, INSERT, UPDATE (retired_at)", "listed_goal")


def _goals() -> None:
    _make(
        "goal",
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("listed_id", ID, nullable=True),
        sa.Column("title_digest", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("behavior", sa.String(60), nullable=True),
        _recorded_at(),
        refers={"enrollment_id": "enrollment", "site_id": "site", "listed_id": "listed_goal"},
    )
    _index("goal", "enrollment_id")
    _make(
        "goal_step",
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        _recorded_at(),
        refers={"goal_id": "goal"},
    )
    _index("goal_step", "goal_id")
    _make(
        "goal_change",
        sa.Column("goal_id", ID, nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("step_id", ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("visit_id", ID, nullable=True),
        _recorded_at(),
        _check("goal_change", "what_is_known", "what IN ('ticked', 'unticked', 'moved', 'met', 'dropped')"),
        _check("goal_change", "only_a_tick_names_a_step", "(what IN ('ticked', 'unticked')) = (step_id IS NOT NULL)"),
        _check("goal_change", "only_a_move_has_a_due_day", "(what = 'moved') = (due_on IS NOT NULL)"),
        _check("goal_change", "only_a_met_goal_has_its_day", "(what = 'met') = (on_day IS NOT NULL)"),
        _check("goal_change", "only_a_met_goal_names_a_visit", "visit_id IS NULL OR what = 'met'"),
        refers={"goal_id": "goal", "step_id": "goal_step", "visit_id": "visit"},
    )
    _index("goal_change", "goal_id")


def _reviews() -> None:
    _make(
        "review",
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("follows_id", ID, nullable=True),
        _recorded_at(),
        _check("review", "kind_is_known", "kind IN ('check_in', 'weekly', 'transition')"),
        sa.UniqueConstraint("follows_id", name=op.f("uq_review_follows_id")),
        refers={"enrollment_id": "enrollment", "site_id": "site", "follows_id": "review"},
    )
    _index("review", "enrollment_id")
    _make(
        "review_change",
        sa.Column("review_id", ID, nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        _recorded_at(),
        _check("review_change", "what_is_known", "what IN ('done', 'moved', 'dropped', 'repeats', 'once')"),
        _check("review_change", "only_a_move_has_a_due_day", "(what = 'moved') = (due_on IS NOT NULL)"),
        _check("review_change", "only_a_done_review_has_its_day", "(what = 'done') = (on_day IS NOT NULL)"),
        refers={"review_id": "review"},
    )
    _index("review_change", "review_id")


def downgrade() -> None:
    """Back to a program without goals: refused where one was written."""
    for table in TABLES:
        if holds(table):
            raise RuntimeError(
                f"{table} holds what {down_revision} has no place for: going back would lose it. "
                "Restore a backup instead."
            )
    for table in TABLES:
        op.drop_table(table)
