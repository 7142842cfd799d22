"""Sign somebody in whose password or one-time code was right, or ask for the second step first."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import reaches_every_site
from cm_tracker.domain.staff.second_factor import HalfSignedIn, is_grace_over, mark_of, must_have_factor
from cm_tracker.domain.staff.sign_ins import Where
from cm_tracker.models import SecondFactor, Staff, StaffSite
from cm_tracker.operations.steps.start_session import StartedSession, start_session
from cm_tracker.queries.staff.factors import factors_of, grace_of


def begin_session(
    session: Session,
    *,
    staff_id: int,
    roles: frozenset[str],
    browser: str | None,
    where: Where,
    needs_factor: bool,
    now: datetime,
) -> StartedSession | HalfSignedIn:
    """Start a session, or return who has to do the second step.

    Where `needs_factor`, and an account that must have one has none after its grace, the session opens nothing but the
    page where it is set up.
    """
    if factors_of(session, staff_id).has_any:
        stored = session.execute(select(Staff.password_hash).where(Staff.id == staff_id)).scalar_one()
        assert stored is not None, "it was right, or it was just set"
        return HalfSignedIn(staff_id, mark_of(stored))
    is_for_set_up = needs_factor and must_have_factor(roles) and _is_grace_over(session, staff_id, roles, now)
    return start_session(
        session, staff_id=staff_id, roles=roles, browser=browser, where=where, now=now, is_for_set_up=is_for_set_up
    )


def _is_grace_over(session: Session, staff_id: int, roles: frozenset[str], now: datetime) -> bool:
    """Return whether somebody may sign in no more without a second factor. Their grace begins now if it has not."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    began = SecondFactor.grace_began_at
    session.execute(
        dialect.insert(SecondFactor)
        .values(staff_id=staff_id, grace_began_at=now)
        .on_conflict_do_update(index_elements=["staff_id"], set_={"grace_began_at": now}, where=began.is_(None))
    )
    began_at = session.execute(select(began).where(SecondFactor.staff_id == staff_id)).scalar_one()
    sites = session.execute(select(StaffSite.site_id).where(StaffSite.staff_id == staff_id)).scalars()
    days = grace_of(session, None if reaches_every_site(roles) else frozenset(sites))
    return began_at is not None and is_grace_over(began_at, days, now)
