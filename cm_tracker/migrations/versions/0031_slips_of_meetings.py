"""Slips of community meetings, and whether staff accepted each. Both are written once, and a slip is decided once."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, guard, holds

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)
TABLES = ("slip_decision", "meeting_slip")


def _keys(table: str, refers: dict[str, str]) -> tuple[sa.Constraint, ...]:
    return (
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_slip_decision_{name}"))


def upgrade() -> None:
    op.create_table(
        "meeting_slip",
        sa.Column("id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("time_of_day", sa.Time(), nullable=False),
        sa.Column("meeting_digest", sa.LargeBinary(), nullable=False),
        sa.Column("signer_digest", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        *_keys(
            "meeting_slip",
            {"enrollment_id": "enrollment", "site_id": "site", "service_id": "service", "staff_id": "staff"},
        ),
    )
    op.create_index(op.f("ix_meeting_slip_enrollment_id"), "meeting_slip", ["enrollment_id"])
    op.create_index(op.f("ix_meeting_slip_site_id"), "meeting_slip", ["site_id"])
    op.create_table(
        "slip_decision",
        sa.Column("id", ID, nullable=False),
        sa.Column("slip_id", ID, nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("visit_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        _check("decision_is_known", "decision IN ('accepted', 'declined')"),
        _check("a_declined_slip_has_a_reason", "(decision = 'declined') = (note_digest IS NOT NULL)"),
        _check("only_an_accepted_slip_pays", "visit_id IS NULL OR decision = 'accepted'"),
        sa.UniqueConstraint("slip_id", name=op.f("uq_slip_decision_slip_id")),
        *_keys("slip_decision", {"slip_id": "meeting_slip", "visit_id": "visit", "staff_id": "staff"}),
    )
    guard("meeting_slip", "id = NEW.id")
    guard("slip_decision", "id = NEW.id OR slip_id = NEW.slip_id")


def downgrade() -> None:
    """Back to a program without slips: refused where one was handed in."""
    for table in TABLES:
        if holds(table):
            raise RuntimeError(
                f"{table} holds what {down_revision} has no place for: going back would lose it. "
                "Restore a backup instead."
            )
    for table in TABLES:
        op.drop_table(table)
