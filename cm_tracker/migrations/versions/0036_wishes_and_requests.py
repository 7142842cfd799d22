"""What clients say at the kiosk about prizes: the one that they save for, and those that they asked for; and moments."""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, holds

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)
TABLES = ("wish", "prize_request", "moment_shown")


def _refers(table: str, **to: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in to.items()
    ]


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "wish",
        sa.Column("client_id", ID, nullable=False, autoincrement=False),
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=False),
        *_refers("wish", client_id="client", prize_id="prize"),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_wish")),
    )
    grant("SELECT, INSERT, DELETE", "wish", has_id=False)
    table = "prize_request"
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("client_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("prize_id", ID, nullable=False),
        sa.Column("on_day", sa.Date, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ended", sa.String(12), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(12), nullable=True),
        sa.Column("staff_id", ID, nullable=True),
        *_refers(table, client_id="client", site_id="site", prize_id="prize", staff_id="staff"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("client_id", "prize_id", "on_day", name=op.f(f"uq_{table}_client_id")),
        _check(table, "ended_is_known", "ended IN ('redeemed', 'taken_back', 'declined')"),
        _check(table, "end_is_whole", "(ended IS NULL) = (ended_at IS NULL)"),
        _check(
            table,
            "only_a_declined_one_has_a_reason",
            "(reason IS NOT NULL) = (ended IS NOT NULL AND ended = 'declined')",
        ),
    )
    op.create_index(op.f(f"ix_{table}_site_id"), table, ["site_id"])
    grant("SELECT, INSERT, UPDATE (site_id, asked_at, ended, ended_at, reason, staff_id)", table)
    op.create_table(
        "moment_shown",
        sa.Column("client_id", ID, nullable=False, autoincrement=False),
        sa.Column("moment", sa.String(40), nullable=False),
        sa.Column("shown_at", INSTANT, nullable=False),
        *_refers("moment_shown", client_id="client"),
        sa.PrimaryKeyConstraint("client_id", "moment", name=op.f("pk_moment_shown")),
    )
    grant("SELECT, INSERT", "moment_shown", has_id=False)


def downgrade() -> None:
    """Back to a kiosk where nobody asks: refused where a client has said what they want, or was shown a moment."""
    for table in TABLES:
        if holds(table):
            raise RuntimeError(
                f"{table} holds what {down_revision} has no place for: going back would lose it. "
                "Restore a backup instead."
            )
    for table in TABLES:
        op.drop_table(table)
