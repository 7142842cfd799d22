"""Questions that clients ask at the kiosk, and the answers of staff."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLE = "question"
INSTANT = UtcDateTime(timezone=True)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}"))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("topic", sa.String(12), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer", sa.String(12), nullable=True),
        sa.Column("note_digest", sa.LargeBinary, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("read_at", INSTANT, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))
            for column, to in (("client_id", "client"), ("site_id", "site"), ("staff_id", "staff"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        _check("topic_is_known", "topic IN ('points', 'talk', 'next_visit')"),
        _check("answer_is_whole", "(answer IS NULL) = (answered_at IS NULL)"),
        _check("only_an_answer_is_read", "read_at IS NULL OR answered_at IS NOT NULL"),
    )
    op.create_index(op.f(f"ix_{TABLE}_site_id"), TABLE, ["site_id"])
    waits = sa.text("answered_at IS NULL")
    op.create_index(
        "uq_question_waits",
        TABLE,
        ["client_id", "topic"],
        unique=True,
        sqlite_where=waits,
        postgresql_where=waits,
    )
    grant("SELECT, INSERT, UPDATE (answer, note_digest, answered_at, staff_id, read_at)", TABLE)


def downgrade() -> None:
    """Back to a kiosk without questions: refused where one was asked."""
    if holds(TABLE):
        raise RuntimeError(
            f"{TABLE} holds what {down_revision} has no place for: going back would lose it. Restore a backup instead."
        )
    op.drop_table(TABLE)
