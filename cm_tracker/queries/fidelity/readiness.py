"""A site's checklist: what the program sees of it, and what a lead has confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.fidelity.readiness import Facts, checklist
from cm_tracker.domain.staff.roles import LEAD, Actor
from cm_tracker.models import AccountRow, LeadStatement, Prize, ReadinessMark, Site, Staff
from cm_tracker.queries.fidelity.training import training_at
from cm_tracker.queries.schedules.schedules import VersionLine, newest_versions
from cm_tracker.queries.staff.sites import SiteLine, site_of
from cm_tracker.queries.staff.staff import has_role
from cm_tracker.queries.views import view_of
from cm_tracker.queries.visits.panels import panels_in_use


@dataclass(frozen=True, slots=True)
class Mark:
    """What a lead confirmed, or took back: with which words, when, and who."""

    item: str
    is_done: bool
    text: str
    recorded_at: datetime
    staff_name: str | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The checklist of a site. `is_asked` says that its first client waits for it; `marks` are the newest of each item."""

    site: SiteLine
    is_asked: bool
    facts: Facts
    marks: Mapping[str, Mark]

    @property
    def items(self) -> Mapping[str, bool]:
        """Return each item with whether it is done."""
        return checklist(self.facts)

    @property
    def open(self) -> tuple[str, ...]:
        """Return the items that are not done."""
        return tuple(item for item, is_done in self.items.items() if not is_done)


def readiness(session: Session, actor: Actor, site_id: int, today: date) -> Readiness:
    """Return the checklist of one of the actor's sites. Raise `NotFound`. The number of statements is constant."""
    site = site_of(session, actor, site_id)
    is_asked = session.execute(select(Site.has_checklist).where(Site.id == site_id)).scalar_one() is True
    marks = _marks(session, site_id)
    return Readiness(site, is_asked, _facts(session, actor, site_id, today, marks), marks)


def open_items(session: Session, actor: Actor, site_id: int, today: date) -> tuple[str, ...]:
    """Return the items of a site's checklist that are not done. Raise `NotFound`."""
    return readiness(session, actor, site_id, today).open


def _facts(session: Session, actor: Actor, site_id: int, today: date, marks: Mapping[str, Mark]) -> Facts:
    schedules = newest_versions(session, actor, today)
    stock = _stock(session, site_id)
    trained = training_at(session, Site.id == site_id, today=today)
    lots = [panel.lot for panel in panels_in_use(session, site_id, today) if panel.lot is not None]
    leads = select(func.count()).select_from(Staff).where(has_role(LEAD), Staff.is_active)
    stated = select(LeadStatement.id).where(LeadStatement.ended_at.is_(None)).limit(1)
    return Facts(
        clinical=sum(one.clinical for one in trained),
        untrained=tuple(person for one in trained for person in one.untrained),
        schedules=len(schedules),
        has_tests=any(track.evidence == "drug_test" for line in schedules for track in line.schedule.tracks),
        has_kit=any(lot.expires_on >= today for lot in lots),
        empty_tiers=tuple(tier for tier in _promised(schedules) if not stock.get(tier)),
        items=sum(stock.values()),
        leads=session.execute(leads).scalar_one(),
        is_one_lead_stated=session.execute(stated).first() is not None,
        confirmed=frozenset(item for item, mark in marks.items() if mark.is_done),
    )


def _promised(schedules: tuple[VersionLine, ...]) -> tuple[str, ...]:
    """Return the tiers of the bowls that clients are enrolled with, the cheapest first."""
    bowls = [line.schedule.bowl for line in schedules if line.schedule.bowl is not None]
    cents = {slip.tier: slip.cents for bowl in bowls for slip in bowl.slips if slip.cents}
    return tuple(sorted(cents, key=lambda tier: (cents[tier], tier)))


def _stock(session: Session, site_id: int) -> Mapping[str, int]:
    """Return how many items are in a site's cabinet, by tier; those of no tier under an empty word."""
    rows = session.execute(
        select(Prize.tier, func.sum(AccountRow.balance).label("n"))
        .join(Prize, Prize.id == AccountRow.prize_id)
        .where(AccountRow.kind == "cabinet", AccountRow.site_id == site_id, Prize.is_active)
        .group_by(Prize.tier)
    )
    return {row.tier or "": int(row.n or 0) for row in rows}


def _marks(session: Session, site_id: int) -> Mapping[str, Mark]:
    newest = select(func.max(ReadinessMark.id)).where(ReadinessMark.site_id == site_id).group_by(ReadinessMark.item)
    rows: Any = session.execute(
        select(
            ReadinessMark.item,
            ReadinessMark.is_done,
            ReadinessMark.text,
            ReadinessMark.recorded_at,
            Staff.display_name.label("staff_name"),
        )
        .outerjoin(Staff, Staff.id == ReadinessMark.staff_id)
        .where(ReadinessMark.id.in_(newest))
    )
    return {row.item: view_of(Mark, row) for row in rows}
