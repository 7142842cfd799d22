"""Where somebody guesses at a password of staff, and the browsers in which an account has signed in.

Tries are counted anew: wrong passwords from before the update are forgotten.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, run

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

NUMBER = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    op.create_table(
        "browser",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_browser_token_hash")),
    )
    grant("SELECT, INSERT", "browser")
    op.create_table(
        "browser_use",
        sa.Column("browser_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("signed_in_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["browser_id"], ["browser.id"], name=op.f("fk_browser_use_browser_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_browser_use_staff_id")),
        sa.PrimaryKeyConstraint("browser_id", "staff_id", name=op.f("pk_browser_use")),
    )
    grant("SELECT, INSERT, UPDATE (signed_in_at)", "browser_use", has_id=False)
    number = NUMBER[op.get_bind().dialect.name]
    run(f"ALTER TABLE throttle ADD COLUMN staff_id {number} CONSTRAINT fk_throttle_staff_id REFERENCES staff (id)")
    run("ALTER TABLE throttle ADD COLUMN source VARCHAR(60)")
    op.create_index(op.f("ix_throttle_staff_id"), "throttle", ["staff_id"])
    _forget()


def downgrade() -> None:
    """Back to counts of an account alone: every wait ends. Nothing else is lost."""
    _forget()
    op.drop_index(op.f("ix_throttle_staff_id"), "throttle")
    run("ALTER TABLE throttle DROP COLUMN source")
    run("ALTER TABLE throttle DROP COLUMN staff_id")
    op.drop_table("browser_use")
    op.drop_table("browser")


def _forget() -> None:
    run("DELETE FROM throttle WHERE substr(subject, 1, 6) = 'staff:' OR substr(subject, 1, 7) = 'source:'")
