"""An enrollment can be paused, moved to another version and ended."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.migrations.sealing import ID, create_sealed, guard, holds, once, run

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = "enrollment_event"


def upgrade() -> None:
    create_sealed(
        TABLE,
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("schedule_version_id", ID, nullable=True),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        refers={"enrollment_id": "enrollment", "schedule_version_id": "schedule_version", "replaces_id": TABLE},
        more=(
            once(TABLE, "replaces_id"),
            sa.CheckConstraint("kind IN ('end', 'pause', 'move')", name=op.f(f"ck_{TABLE}_kind_is_known")),
            sa.CheckConstraint("state IN ('counts', 'withdrawn')", name=op.f(f"ck_{TABLE}_state_is_known")),
            sa.CheckConstraint(
                "(kind = 'move') = (schedule_version_id IS NOT NULL)",
                name=op.f(f"ck_{TABLE}_only_a_move_names_a_version"),
            ),
            sa.CheckConstraint(
                "to_day IS NULL OR (kind = 'pause' AND to_day >= from_day)",
                name=op.f(f"ck_{TABLE}_only_a_pause_has_days"),
            ),
        ),
    )
    op.create_index(op.f(f"ix_{TABLE}_enrollment_id"), TABLE, ["enrollment_id"])
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    run(
        f"ALTER TABLE commitment ADD COLUMN schedule_version_id {number} "
        "CONSTRAINT fk_commitment_schedule_version_id REFERENCES schedule_version (id)"
    )
    guard(TABLE, "id = NEW.id OR replaces_id = NEW.replaces_id")


def downgrade() -> None:
    """Back to enrollments that run until their last week: refused where one was paused, moved or ended."""
    for what in (TABLE, "commitment WHERE schedule_version_id IS NOT NULL"):
        if holds(what):
            raise RuntimeError(
                f"{what.split()[0]} holds what 0016 has no place for: going back would lose it. Restore a backup instead."
            )
    run("ALTER TABLE commitment DROP COLUMN schedule_version_id")
    op.drop_table(TABLE)
