"""Questions at the kiosk: one touch, an answer of staff without a name or a substance, and read once."""

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    QuestionAnswered,
    TextNamesClient,
    TextNotForKiosk,
)
from cm_tracker.operations.kiosk.acknowledge_answers import acknowledge_answers
from cm_tracker.operations.kiosk.answer_question import answer_question
from cm_tracker.operations.kiosk.ask_question import ask_question
from cm_tracker.queries.day.asked import asked_at
from cm_tracker.queries.kiosk.said import said_by
from tests import cast
from tests.kiosk import AT_HARBOR, TODAY, question


def answered(session: Session, question_id: int, answer: str = "today", text: str = "", **more: object) -> None:
    answer_question(
        session,
        question_id=question_id,
        answer=answer,
        text=text,
        **{"actor": cast.rosa, "now": cast.NOW, **more},  # type: ignore[arg-type]
    )


def test_a_question_waits_once_until_it_is_answered_and_the_answer_until_it_is_read(session: Session) -> None:
    number = question(session)
    assert question(session) == number
    assert [line.topic for line in asked_at(session, cast.rosa, cast.HARBOR, TODAY)] == ["talk"]
    assert said_by(session, cast.AMIR, TODAY).waiting == {"talk"}
    answered(session, number, text="Ask for Rosa")
    assert asked_at(session, cast.rosa, cast.HARBOR, TODAY) == ()
    said = said_by(session, cast.AMIR, TODAY)
    assert said.waiting == frozenset() and said.answers == ((number, "talk", "today", "Ask for Rosa"),)
    later = question(session)
    answered(session, later, "desk")
    acknowledge_answers(session, client_id=cast.AMIR, up_to=number, actor=AT_HARBOR, now=cast.NOW)
    assert [one.question_id for one in said_by(session, cast.AMIR, TODAY).answers] == [later]
    with pytest.raises(QuestionAnswered):
        answered(session, number)


def test_the_front_desk_sees_that_somebody_wants_to_talk_and_nothing_about_points(session: Session) -> None:
    desk = cast.front_desk(session)
    for topic in ("points", "talk", "next_visit"):
        question(session, topic)
    assert [line.topic for line in asked_at(session, desk, cast.HARBOR, TODAY)] == ["talk", "next_visit"]
    assert [line.topic for line in asked_at(session, cast.rosa, cast.HARBOR, TODAY)] == ["points", "talk", "next_visit"]
    for actor, error in ((desk, NotAllowed), (cast.grace, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(error):
            answered(session, 2, actor=actor)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("See you, Amir!", TextNamesClient),
        ("for AMIR", TextNamesClient),
        ("HS-1: come in", TextNamesClient),
        ("hs1 please", TextNamesClient),
        ("Your cocaine visit", TextNotForKiosk),
        ("It was positive", TextNotForKiosk),
        ("La prueba del lunes", TextNotForKiosk),
        ("x" * 141, BadInput),
    ],
)
def test_a_text_that_others_must_not_read_is_refused(session: Session, text: str, error: type[Exception]) -> None:
    number = question(session)
    with pytest.raises(error):
        answered(session, number, text=text)
    answered(session, number, text="You met us on Monday, by the bar of the river")


def test_only_the_answers_and_questions_that_there_are(session: Session) -> None:
    number = question(session)
    with pytest.raises(BadInput):
        answered(session, number, "right")
    with pytest.raises(BadInput):
        ask_question(session, client_id=cast.AMIR, topic="other", actor=AT_HARBOR, now=cast.NOW)
    with pytest.raises(NotFound):
        answered(session, 99)
    with pytest.raises(NotFound):
        ask_question(session, client_id=cast.BEA, topic="talk", actor=AT_HARBOR, now=cast.NOW)
