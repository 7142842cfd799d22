"""A lead enters that a member of staff is away, and who stands in."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.calendar import check_days
from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AwayRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.day.week import calendar_of
from cm_tracker.queries.staff.staff import names_at_site


@one_transaction
def add_away(
    session: Session,
    *,
    site_id: int,
    member_id: int,
    stand_in_id: int | None,
    first_day: date,
    last_day: date,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter that `member_id` is away from a site from a day to a day, both included, and return the absence's id.

    `stand_in_id` leads their services there; with None, these do not meet, and whoever was expected is excused by the
    program. Raise `BadInput` for people who do not work at the site, and for days that do not fit.
    """
    lock_site(session, site_id, "calendar:manage", actor)

    def write() -> int:
        refusals, names = AllRefusals(), names_at_site(session, site_id)
        with refusals:
            if member_id not in names:
                raise BadInput("Choose somebody who works at this site.", "member_id")
        with refusals:
            if stand_in_id is not None and stand_in_id not in names:
                raise BadInput("Choose somebody who works at this site.", "stand_in_id")
            if stand_in_id == member_id:
                raise BadInput("Choose somebody else to stand in, or nobody.", "stand_in_id")
        with refusals:
            check_days(first_day, last_day)
            for other in calendar_of(session, site_id).away:
                if other.staff_id == member_id and other.first_day <= last_day and first_day <= other.last_day:
                    raise BadInput(
                        "They are away on %(day)s already.", "first_day", day=max(first_day, other.first_day)
                    )
        refusals.raise_any()
        away_id = session.execute(
            insert(AwayRow)
            .values(
                site_id=site_id,
                member_id=member_id,
                stand_in_id=stand_in_id,
                first_day=first_day,
                last_day=last_day,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(AwayRow.id)
        ).scalar_one()
        note_audit(
            session,
            "away:added",
            f"away:{away_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            first_day=first_day.isoformat(),
            last_day=last_day.isoformat(),
        )
        return away_id

    content = [site_id, member_id, stand_in_id, first_day.isoformat(), last_day.isoformat()]
    return run_once(session, key, "add_away", content, actor, now, write)
