"""The demonstration's prize draws: three clients whose schedule pays draws and not points."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.cabinet import take
from cm_tracker.cli.demo.clinic import PIN, Event
from cm_tracker.cli.demo.schedules import Staff, publish
from cm_tracker.db import db
from cm_tracker.domain.errors import NotEnoughStock
from cm_tracker.domain.prizes.draws import WORDS, client_part
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.draw_slip import draw_slip
from cm_tracker.operations.staff.change_site_settings import change_site_settings
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.prizes.catalog import catalog
from cm_tracker.queries.prizes.draws import won_by
from cm_tracker.queries.staff.sites import sites_of

WEEKS = 4
ACTOR = command("demonstration")


class _Client(NamedTuple):
    code: str
    name: str
    language: str
    draws_last_visit: bool


# The first two have not made the draws of their last visit, so that a reader can try the bowl at once.
CLIENTS = (
    _Client("HS-119", "Noor", "en", False),
    _Client("HS-120", "Inés", "es", False),
    _Client("HS-121", "Theo", "en", True),
)


def draws(now: datetime, hasher: Hasher, staff: Staff) -> list[Event]:
    """Return the events of clients who draw prizes at the first site: their enrollment, and each of their visits.

    They visit early in the morning, before the clinic's other clients.
    """
    site = sites_of(db.session(), ACTOR)[0]
    zone = ZoneInfo(site.time_zone)
    starts_on = (now - timedelta(weeks=WEEKS)).astimezone(zone).date()
    begins = datetime.combine(starts_on, time(7), zone).astimezone(now.tzinfo)
    yesterday = now - timedelta(days=1)
    days = [starts_on + timedelta(days=day) for week in range(WEEKS) for day in (7 * week, 7 * week + 3)]
    ids: list[tuple[int, int]] = []  # (client, enrollment), filled by `begin`

    def begin() -> None:
        version = publish("va-prize", "Opening", staff, begins)
        ids.extend(_open(client, site.id, version, starts_on, hasher, begins) for client in CLIENTS)

    def visit(n: int, day: date, at: datetime) -> None:
        client, enrollment = ids[n]
        # The second client has one positive test, so their draws start again at one.
        result = "positive" if (n, day) == (1, days[4]) else "negative"
        record_visit(
            db.session(),
            enrollment_id=enrollment,
            visit=NewVisit(
                "stimulant-negative", day, Test({"stimulant": result}, temperature="in_range"), collected_at=at
            ),
            key=str(uuid4()),
            actor=ACTOR,
            now=at + timedelta(minutes=3),
        )
        if day != days[-1] or CLIENTS[n].draws_last_visit:
            _draw_all(client, at + timedelta(minutes=5), keeps=day == days[-1])

    events: list[Event] = [(begins, begin), (yesterday, partial(_restock, site.id, yesterday))]
    for n in range(len(CLIENTS)):
        for day in days:
            at = datetime.combine(day, time(8, 18 * n), zone).astimezone(now.tzinfo)
            events.append((at, partial(visit, n, day, at)))
    return events


def _open(new: _Client, site_id: int, version: int, starts_on: date, hasher: Hasher, now: datetime) -> tuple[int, int]:
    client = open_client(
        db.session(), code=new.code, preferred_name=new.name, site_id=site_id, language=new.language, actor=ACTOR,
        now=now,
    )  # fmt: skip
    set_pin(db.session(), client_id=client, pin=PIN, hasher=hasher, actor=ACTOR, now=now)
    enrollment = enroll_client(
        db.session(), client_id=client, schedule_version_id=version, starts_on=starts_on, key=str(uuid4()),
        actor=ACTOR, now=now,
    )  # fmt: skip
    return client, enrollment


def _restock(site_id: int, now: datetime) -> None:
    """Book a delivery with its cost, for the inventory report, and allow trading up."""
    for prize in catalog(db.session(), ACTOR, only_active=True):
        if prize.tier == "small":
            deliver_stock(
                db.session(), site_id=site_id, prize_id=prize.id, quantity=12, unit_cents=prize.retail_cents * 4 // 5,
                note="Corner Supply, invoice 1182", key=str(uuid4()), actor=ACTOR, now=now,
            )  # fmt: skip
    change_site_settings(
        db.session(), site_id=site_id, values={"trade_days": 14}, reason="Clients who draw five small prizes are disappointed", actor=ACTOR,
        now=now,
    )  # fmt: skip


def _draw_all(client: int, now: datetime, *, keeps: bool) -> None:
    """Make all remaining draws and hand the prizes out. If `keeps`, the first prize stays set aside."""
    left = balances_of(db.session(), client).get("draws", 0)
    if not left:
        return
    number = commit_draw(db.session(), client_id=client, actor=ACTOR, now=now)
    for n in range(left):
        at = now + timedelta(seconds=20 * n)
        part = client_part(word=WORDS[(client + number + n) % len(WORDS)])
        draw_slip(db.session(), client_id=client, number=number + n, part=part, key=str(uuid4()), actor=ACTOR, now=at)
    for tier, count in won_by(db.session(), client).items():
        prizes = [prize for prize in catalog(db.session(), ACTOR, only_active=True) if prize.tier == tier]
        for n in range(count):
            try:
                prize = prizes[(client + n) % len(prizes)].id
                take(client, prize, 0, ACTOR, now + timedelta(minutes=4), tier=tier, is_set_aside=keeps)
                keeps = False
            except NotEnoughStock:
                continue  # the client keeps the slip
