"""What tests of the kiosk share: the actor, and what a client did there a while ago."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.kiosk.ask_for_prize import ask_for_prize
from cm_tracker.operations.kiosk.ask_question import ask_question
from tests import cast

AT_HARBOR = Actor(None, frozenset(), frozenset({cast.HARBOR}), "kiosk")
AT_MILL = Actor(None, frozenset(), frozenset({cast.MILL}), "kiosk")
TODAY = date(2026, 3, 16)
TOMORROW = cast.NOW + timedelta(days=1)


def asked(session: Session, prize_id: int = cast.MUG, *, client_id: int = cast.AMIR, now: datetime = cast.NOW) -> int:
    """Let a client of Harbor Street ask for a prize. Return the request's id."""
    return ask_for_prize(session, client_id=client_id, prize_id=prize_id, actor=AT_HARBOR, now=now)


def question(session: Session, topic: str = "talk", *, client_id: int = cast.AMIR, now: datetime = cast.NOW) -> int:
    """Let a client of Harbor Street ask a question. Return its id."""
    return ask_question(session, client_id=client_id, topic=topic, actor=AT_HARBOR, now=now)
