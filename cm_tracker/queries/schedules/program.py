"""What a point is worth in this program, and in which currency. Everything that needs to know it asks here."""

from collections.abc import Iterator

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.money import ProgramMoney
from cm_tracker.domain.schedules.point_value import pays_points
from cm_tracker.models import Program, ScheduleVersion
from cm_tracker.queries.schedules.documents import schedule_of


def point_value(session: Session) -> int:
    """Return what a point is worth, in cents."""
    return session.execute(select(Program.point_value_cents)).scalar_one()


def program_money(session: Session) -> ProgramMoney:
    """Return what a point is worth, and the currency."""
    row = session.execute(select(Program.point_value_cents, Program.currency)).one()
    return ProgramMoney(row.point_value_cents, row.currency)


def currency_column() -> ScalarSelect[str]:
    """Return the code of the program's currency as a column, for a query that every page runs anyway."""
    return select(Program.currency).scalar_subquery()


def point_value_column() -> ScalarSelect[int]:
    """Return the same as a column, for a query that shows points with their worth."""
    return select(Program.point_value_cents).scalar_subquery()


def wrong_money(session: Session) -> Iterator[tuple[str, str]]:
    """Yield each published version that pays in other money than the program, and what is wrong with it.

    A version whose document cannot be read is left out: it is no longer what was sealed, and level 3 says so.
    """
    row = session.execute(select(Program.point_value_cents, Program.currency)).one_or_none()
    program_cents, currency = (None, None) if row is None else (row.point_value_cents, row.currency)
    rows = session.execute(select(ScheduleVersion.record, ScheduleVersion.document).order_by(ScheduleVersion.id))
    for record, document in rows:
        try:
            schedule = schedule_of(document)
        except (Refused, ValueError):
            continue
        if pays_points(schedule) and schedule.point_value_cents != program_cents:
            yield record, f"values a point at {schedule.point_value_cents} cents, and the program has another value"
        if schedule.currency != currency:
            yield record, f"pays in {schedule.currency}, and the program in another currency"
