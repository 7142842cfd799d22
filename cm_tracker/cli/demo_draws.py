"""The demonstration's prize draws: three clients in a schedule with a bowl, beside those who collect points."""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo_cabinet import take
from cm_tracker.cli.demo_clinic import PIN
from cm_tracker.db import db
from cm_tracker.domain.draws import WORDS, client_part
from cm_tracker.domain.errors import NotEnoughStock
from cm_tracker.domain.evidence import NewVisit, Test
from cm_tracker.domain.roles import command
from cm_tracker.operations.commit_draw import commit_draw
from cm_tracker.operations.deliver_stock import deliver_stock
from cm_tracker.operations.draw_slip import draw_slip
from cm_tracker.operations.enroll_client import enroll_client
from cm_tracker.operations.open_client import open_client
from cm_tracker.operations.publish_schedule import publish_schedule
from cm_tracker.operations.record_visit import record_visit
from cm_tracker.operations.set_pin import set_pin
from cm_tracker.operations.set_trading import set_trading
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients import balances_of
from cm_tracker.queries.draws import won_by
from cm_tracker.queries.presets import preset
from cm_tracker.queries.prizes import catalog
from cm_tracker.queries.sites import sites_of

WEEKS = 4
ACTOR = command("demonstration")


class _Client(NamedTuple):
    code: str
    name: str
    language: str
    draws_last_visit: bool


# The first two made all their draws but those of the last visit: somebody can try the bowl at once.
CLIENTS = (
    _Client("HS-119", "Noor", "en", False),
    _Client("HS-120", "Inés", "es", False),
    _Client("HS-121", "Theo", "en", True),
)


def add_draws(now: datetime, hasher: Hasher) -> None:
    """Add clients who draw prizes to the first site of the demonstration."""
    site = sites_of(db.session(), ACTOR)[0]
    begins = now - timedelta(weeks=WEEKS)
    version = publish_schedule(
        db.session(), document=preset("va-prize"), reason="Opening", key=str(uuid4()), actor=ACTOR, now=begins
    )
    zone = ZoneInfo(site.time_zone)
    for n, one in enumerate(CLIENTS):
        client = open_client(
            db.session(), code=one.code, preferred_name=one.name, site_id=site.id, language=one.language, actor=ACTOR,
            now=begins,
        )  # fmt: skip
        set_pin(db.session(), client_id=client, pin=PIN, hasher=hasher, actor=ACTOR, now=begins)
        starts_on = begins.astimezone(zone).date()
        enrollment = enroll_client(
            db.session(), client_id=client, schedule_version_id=version, starts_on=starts_on, key=str(uuid4()),
            actor=ACTOR, now=begins,
        )  # fmt: skip
        days = [starts_on + timedelta(days=day) for week in range(WEEKS) for day in (7 * week, 7 * week + 3)]
        for day in days:
            at = datetime.combine(day, time(10, 7 * n), zone).astimezone(now.tzinfo)
            # The second client lapses once: their draws begin again with one.
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
            if day != days[-1] or one.draws_last_visit:
                _draw_all(client, at + timedelta(minutes=5), keeps=day == days[-1])
    _restock(site.id, now - timedelta(days=1))
    set_trading(
        db.session(), site_id=site.id, days=14, reason="Five small ones in a short while", actor=ACTOR,
        now=now - timedelta(days=1),
    )  # fmt: skip


def _restock(site_id: int, now: datetime) -> None:
    """A delivery whose cost is known, for the inventory's report."""
    for prize in catalog(db.session(), ACTOR, only_active=True):
        if prize.tier == "small":
            deliver_stock(
                db.session(), site_id=site_id, prize_id=prize.id, quantity=12, unit_cents=prize.retail_cents * 4 // 5,
                note="Corner Supply, invoice 1182", key=str(uuid4()), actor=ACTOR, now=now,
            )  # fmt: skip


def _draw_all(client: int, now: datetime, *, keeps: bool) -> None:
    """Make every draw that is left, and take the prizes home; the first one waits where somebody `keeps` it here."""
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
                continue  # the slip stays the client's
