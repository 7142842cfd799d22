"""What was bought with sources of money in a year of theirs, against what was planned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.funding.sources import FundingYear, Use
from cm_tracker.domain.prizes.purchases import AUTHORIZED
from cm_tracker.models import Delivery, PurchaseDecision, PurchaseEnd, PurchaseReceipt, PurchaseRow, Site
from cm_tracker.queries.funding.sources import SourceLine
from cm_tracker.queries.paging import in_days

# The clock differs by so much at most between a site and UTC.
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Purchased:
    """What was bought of a source in its year, in cents.

    `authorized_cents` counts every authorized purchase that has not ended on the day on which it was authorized, and
    `received_cents` those of them that have arrived. What has arrived counts with what it cost, the rest with what was authorized.
    """

    authorized_cents: int = 0
    received_cents: int = 0


def purchased(session: Session, years: Mapping[int, FundingYear]) -> dict[int, Purchased]:
    """Return what was bought at every site in the year that `years` names for each source."""
    if not years:
        return {}
    earliest = min(year.first for year in years.values())
    cost = func.coalesce(Delivery.quantity * Delivery.unit_cents, PurchaseRow.quantity * PurchaseRow.unit_cents)
    rows = session.execute(
        select(
            PurchaseRow.source_id,
            PurchaseDecision.recorded_at,
            Site.time_zone,
            cost.label("cents"),
            PurchaseReceipt.id.is_not(None).label("is_received"),
        )
        .join(PurchaseDecision, PurchaseDecision.purchase_id == PurchaseRow.id)
        .join(Site, Site.id == PurchaseRow.site_id)
        .outerjoin(PurchaseReceipt, PurchaseReceipt.purchase_id == PurchaseRow.id)
        .outerjoin(PurchaseEnd, PurchaseEnd.purchase_id == PurchaseRow.id)
        .outerjoin(Delivery, Delivery.transaction_id == PurchaseReceipt.transaction_id)
        .where(
            PurchaseDecision.decision == AUTHORIZED,
            PurchaseEnd.id.is_(None),
            PurchaseRow.source_id.in_(list(years)),
            in_days(PurchaseDecision.recorded_at, earliest - _A_DAY if earliest > date.min else None, None, "UTC"),
        )
    )
    found = {source_id: Purchased() for source_id in years}
    for row in rows:
        if years[row.source_id].has(day_at(row.recorded_at, row.time_zone)):
            of = found[row.source_id]
            received = row.cents if row.is_received else 0
            found[row.source_id] = Purchased(of.authorized_cents + row.cents, of.received_cents + received)
    return found


def budget_uses(session: Session, lines: Iterable[SourceLine], day: date) -> dict[int, Use]:
    """Return how much of the budget of each source is authorized in the year of a day. The caller checks the actor."""
    of = {line.id: line for line in lines}
    bought = purchased(session, {line.id: line.year(day) for line in of.values()})
    return {number: Use(one.authorized_cents, of[number].terms_on(day).budget_cents) for number, one in bought.items()}
