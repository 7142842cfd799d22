"""One-time codes, accounts without a password, and from where somebody is signed in.

Nobody sets another's password any more: an account has none until its person sets one with a code.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds, run

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)
WHERE = ("address VARCHAR(45) DEFAULT '' NOT NULL", "browser VARCHAR(60) DEFAULT '' NOT NULL")


def upgrade() -> None:
    op.create_table(
        "one_time_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("address", sa.String(45), server_default="", nullable=False),
        sa.Column("browser", sa.String(60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_one_time_code_staff_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_one_time_code_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    for column in ("staff_id", "used_at"):
        op.create_index(op.f(f"ix_one_time_code_{column}"), "one_time_code", [column])
    grant("SELECT, INSERT, UPDATE (used_at, address, browser)", "one_time_code")
    for column in WHERE:
        run(f"ALTER TABLE staff_session ADD COLUMN {column}")
    _may_lack_password(True)


def downgrade() -> None:
    """Back to passwords that a lead sets. Refused while somebody has none: a hash that fits nothing would lock them out."""
    if holds("staff WHERE password_hash IS NULL"):
        raise RuntimeError(
            "staff holds what 0046 has no place for: accounts without a password. Let their people use their codes first."
        )
    _may_lack_password(False)
    for column in ("browser", "address"):
        run(f"ALTER TABLE staff_session DROP COLUMN {column}")
    op.drop_table("one_time_code")


def _may_lack_password(may: bool) -> None:
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        run(f"ALTER TABLE staff ALTER COLUMN password_hash {'DROP' if may else 'SET'} NOT NULL")
        return
    # As in 0033: SQLite cannot change a column, and other tables refer to this one.
    column = "password_hash VARCHAR(200)"
    before, after = (f"{column} NOT NULL,", f"{column},") if may else (f"{column},", f"{column} NOT NULL,")
    run("PRAGMA writable_schema = ON")
    changed = bind.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'staff' AND instr(sql, ?) > 0",
        (before, after, before),
    )
    if changed.rowcount != 1:
        raise RuntimeError("The table staff does not have the column that this migration changes.")
    run("PRAGMA writable_schema = RESET")
