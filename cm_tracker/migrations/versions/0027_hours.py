"""The minutes of a program week: attended, excused and expected.

The result of a week on a track of hours is a visit, and seals the minutes that decided it. The rows that are there
hold none, and their bodies stay as they are.
"""

from cm_tracker.migrations.sealing import holds, run

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COLUMNS = ("minutes_attended", "minutes_excused", "minutes_expected")


def upgrade() -> None:
    for column in COLUMNS:
        # Both databases know this form; a table that others refer to is not made anew for a column.
        run(
            f"ALTER TABLE visit ADD COLUMN {column} INTEGER "
            f"CONSTRAINT ck_visit_{column}_fit_a_week CHECK ({column} BETWEEN 0 AND 10080)"
        )


def downgrade() -> None:
    """Back to visits without minutes: refused where a visit has some."""
    for column in COLUMNS:
        if holds(f"visit WHERE {column} IS NOT NULL"):
            raise RuntimeError(
                f"visit holds what {down_revision} has no place for ({column}): going back would lose it. "
                "Restore a backup instead."
            )
    for column in COLUMNS:
        run(f"ALTER TABLE visit DROP COLUMN {column}")
