"""Asking staff at the kiosk, and answering."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from tests import cast
from tests.kiosk import question
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]
ASK = "/kiosk/questions"


def test_a_question_lands_on_the_board_and_its_answer_at_the_next_sign_in_until_it_is_read(
    app: Flask, rosa: Person
) -> None:
    client = opened(app)
    assert client.send(ASK, topic="points").status_code == 303
    assert "Why did my points change? Asked. We will answer you." in text(client.get(ASK))
    assert "HS-1: asks why the points changed Amir" in text(rosa.get("/"))
    answer = rosa.send("/questions/1", answer="added", text="Sorry about that")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "asks why" not in text(rosa.get("/"))
    says = "Our answer to you Why did my points change? You were right. We added what was missing. Sorry about that"
    for _ in range(2):
        assert says in text(opened(app).get("/kiosk/card"))
    client = opened(app)
    assert client.send("/kiosk/answers", shown_at="/kiosk/card", up_to="1").status_code == 303
    assert "Our answer" not in text(client.get("/kiosk/card"))
    assert "Our answer" not in text(opened(app).get("/kiosk/card"))


def test_an_answer_with_a_name_or_a_substance_is_refused_at_its_field(given: Given, rosa: Person) -> None:
    given(question)
    answer = rosa.send("/questions/1", answer="today", text="Come in, Amir")
    assert answer.status_code == 422 and "Leave out the client's name and code" in text(answer)
    answer = rosa.send("/questions/1", answer="today", text="About the cocaine")
    assert "Leave out: cocaine. Others may read this at the kiosk." in text(answer)
    assert "Choose one of the answers." in text(rosa.send("/questions/1"))


def test_the_client_reads_the_answer_in_their_language(app: Flask, rosa: Person) -> None:
    client = opened(app)
    client.send(ASK, topic="talk")
    assert "Preguntado. Le vamos a responder." in text(client.in_language("es", ASK))
    rosa.send("/questions/1", answer="at_visit")
    assert "Sí, hablamos en su próxima visita." in text(client.get("/kiosk/card"))


def test_the_front_desk_sees_who_wants_to_talk_and_opens_no_answer(app: Flask, given: Given) -> None:
    given(cast.front_desk)
    for topic in ("points", "talk"):
        given(question, topic)
    nora = Person(app, "nora")
    page = nora.get("/").get_data(as_text=True)
    assert "1 asked at the kiosk HS-1 Amir: wants to talk" in text(nora.get("/"))
    assert "/questions/" not in page and "points" not in page
    assert nora.get("/questions/1").status_code == 403


def test_the_view_of_a_question(person: Callable[..., Person], given: Given) -> None:
    given(question)
    check(
        person, "/questions/1", allowed=("rosa", "miriam"), unknown="/questions/99", writes=True,
        elsewhere="/questions/1",
    )  # fmt: skip


def test_a_question_that_the_kiosk_does_not_have_is_refused(app: Flask) -> None:
    client = opened(app)
    assert "Please touch the question again." in client.told(ASK, topic="Amir")
    stranger = Person(app)
    assert stranger.get(ASK).headers["Location"] == "/kiosk"
    assert stranger.send("/kiosk/answers", shown_at="/kiosk", up_to="1").headers["Location"] == "/kiosk"
    assert opened(app).send_bare(ASK, topic="talk").status_code == 400


def test_the_board_needs_no_more_queries_for_more_requests(
    app: Flask, given: Given, rosa: Person, statements: list[str]
) -> None:
    def count() -> int:
        rosa.get("/")
        statements.clear()
        rosa.get("/")
        return len(statements)

    before = count()

    def ask_all(session: Session) -> None:
        for topic in ("points", "talk", "next_visit"):
            question(session, topic)

    given(ask_all)
    assert count() == before
