"""What a point is worth in this program. Everything that needs to know it asks here."""

from collections.abc import Iterator

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.point_value import pays_points
from cm_tracker.models import Program, ScheduleVersion
from cm_tracker.queries.schedules.documents import schedule_of


def point_value(session: Session) -> int:
    """Return what a point is worth, in cents."""
    return session.execute(select(Program.point_value_cents)).scalar_one()


def point_value_column() -> ScalarSelect[int]:
    """Return the same as a column, for a query that shows points with their worth."""
    return select(Program.point_value_cents).scalar_subquery()


def wrong_point_values(session: Session) -> Iterator[tuple[str, int]]:
    """Yield each published version that pays points of another value than the program's, with that value.

    A version whose document cannot be read is left out: it is no longer what was sealed, and level 3 says so.
    """
    program_cents = session.execute(select(Program.point_value_cents)).scalar_one_or_none()
    rows = session.execute(select(ScheduleVersion.record, ScheduleVersion.document).order_by(ScheduleVersion.id))
    for record, document in rows:
        try:
            schedule = schedule_of(document)
        except (Refused, ValueError):
            continue
        if pays_points(schedule) and schedule.point_value_cents != program_cents:
            yield record, schedule.point_value_cents
