"""Sources of money of the demonstration, and which of them pays for which enrollment. The names of its payers are real."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.funding.sources import CALENDAR, DONATION, GRANT, MEDICAID, FirstDay, year_of
from cm_tracker.domain.prizes.purchases import AUTHORIZED
from cm_tracker.operations.funding.add_source import add_source
from cm_tracker.operations.funding.choose_source import choose_source
from cm_tracker.operations.prizes.decide_purchase import decide_purchase
from cm_tracker.operations.prizes.end_purchase import end_purchase
from cm_tracker.operations.prizes.give_key import give_key
from cm_tracker.operations.prizes.request_purchase import request_purchase
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.funding.sources import sources
from cm_tracker.queries.prizes.catalog import catalog
from cm_tracker.queries.staff.sites import earliest_today, sites_of
from cm_tracker.queries.staff.staff import everybody_at

# Name, kind, first day of its year, limit for a client, limit in all, budget for purchases, what may be bought.
SOURCES: tuple[tuple[str, str, FirstDay | None, int | None, int | None, int | None, str], ...] = (
    (
        "State opioid response grant", GRANT, (9, 30), 75_000, 1_500_000, 35_000,
        "Items, vouchers and gift cards. No cash.",
    ),
    ("Medi-Cal", MEDICAID, CALENDAR, 59_900, 130_000, None, "Gift cards without cannabis, tobacco, alcohol or lottery."),
    ("Donations", DONATION, None, 10_000, 50_000, None, "Coffee, bus passes, things for children."),
)  # fmt: skip
# The source of each enrollment in turn, by its place in SOURCES; None names nobody.
TURNS = (0, 1, 0, 1, 0, 2, 0, None)

KEYS = (
    ("Cabinet in room 4", "Rosa Delgado"),
    ("Cabinet in room 4", "Kofi Mensah"),
    ("Safe for gift cards", "Miriam Katz"),
)
# The first one waits: with it, the grant's budget for purchases would be passed. The others are authorized, and the last
# one never arrives.
PURCHASES = ((200, "For the holidays"), (120, "The shelf is nearly empty"), (30, "For the spring party"))
NEVER_ARRIVES = "The shop no longer has them"


def funding(now: datetime, staff: Staff) -> None:
    """Enter the sources, and name one for most enrollments. Call it after everybody is enrolled."""
    session, lead = db.session(), staff["miriam"]
    today = earliest_today(session, now)
    added = [
        add_source(
            session, name=name, kind=kind, first_day=first_day, from_on=_first(first_day, today),
            client_cents=client_cents, total_cents=total_cents, budget_cents=budget_cents, buys=buys, key=str(uuid4()),
            actor=lead, now=now,
        )
        for name, kind, first_day, client_cents, total_cents, budget_cents, buys in SOURCES
    ]  # fmt: skip
    for n, span in enumerate(sorted(spans_of(session, None), key=lambda span: span.enrollment_id)):
        turn = TURNS[n % len(TURNS)]
        if turn is not None:
            choose_source(
                session, enrollment_id=span.enrollment_id, source_id=added[turn], from_on=span.starts_on,
                reason="As the list of the county says", key=str(uuid4()), actor=lead, now=now,
            )  # fmt: skip


def custody(now: datetime, staff: Staff) -> None:
    """Enter who has keys, and three purchases: one waits, one is on its way, one was ended. Call it after `funding`."""
    session, lead = db.session(), staff["miriam"]
    site = sites_of(session, lead)[0]
    today = day_at(now, site.time_zone)
    holders = {name: holder_id for holder_id, name in everybody_at(session, site.id).items()}
    for place, name in KEYS:
        give_key(
            session, site_id=site.id, place=place, holder_id=holders[name], from_on=today - timedelta(days=28),
            key=str(uuid4()), actor=lead, now=now,
        )  # fmt: skip
    grant = next(line.id for line in sources(session) if line.name == SOURCES[0][0])
    prizes = catalog(session, lead, only_active=True)
    for n, (quantity, reason) in enumerate(PURCHASES):
        prize = prizes[n]
        purchase_id = request_purchase(
            session, site_id=site.id, prize_id=prize.id, source_id=grant, quantity=quantity,
            unit_cents=prize.retail_cents, reason=reason, key=str(uuid4()), actor=staff["paula"], now=now,
        )  # fmt: skip
        if n:
            decide_purchase(
                session, purchase_id=purchase_id, decision=AUTHORIZED, reason="", key=str(uuid4()), actor=lead, now=now
            )
    end_purchase(session, purchase_id=purchase_id, reason=NEVER_ARRIVES, key=str(uuid4()), actor=lead, now=now)


def _first(first_day: FirstDay | None, today: date) -> date:
    return today - timedelta(days=365) if first_day is None else year_of(first_day, today).first
