"""Who has set a password with a one-time code, for those who look after the accounts of a site."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import OneTimeCode, Staff, StaffSite
from cm_tracker.queries.staff.staff import is_colleague
from cm_tracker.queries.views import view_of

# Leads are told for so long that somebody has set a password.
TOLD_FOR = timedelta(days=7)
MOST = 20


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """Somebody who set a password with a code of `maker_name`, which is None for a code of the command line."""

    staff_name: str
    used_at: datetime
    maker_name: str | None


def passwords_set_lately(session: Session, actor: Actor, now: datetime) -> tuple[PasswordSet, ...]:
    """Return who set a password with a code of somebody else than the actor in the last days, the newest first.

    A lead is told about the accounts of their sites, and about those of every site. Whoever made a code knows of it.
    """
    maker = aliased(Staff)
    is_everywhere = ~exists().where(StaffSite.staff_id == Staff.id)
    rows = session.execute(
        select(Staff.display_name.label("staff_name"), OneTimeCode.used_at, maker.display_name.label("maker_name"))
        .join(Staff, Staff.id == OneTimeCode.staff_id)
        .outerjoin(maker, maker.id == OneTimeCode.made_by_id)
        .where(
            OneTimeCode.used_at > now - TOLD_FOR,
            OneTimeCode.staff_id != actor.staff_id,
            or_(OneTimeCode.made_by_id.is_(None), OneTimeCode.made_by_id != actor.staff_id),
            or_(is_colleague(actor), is_everywhere),
        )
        .order_by(OneTimeCode.used_at.desc(), OneTimeCode.id.desc())
        .limit(MOST)
    )
    return tuple(view_of(PasswordSet, row) for row in rows)
