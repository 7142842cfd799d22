"""Sources of money of the demonstration, and which of them pays for which enrollment. The names of its payers are real."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.db import db
from cm_tracker.domain.funding.sources import CALENDAR, DONATION, GRANT, MEDICAID, FirstDay, year_of
from cm_tracker.operations.funding.add_source import add_source
from cm_tracker.operations.funding.choose_source import choose_source
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.staff.sites import earliest_today

# Name, kind, first day of its year, limit for a client, limit in all, what may be bought.
SOURCES: tuple[tuple[str, str, FirstDay | None, int | None, int | None, str], ...] = (
    ("State opioid response grant", GRANT, (9, 30), 75_000, 1_500_000, "Items, vouchers and gift cards. No cash."),
    ("Medi-Cal", MEDICAID, CALENDAR, 59_900, 130_000, "Gift cards without cannabis, tobacco, alcohol or lottery."),
    ("Donations", DONATION, None, 10_000, 50_000, "Coffee, bus passes, things for children."),
)
# The source of each enrollment in turn, by its place in SOURCES; None names nobody.
TURNS = (0, 1, 0, 1, 0, 2, 0, None)


def funding(now: datetime, staff: Staff) -> None:
    """Enter the sources, and name one for most enrollments. Call it after everybody is enrolled."""
    session, lead = db.session(), staff["miriam"]
    today = earliest_today(session, now)
    added = [
        add_source(
            session, name=name, kind=kind, first_day=first_day, from_on=_first(first_day, today),
            client_cents=client_cents, total_cents=total_cents, buys=buys, key=str(uuid4()), actor=lead, now=now,
        )
        for name, kind, first_day, client_cents, total_cents, buys in SOURCES
    ]  # fmt: skip
    for n, span in enumerate(sorted(spans_of(session, None), key=lambda span: span.enrollment_id)):
        turn = TURNS[n % len(TURNS)]
        if turn is not None:
            choose_source(
                session, enrollment_id=span.enrollment_id, source_id=added[turn], from_on=span.starts_on,
                reason="As the list of the county says", key=str(uuid4()), actor=lead, now=now,
            )  # fmt: skip


def _first(first_day: FirstDay | None, today: date) -> date:
    return today - timedelta(days=365) if first_day is None else year_of(first_day, today).first
