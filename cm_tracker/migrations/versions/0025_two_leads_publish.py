"""Two leads publish a schedule: a draft waits for the second one, and a version seals both.

Versions that are there keep their bodies: the new columns are empty in them, and a body leaves those out.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds, run

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

VERSION = "schedule_version"
DRAFT = "schedule_draft"
STATEMENT = "lead_statement"
# The new columns, and the table to which one refers.
VERSION_COLUMNS: dict[str, tuple[sa.types.TypeEngine[Any], str | None]] = {
    "name": (sa.String(length=120), None),
    "preset": (sa.String(length=60), None),
    "starts_on": (sa.Date(), None),
    "sent_by_id": (ID, "staff"),
    "statement_digest": (sa.LargeBinary(), None),
}
DRAFT_COLUMNS: dict[str, tuple[sa.types.TypeEngine[Any], str | None]] = {
    "based_on_id": (ID, VERSION),
    "preset": (sa.String(length=60), None),
    "next_of_id": (ID, "schedule"),
    "starts_on": (sa.Date(), None),
    "sent_at": (UtcDateTime(timezone=True), None),
    "sent_by_id": (ID, "staff"),
    "sent_note_digest": (sa.LargeBinary(), None),
    "returned_at": (UtcDateTime(timezone=True), None),
    "returned_by_id": (ID, "staff"),
    "returned_note_digest": (sa.LargeBinary(), None),
}


def upgrade() -> None:
    for table, columns in ((VERSION, VERSION_COLUMNS), (DRAFT, DRAFT_COLUMNS)):
        for name, (kind, refers) in columns.items():
            # Both databases know this form; a table that others refer to is not made anew for it.
            key = f" CONSTRAINT fk_{table}_{name} REFERENCES {refers} (id)" if refers else ""
            run(f"ALTER TABLE {table} ADD COLUMN {name} {kind.compile(dialect=op.get_bind().dialect)}{key}")
    op.create_table(
        STATEMENT,
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=False),
        sa.Column("stated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "end_reason IN ('revoked', 'second_lead', 'closed')", name=op.f(f"ck_{STATEMENT}_end_is_known")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{STATEMENT}_staff_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f(f"fk_{STATEMENT}_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{STATEMENT}")),
    )
    grant("SELECT, INSERT, UPDATE (ended_at, ended_by_id, end_reason)", STATEMENT)


def downgrade() -> None:
    """Back to versions that one lead publishes: refused where something would be lost."""
    for name in VERSION_COLUMNS:
        if holds(f"{VERSION} WHERE {name} IS NOT NULL"):
            _refuse(VERSION, name)
    if holds(f"{DRAFT} WHERE sent_at IS NOT NULL"):
        _refuse(DRAFT, "sent_at")
    if holds(STATEMENT):
        _refuse(STATEMENT, "note_digest")
    op.drop_table(STATEMENT)
    for table, columns in ((VERSION, VERSION_COLUMNS), (DRAFT, DRAFT_COLUMNS)):
        for name in columns:
            run(f"ALTER TABLE {table} DROP COLUMN {name}")


def _refuse(table: str, column: str) -> None:
    raise RuntimeError(
        f"{table} holds what {down_revision} has no place for ({column}): going back would lose it. "
        "Restore a backup instead."
    )
