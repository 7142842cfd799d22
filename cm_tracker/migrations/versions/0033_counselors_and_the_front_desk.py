"""Two more roles, the counselor of a client with its history, and a note that a client does not come."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds, run

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLE = "client_counselor"
# Table, name of the CHECK, column, and the end of its list of words before and after.
WORDS = (
    ("staff", "role_is_known", "role", "'staff', 'lead', 'auditor', 'admin'", "'counselor', 'front_desk'"),
    (
        "slot_note",
        "status_is_known",
        "status",
        "'arrived', 'later', 'moved', 'attended', 'excused', 'absent', 'open'",
        "'not_coming'",
    ),
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("counselor_id", ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in (
                ("client_id", "client"),
                ("site_id", "site"),
                ("counselor_id", "staff"),
                ("staff_id", "staff"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_client_id"), TABLE, ["client_id"])
    op.create_index(op.f(f"ix_{TABLE}_site_id"), TABLE, ["site_id"])
    guard(TABLE, "id = NEW.id")
    for table, name, column, before, more in WORDS:
        _know(table, name, column, before, f"{before}, {more}")


def downgrade() -> None:
    """Back to four roles: refused where somebody has a new one, or where a client has a counselor."""
    for what in (
        TABLE,
        "staff WHERE role IN ('counselor', 'front_desk')",
        "slot_note WHERE status = 'not_coming'",
    ):
        if holds(what):
            raise RuntimeError(
                f"{what} holds what {down_revision} has no place for: going back would lose it. "
                "Restore a backup instead."
            )
    for table, name, column, before, more in WORDS:
        _know(table, name, column, f"{before}, {more}", before)
    op.drop_table(TABLE)


def _know(table: str, name: str, column: str, before: str, after: str) -> None:
    """Change the list of words of a CHECK."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        run(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
        run(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({after}))")
        return
    # SQLite cannot change a CHECK, and other tables refer to this one. Its manual says to change the stored text
    # of the table (https://sqlite.org/lang_altertable.html, section 7).
    run("PRAGMA writable_schema = ON")
    statement = (
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?) > 0"
    )
    changed = bind.exec_driver_sql(statement, (f"({before})", f"({after})", table, f"({before})"))
    if changed.rowcount != 1:
        raise RuntimeError(f"The table {table} does not have the CHECK that this migration changes.")
    run("PRAGMA writable_schema = RESET")
