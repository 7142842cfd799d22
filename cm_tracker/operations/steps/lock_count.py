"""Lock the round of a count that somebody checks, signs or has repeated."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import AlreadySigned, CountIsOld, NotAllowed, NotFound
from cm_tracker.domain.prizes.counts import CountLine, CountPerson
from cm_tracker.domain.staff.roles import LEAD, Actor, roles_in
from cm_tracker.models import CountCheck, CountRound, CountSignature, Staff, StockCount
from cm_tracker.operations.steps.open_round import LockedRound, lock_round
from cm_tracker.queries.prizes.counts import lines_of, retail_of


class CountAddress(NamedTuple):
    """Where a count belongs."""

    site_id: int
    round_id: int | None


class LockedCount(NamedTuple):
    """A count whose round is open and locked. `checked_by` is None until a second person has checked this count."""

    id: int
    site_id: int
    recorded_at: datetime
    in_round: LockedRound
    is_newest: bool
    lines: tuple[CountLine, ...]
    retail: dict[int, int]
    counted_by: CountPerson | None
    checked_by: CountPerson | None


def count_address(session: Session, count_id: int, permission: str, actor: Actor) -> CountAddress:
    """Return the site and the round of a count. Raise `NotFound`, or `NotAllowed` without the permission."""
    row = session.execute(
        select(StockCount.site_id, StockCount.round_id).where(StockCount.id == count_id)
    ).one_or_none()
    if row is None or not actor.reaches(row.site_id):
        raise NotFound(what="count")
    if not actor.may(permission, row.site_id):
        raise NotAllowed(roles=actor.roles)
    return CountAddress(row.site_id, row.round_id)


def lock_count(session: Session, count_id: int, address: CountAddress) -> LockedCount:
    """Lock the round of a count. Raise `AlreadySigned` if it is signed, and `CountIsOld` if its round is not open."""
    found = lock_round(session, CountRound.id == address.round_id)
    if session.execute(select(CountSignature.id).where(CountSignature.count_id == count_id)).first() is not None:
        raise AlreadySigned
    if found is None:
        raise CountIsOld
    row = session.execute(select(StockCount).where(StockCount.id == count_id)).scalar_one()
    newer = select(StockCount.id).where(StockCount.round_id == found.id, StockCount.id > count_id)
    checker = select(CountCheck.staff_id).where(CountCheck.count_id == count_id)
    lines = lines_of(row.lines)
    return LockedCount(
        id=count_id,
        site_id=address.site_id,
        recorded_at=row.recorded_at,
        in_round=found,
        is_newest=session.execute(newer.limit(1)).first() is None,
        lines=lines,
        retail=retail_of(lines, row.retail),
        counted_by=_person(session, row.staff_id),
        checked_by=_person(session, session.execute(checker).scalar_one_or_none()),
    )


def _person(session: Session, staff_id: int | None) -> CountPerson | None:
    if staff_id is None:
        return None
    roles = session.execute(select(Staff.roles).where(Staff.id == staff_id)).scalar_one()
    return CountPerson(staff_id, LEAD in roles_in(roles))
