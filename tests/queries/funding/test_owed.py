"""What is owed to clients keeps its worth, whatever happens to their schedule; and what was spent is worth the same."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.models import Draw
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.funding.owed import Owed, owed_to_clients, spent_since
from tests import cast, drawing, merging
from tests.domain.schedules.documents import document, phase, track
from tests.operations.prizes.test_trade_up import allow, trade
from tests.operations.prizes.test_trade_up import drawn as draw_small

TODAY = date(2026, 3, 16)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
# Dora's enrollment.
HERS = 3


def owed(session: Session, today: date = TODAY) -> Owed:
    return owed_to_clients(session, cast.miriam, today)


def spent(session: Session) -> int:
    return spent_since(session, cast.miriam, BEGIN)


def version(session: Session, *slips: dict[str, Any]) -> int:
    """Publish a schedule with a bowl of these slips, or without one. Return its version's id."""
    visits = phase((1, 8), base=3, step=0)
    return publish_schedule(
        session,
        document=document(
            track(visits, behavior="cocaine-negative", pays="draws" if slips else "points"),
            bowl={"name": "Another", "slips": list(slips)} if slips else None,
            name="Another",
        ),
        reason="x", key=cast.key(), actor=command(), now=cast.NOW,
    )  # fmt: skip


def drawn(session: Session, client: int, *numbers: int) -> None:
    commit_draw(session, client_id=client, actor=drawing.KIOSK, now=cast.NOW)
    for number in numbers:
        drawing.draw(session, client, number)


def test_slips_keep_their_worth_in_a_schedule_without_a_bowl(session: Session) -> None:
    client = drawing.won(session, 3)
    prize = drawing.shelved(session, "small")
    assert owed(session) == Owed(0, 0, 0, 0, 3, 300)
    cast.move(session, HERS, cast.HIGGINS, "2026-03-16")
    assert owed(session) == Owed(0, 0, 0, 0, 3, 300)
    drawing.choose(session, client, prize, "small")
    assert (owed(session), spent(session)) == (Owed(0, 0, 0, 0, 2, 200), 100)


def test_a_changed_bowl_changes_no_slip_that_was_drawn(session: Session) -> None:
    client = drawing.won(session, 2)
    prize = drawing.shelved(session, "small")
    cast.move(session, HERS, version(session, {"tier": "small", "count": 1, "cents": 500}), "2026-03-09")
    assert owed(session) == Owed(0, 0, 0, 0, 2, 200)
    cast.visit(session, 7, enrollment_id=HERS)
    drawn(session, client, 3)
    # Two of 1 dollar and one of 5, and two draws at 5 dollars.
    assert owed(session) == Owed(0, 0, 2, 1_000, 3, 700)
    # The oldest is exchanged first; then the one beside it, and it comes back.
    drawing.choose(session, client, prize, "small")
    assert (owed(session).slips_cents, spent(session)) == (600, 100)
    drawing.choose(session, client, prize, "small")
    second = drawing.choose(session, client, prize, "small")
    assert (owed(session).slips_cents, spent(session)) == (0, 700)
    undo_redemption(
        session, redemption_id=second, is_back=True, reason="The wrong one", key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    assert (owed(session).slips_cents, spent(session)) == (500, 200)


def test_draws_can_still_be_made_in_a_schedule_without_a_bowl(session: Session) -> None:
    """A move takes nothing back that was earned: the bowl is the one before the move."""
    client = drawing.dora(session)
    assert owed(session) == Owed(0, 0, 3, 1_150, 0, 0)
    cast.move(session, HERS, cast.HIGGINS, "2026-03-16")
    assert owed(session) == Owed(0, 0, 3, 1_150, 0, 0)
    drawn(session, client, 1, 2, 3)
    assert len(session.execute(select(Draw.id)).all()) == 3
    assert owed(session).draws == 0
    assert owed(session).slips_cents == sum(session.execute(select(Draw.given_cents)).scalars())


def test_draws_are_worth_what_the_bowl_holds_from_which_they_will_be_made(session: Session) -> None:
    drawing.dora(session)
    cast.move(session, HERS, version(session, {"tier": "small", "count": 1, "cents": 500}), "2026-03-16")
    assert owed(session).draws_cents == 1_500
    assert owed(session, date(2026, 3, 15)).draws_cents == 1_150


def test_five_slips_that_were_traded_are_one_of_the_next_tier(session: Session) -> None:
    allow(session)
    client = draw_small(session, 6)
    assert owed(session) == Owed(0, 0, 0, 0, 6, 600)
    trade(session, client)
    assert (owed(session), spent(session)) == (Owed(0, 0, 0, 0, 2, 2_100), 0)


def test_slips_of_two_records_are_those_of_one_client(session: Session) -> None:
    client = drawing.won(session, 2)
    cast.end(session, HERS, "2026-03-16")
    prize = drawing.shelved(session, "small")
    drawing.choose(session, client, prize, "small")
    assert (owed(session), spent(session)) == (Owed(0, 0, 0, 0, 1, 100), 100)
    merging.merge(session, client)
    assert (owed(session), spent(session)) == (Owed(0, 0, 0, 0, 1, 100), 100)
