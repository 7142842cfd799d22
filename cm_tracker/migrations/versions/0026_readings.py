"""The number of a test that a rule for readings decides.

A visit seals it. The rows that are there hold none, and their bodies stay as they are.
"""

from cm_tracker.migrations.sealing import holds, run

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases know this form; a table that others refer to is not made anew for a column.
    run("ALTER TABLE visit ADD COLUMN reading INTEGER CONSTRAINT ck_visit_reading_is_a_number CHECK (reading >= 0)")


def downgrade() -> None:
    """Back to visits without a reading: refused where one has it."""
    if holds("visit WHERE reading IS NOT NULL"):
        raise RuntimeError(
            "visit holds what 0025 has no place for: going back would lose it. Restore a backup instead."
        )
    run("ALTER TABLE visit DROP COLUMN reading")
