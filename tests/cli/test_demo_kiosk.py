"""What clients of the demonstration said at the kiosk waits on today's board."""

from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.cli.demo import kiosk
from cm_tracker.queries.day.asked import asked_at
from cm_tracker.queries.kiosk.said import said_by
from tests import cast
from tests.kiosk import TODAY


def test_a_request_and_a_question_wait_and_one_client_has_a_goal(session: Session, monkeypatch: Any) -> None:
    """Amir has 85 points: he asks for the most expensive prize that he can have, and is the one who reads an answer."""
    cast.rich(session)
    for name in ("SAVES", "ASKS", "TALKS", "READS"):
        monkeypatch.setattr(kiosk, name, "HS-1")
    kiosk.at_kiosk(cast.NOW, {"rosa": cast.rosa})
    found = asked_at(session, cast.rosa, cast.HARBOR, TODAY)
    assert [(line.topic, line.prize_name) for line in found] == [("prize", "Grocery card"), ("talk", None)]
    said = said_by(session, cast.AMIR, TODAY)
    assert said.wish is None, "no prize is out of reach"
    assert [(one.topic, one.answer) for one in said.answers] == [("next_visit", "on_card")]


def test_who_has_no_points_saves_and_asks_for_nothing(session: Session, monkeypatch: Any) -> None:
    for name in ("SAVES", "ASKS", "TALKS", "READS"):
        monkeypatch.setattr(kiosk, name, "HS-1")
    kiosk.at_kiosk(cast.NOW, {"rosa": cast.rosa})
    assert said_by(session, cast.AMIR, TODAY).wish == cast.MUG
    assert [line.topic for line in asked_at(session, cast.rosa, cast.HARBOR, TODAY)] == ["talk"]
