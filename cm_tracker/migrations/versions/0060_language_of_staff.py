"""The language that each member of staff works in."""

from cm_tracker.migrations.sealing import grant, run

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite cannot add a constraint to a table, but a column with one.
    run(
        "ALTER TABLE staff ADD COLUMN language VARCHAR(10) NOT NULL DEFAULT 'en' "
        "CONSTRAINT ck_staff_language_is_known CHECK (language IN ('en', 'es'))"
    )
    grant("UPDATE (language)", "staff", has_id=False)


def downgrade() -> None:
    """Back to pages in English alone. A language that somebody chose is no fact of the clinic, so nothing is lost."""
    run("ALTER TABLE staff DROP COLUMN language")
