"""Write the meetings of a service, in place of those that it had."""

from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import Meeting
from cm_tracker.models import MeetingRow


def write_meetings(session: Session, service_id: int, meetings: Sequence[Meeting]) -> None:
    """Write all meetings of a service, past ones too: `changed_meetings` keeps those as they were."""
    session.execute(delete(MeetingRow).where(MeetingRow.service_id == service_id))
    if not meetings:
        return
    session.execute(
        insert(MeetingRow),
        [
            {
                "service_id": service_id,
                "weekday": one.weekday,
                "time_of_day": one.time_of_day,
                "minutes": one.minutes,
                "from_on": one.from_on,
                "until_on": one.until_on,
            }
            for one in meetings
        ],
    )
