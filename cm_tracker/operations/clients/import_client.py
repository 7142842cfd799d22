"""Take a client over from another program's roster."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.codes import clean_code
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, ScheduleVersion
from cm_tracker.operations.steps.add_client import add_client
from cm_tracker.operations.steps.add_enrollment import add_enrollment
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.search import client_of_code
from cm_tracker.queries.schedules.followed import is_mistake


@one_transaction
def import_client(
    session: Session,
    *,
    code: str,
    enrolled_on: date,
    site_id: int,
    schedule_version_id: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """Open and enroll a client. Return whether anything was added; the same row again adds nothing.

    A client is also known by a code from before it was corrected. An enrollment that was entered by mistake is as none.
    Raise `BadInput` where the client belongs to another site or is enrolled with another first day, and whatever
    opening and enrolling raise.
    """
    code = clean_code(code)
    # A code from before, or of a record that was merged, stands for the client who has it now.
    client = session.execute(
        select(Client.id, Client.site_id).where(Client.id == client_of_code(session, code))
    ).one_or_none()
    if client is None:
        client_id = add_client(
            session, code=code, preferred_name="", site_id=site_id, language="en", actor=actor, now=now
        )
    elif client.site_id != site_id:
        raise BadInput("The client %(code)s is there already, at another site.", code=code)
    else:
        client_id = client.id
        schedule_id = select(ScheduleVersion.schedule_id).where(ScheduleVersion.id == schedule_version_id)
        starts = session.execute(
            select(Enrollment.starts_on)
            .join(ScheduleVersion, ScheduleVersion.id == Enrollment.schedule_version_id)
            .where(
                Enrollment.client_id.in_(records_of(client_id)),
                ScheduleVersion.schedule_id == schedule_id.scalar_subquery(),
                ~is_mistake(),
            )
        ).scalars()
        known = list(starts)
        if enrolled_on in known:
            return False
        if known:
            raise BadInput("The client %(code)s is enrolled already, from %(day)s on.", code=code, day=known[0])
    record = add_enrollment(
        session,
        lock_client(session, client_id, "client:enroll", actor),
        schedule_version_id=schedule_version_id,
        starts_on=enrolled_on,
        actor=actor,
        now=now,
    )
    seal_records(session, [record])
    return True
