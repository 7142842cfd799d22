"""When clients' points expire: the rule of their site, and what it counts from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.ledger.expiry import ExpiryRule, expires_on, is_near
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.models import AccountRow, Client, EntryRow, Site, Transaction
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.staff.site_settings import settings_from

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Expiry:
    """The first day on which a client's points are gone, in the site's time zone."""

    client_id: int
    on: date
    time_zone: str


def expiry_of(session: Session, client_id: int) -> Expiry | None:
    """When a client's points expire; None where they stay, or where there are none."""
    return next(_expiries(session, [client_id]), None)


def spend_by(session: Session, client_id: int, today: date, *, always: bool = False) -> date | None:
    """The last day on which a client's points can be spent, from four weeks before it on, or with `always` at any time."""
    expiry = expiry_of(session, client_id)
    if expiry is None or not (always or is_near(expiry.on, today)):
        return None
    # Where the nightly command did not run, they are there today, and nobody is told of a day that has passed.
    return max(expiry.on - timedelta(days=1), today)


def expired_clients(session: Session, now: datetime, *, after: int = 0) -> tuple[tuple[int, ...], int | None]:
    """Clients whose points are due to expire, by id, out of the next 500 who have any at a site with a rule.

    Return their ids, and the id after which to go on, which is None at the end.
    """
    sites = session.execute(select(Site.id, Site.settings))
    with_rule = [site_id for site_id, settings in sites if settings_from(settings).expiry_weeks is not None]
    ids = list(
        session.execute(
            select(Client.id)
            .join(
                AccountRow,
                (AccountRow.client_id == Client.id) & (AccountRow.kind == "client") & (AccountRow.unit == "points"),
            )
            .where(Client.id > after, AccountRow.balance > 0, Client.site_id.in_(with_rule))
            .order_by(Client.id)
            .limit(AT_ONCE)
        ).scalars()
    )
    due = tuple(expiry.client_id for expiry in _expiries(session, ids) if day_at(now, expiry.time_zone) >= expiry.on)
    return due, ids[-1] if len(ids) == AT_ONCE else None


def _expiries(session: Session, client_ids: list[int]) -> Iterator[Expiry]:
    rules = {
        row.id: row
        for row in session.execute(
            select(Client.id, Site.settings, Site.time_zone, AccountRow.id.label("purse"))
            .join(Site, Site.id == Client.site_id)
            .join(
                AccountRow,
                (AccountRow.client_id == Client.id) & (AccountRow.kind == "client") & (AccountRow.unit == "points"),
            )
            .where(Client.id.in_(client_ids), AccountRow.balance > 0)
            .order_by(Client.id)
        )
        if settings_from(row.settings).expiry_weeks is not None
    }
    if not rules:
        return
    ends = _last_days(session, list(rules))
    given = {
        account_id: at
        for account_id, at in session.execute(
            select(EntryRow.account_id, func.max(Transaction.recorded_at))
            .join(Transaction, Transaction.id == EntryRow.transaction_id)
            .where(EntryRow.account_id.in_([row.purse for row in rules.values()]), EntryRow.amount > 0)
            .group_by(EntryRow.account_id)
        )
    }
    for client_id, row in rules.items():
        last_given = day_at(given[row.purse], row.time_zone) if row.purse in given else None
        on = expires_on(_rule_of(settings_from(row.settings)), ends.get(client_id), last_given)
        if on is not None:
            yield Expiry(client_id, on, row.time_zone)


def _rule_of(settings: SiteSettings) -> ExpiryRule | None:
    if settings.expiry_weeks is None:
        return None
    # A default of the program would hold since ever.
    return ExpiryRule(settings.expiry_weeks, settings.since.get("expiry_weeks", date.min))


def _last_days(session: Session, client_ids: list[int]) -> dict[int, date]:
    """Return the last day of each client's last enrollment. While one is paused, points do not expire."""
    last: dict[int, date] = {}
    for of in spans_of(session, client_ids):
        day = of.span.last_day or date.max
        last[of.client_id] = max(day, last.get(of.client_id, day))
    return last
