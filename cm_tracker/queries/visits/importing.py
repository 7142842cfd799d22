"""Find the schedule and the enrollments for imported rows, by schedule name and client code."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import Client, Enrollment, ScheduleRow, ScheduleVersion


def newest_version_id(session: Session, schedule_name: str) -> int | None:
    """Return the id of the newest published version of a schedule by its name, or None."""
    return session.execute(
        select(ScheduleVersion.id)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(ScheduleRow.name == schedule_name)
        .order_by(ScheduleVersion.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def enrollments_by_code(session: Session, schedule_name: str, site_id: int) -> dict[str, int]:
    """Return the newest enrollment of each client of a site in any version of a schedule: its id by client code."""
    rows = session.execute(
        select(Client.code, Enrollment.id)
        .join(Client, Client.id == Enrollment.client_id)
        .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(ScheduleRow.name == schedule_name, Client.site_id == site_id)
        .order_by(Enrollment.starts_on)
    )
    return {code: enrollment_id for code, enrollment_id in rows}
