"""The clinic's week: services with their meetings, plans with drawn days, the calendar, notes of a day, closed days.

Plans and notes are written once. Services and the calendar are added, and then only ended.
"""

import sqlalchemy as sa
from alembic import op

from cm_tracker.db import UtcDateTime
from cm_tracker.migrations.sealing import ID, grant, guard, holds

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = UtcDateTime(timezone=True)
STATUSES = "'arrived', 'later', 'moved', 'attended', 'excused', 'absent', 'open'"
TABLES = ("slot_note", "day_closing", "away", "closure", "drawn_day", "plan_item", "plan", "meeting", "service")


def _id() -> sa.Column[object]:
    return sa.Column("id", ID, nullable=False)


def _make(
    table: str, *parts: sa.Column[object] | sa.CheckConstraint, refers: dict[str, str], key: tuple[str, ...] = ("id",)
) -> None:
    """A table with its keys. `refers` names the table to which a column refers."""
    op.create_table(
        table,
        *parts,
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in refers.items()
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    _services()
    _plans()
    _calendar()
    _days()


def _services() -> None:
    _make(
        "service",
        _id(),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("leader_id", ID, nullable=True),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        refers={"site_id": "site", "leader_id": "staff"},
    )
    _index("service", "site_id")
    _make(
        "meeting",
        _id(),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("time_of_day", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        _check("meeting", "weekday_is_one_of_seven", "weekday BETWEEN 0 AND 6"),
        _check("meeting", "minutes_fit_a_day", "minutes BETWEEN 5 AND 720"),
        _check("meeting", "days_are_in_order", "until_on IS NULL OR until_on >= from_on"),
        refers={"service_id": "service"},
    )
    _index("meeting", "service_id")
    grant("SELECT, INSERT, UPDATE", "service")
    grant("SELECT, INSERT, UPDATE (until_on), DELETE", "meeting")


def _plans() -> None:
    _make(
        "plan",
        _id(),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(30), nullable=False),
        sa.Column("hours_required", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("note_digest", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        _check("plan", "hours_fit_a_week", "hours_required BETWEEN 0 AND 60"),
        refers={"enrollment_id": "enrollment", "site_id": "site", "staff_id": "staff"},
    )
    _index("plan", "enrollment_id")
    _index("plan", "site_id")
    _make(
        "plan_item",
        _id(),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("behavior", sa.String(60), nullable=True),
        sa.Column("time_of_day", sa.Time(), nullable=True),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("hours_between", sa.Integer(), nullable=False),
        _check("plan_item", "hours_between_fit", "hours_between BETWEEN 0 AND 336"),
        refers={"plan_id": "plan", "service_id": "service"},
    )
    _index("plan_item", "plan_id")
    _make(
        "drawn_day",
        sa.Column("plan_item_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        refers={"plan_item_id": "plan_item"},
        key=("plan_item_id", "on_day"),
    )
    guard("plan", "id = NEW.id")
    guard("plan_item", "id = NEW.id")
    grant("SELECT, INSERT, DELETE", "drawn_day", has_id=False)


def _calendar() -> None:
    for table, columns, refers, check in (
        (
            "closure",
            (sa.Column("name", sa.String(80), nullable=False), sa.Column("make_up_on", sa.Date(), nullable=True)),
            {},
            (),
        ),
        (
            "away",
            (sa.Column("member_id", ID, nullable=False), sa.Column("stand_in_id", ID, nullable=True)),
            {"member_id": "staff", "stand_in_id": "staff"},
            (_check("away", "somebody_else_stands_in", "stand_in_id <> member_id"),),
        ),
    ):
        _make(
            table,
            _id(),
            sa.Column("site_id", ID, nullable=False),
            sa.Column("first_day", sa.Date(), nullable=False),
            sa.Column("last_day", sa.Date(), nullable=False),
            *columns,
            sa.Column("recorded_at", INSTANT, nullable=False),
            sa.Column("staff_id", ID, nullable=True),
            sa.Column("withdrawn_at", INSTANT, nullable=True),
            _check(table, "days_are_in_order", "last_day >= first_day"),
            *check,
            refers={"site_id": "site", "staff_id": "staff", **refers},
        )
        _index(table, "site_id")
        grant("SELECT, INSERT, UPDATE (withdrawn_at)", table)


def _days() -> None:
    _make(
        "slot_note",
        _id(),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("enrollment_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("at", INSTANT, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("excuse", sa.String(40), nullable=True),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("visit_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        _check("slot_note", "status_is_known", f"status IN ({STATUSES})"),
        _check("slot_note", "minutes_fit_a_day", "minutes BETWEEN 0 AND 720"),
        refers={
            "site_id": "site",
            "enrollment_id": "enrollment",
            "service_id": "service",
            "visit_id": "visit",
            "staff_id": "staff",
        },
    )
    op.create_index("ix_slot_note_day", "slot_note", ["site_id", "on_day"])
    op.create_index("ix_slot_note_to_day", "slot_note", ["site_id", "to_day"])
    op.create_index("ix_slot_note_enrollment", "slot_note", ["enrollment_id", "on_day"])
    guard("slot_note", "id = NEW.id")
    _make(
        "day_closing",
        _id(),
        sa.Column("site_id", ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("reopened_at", INSTANT, nullable=True),
        sa.Column("reopened_by_id", ID, nullable=True),
        refers={"site_id": "site", "staff_id": "staff", "reopened_by_id": "staff"},
    )
    op.create_index(
        "ix_day_closing_day",
        "day_closing",
        ["site_id", "on_day"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    grant("SELECT, INSERT, UPDATE (reopened_at, reopened_by_id)", "day_closing")


def downgrade() -> None:
    """Back to a program without weeks: refused where a service was entered, or a day was closed."""
    for table in TABLES:
        if holds(table):
            raise RuntimeError(
                f"{table} holds what {down_revision} has no place for: going back would lose it. "
                "Restore a backup instead."
            )
    for table in TABLES:
        op.drop_table(table)
