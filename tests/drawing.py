"""Set up Dora, a client who draws prizes, and act for her: for every test of draws."""

from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.draw_slip import draw_slip
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import redeem_at_once

KIOSK = Actor(None, frozenset(), frozenset({cast.HARBOR}), "kiosk")
SLIPS = [
    {"tier": "good_job", "count": 2, "cents": 0},
    {"tier": "small", "count": 3, "cents": 100},
    {"tier": "large", "count": 1, "cents": 2000},
]


def enrolled_in(session: Session, doc: dict[str, Any], *, is_practice: bool = False) -> tuple[int, int]:
    """Add Dora at Harbor Street and enroll her in a schedule. Return the ids of the client and the enrollment."""
    version = publish_schedule(session, document=doc, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    client = open_client(
        session, code="HS-9", preferred_name="Dora", site_id=1, language="en", is_practice=is_practice,
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    enrollment = enroll_client(
        session, client_id=client, schedule_version_id=version, starts_on=cast.START, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    return client, enrollment


def dora(
    session: Session,
    *,
    slips: list[dict[str, Any]] = SLIPS,
    draws: int = 3,
    ceilings: list[dict[str, Any]] | None = None,
    is_practice: bool = False,
) -> int:
    """Add Dora, and record a visit that earns her draws. Return her id."""
    doc = document(
        track(phase((1, 8), base=draws, step=0), behavior="cocaine-negative", pays="draws"),
        bowl={"name": "Six slips", "slips": slips},
        ceilings=ceilings or [],
    )
    client, enrollment = enrolled_in(session, doc, is_practice=is_practice)
    cast.visit(session, 0, enrollment_id=enrollment)
    return client


def draw(session: Session, client: int, number: int, part: str = "touch 500,500", *, once: str | None = None) -> int:
    return draw_slip(
        session, client_id=client, number=number, part=part, key=once or cast.key(), actor=KIOSK, now=cast.NOW
    )


def shelved(session: Session, tier: str, quantity: int = 5, *, name: str = "") -> int:
    """Add a prize of a tier, and deliver some to the cabinet of Harbor Street. Return the prize's id."""
    prize = save_prize(
        session, name=name or f"A {tier} thing", name_es="", category="household", price_cents=250, retail_cents=250,
        is_active=True, tier=tier, actor=command(), now=cast.NOW,
    )  # fmt: skip
    if quantity:
        deliver_stock(
            session,
            site_id=1,
            prize_id=prize,
            quantity=quantity,
            note="x",
            key=cast.key(),
            actor=command(),
            now=cast.NOW,
        )
    return prize


def choose(session: Session, client: int, prize: int, tier: str, *, actor: Actor = cast.rosa) -> int:
    return redeem_at_once(session, client_id=client, tier=tier, prize_id=prize, actor=actor)


def won(session: Session, count: int = 1, *, is_practice: bool = False) -> int:
    """Add Dora, and let her draw `count` small prizes from a bowl that holds nothing else. Return her id."""
    client = dora(session, slips=[{"tier": "small", "count": 1, "cents": 100}], draws=count, is_practice=is_practice)
    commit_draw(session, client_id=client, actor=KIOSK, now=cast.NOW)
    for number in range(1, count + 1):
        draw(session, client, number)
    return client
