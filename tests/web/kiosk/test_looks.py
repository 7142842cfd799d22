"""How a client sees the kiosk: language, letters, colors, hidden amounts. Nothing of it reaches the next person."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import cm_tracker.web
from cm_tracker.models import Client
from tests import cast
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]
WEB = Path(cm_tracker.web.__file__).parent


def html_tag(client: Person, path: str = "/kiosk/card") -> str:
    """Return the first tag of a page, which says its language, letters and colors."""
    found = re.search(r"<html [^>]*>", client.get(path).get_data(as_text=True))
    assert found is not None
    return found.group()


def seen(language: str = "en", text_size: str = "usual", colors: str = "usual") -> str:
    return f'<html lang="{language}" data-text-size="{text_size}" data-colors="{colors}">'


def choose(client: Person, **fields: str) -> None:
    answer = client.send("/kiosk/look", shown_at="/kiosk/text", to="/kiosk/text", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/text")


def language_of(session: Session, client_id: int) -> str | None:
    return session.scalar(select(Client.language).where(Client.id == client_id))


def test_the_record_decides_about_the_language_and_not_the_door(app: Flask) -> None:
    """The door stays in the language of whoever touched it last: the next client is not asked to read that one."""
    amir, bea = Person(app), Person(app, tablet=cast.MILL)
    answer = amir.send("/kiosk/sign-in?lang=es", code="HS-1", pin=cast.PIN)
    assert answer.headers["Location"] == "/kiosk/card"
    assert "I am done" in text(amir.get("/kiosk/card"))
    bea.send("/kiosk/sign-in?lang=en", code="MR-1", pin=cast.PIN)
    assert "He terminado" in text(bea.get("/kiosk/card"))


def test_a_language_lasts_for_the_open_card_and_stands_in_no_address(app: Flask, given: Given) -> None:
    client = opened(app)
    page = client.in_language("es").get_data(as_text=True)
    assert "He terminado" in page and "lang=" not in re.sub(r'(?<= )lang="\w+"', "", page)
    assert "He terminado" in text(client.get("/kiosk/draws")) and "He terminado" in text(client.get("/kiosk/text"))
    client.send("/kiosk/close", shown_at="/kiosk/card")
    assert "I am done" in text(opened(app).get("/kiosk/card"))
    assert given(language_of, cast.AMIR) == "en"


def test_a_language_that_is_kept_is_the_one_of_the_record(app: Flask, given: Given, miriam: Person) -> None:
    client = opened(app)
    assert "next time" not in text(client.get("/kiosk/card"))
    page = text(client.in_language("es"))
    assert "Seguir en español la próxima vez" in page
    answer = client.send("/kiosk/language", shown_at="/kiosk/card", keep="yes", to="/kiosk/card")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/card")
    assert "la próxima vez" not in text(client.get("/kiosk/card"))
    assert "He terminado" in text(opened(app).get("/kiosk/card"))
    assert given(language_of, cast.AMIR) == "es"
    assert "HS-1 chose at the kiosk in which language they read it from now on." in text(miriam.get("/audit"))


def test_nothing_is_kept_that_nobody_chose(app: Flask, given: Given) -> None:
    client = opened(app)
    client.send("/kiosk/language", shown_at="/kiosk/card", keep="yes")
    client.send("/kiosk/language", shown_at="/kiosk/card", language="xx")
    assert "I am done" in text(client.get("/kiosk/card")) and given(language_of, cast.AMIR) == "en"


def test_refusals_speak_the_language_of_the_open_card(app: Flask) -> None:
    client = opened(app)
    client.in_language("es")
    wrong = "Algo salió mal. Empiece de nuevo o pregunte al personal."
    assert wrong in text(client.get("/kiosk/nowhere"))
    assert wrong in text(client.client.put("/kiosk/card"))
    assert wrong in text(client.send_bare("/kiosk/close"))
    assert wrong in text(client.send("/kiosk/offers/99", shown_at="/kiosk/card", pin=cast.PIN))
    client.send("/kiosk/close", shown_at="/kiosk/card")
    assert "Something went wrong." in text(client.get("/kiosk/nowhere"))
    assert wrong in text(client.get("/kiosk/nowhere?lang=es"))


def test_hidden_amounts_are_dots_and_are_heard_as_hidden(app: Flask, given: Given) -> None:
    given(cast.rich)
    client = opened(app)
    assert "85 points" in text(client.get("/kiosk/card"))
    answer = client.send("/kiosk/look", shown_at="/kiosk/card", hides="yes", to="/kiosk/card")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/card")
    page = client.get("/kiosk/card").get_data(as_text=True)
    assert '<span class="dots" aria-hidden="true">•••</span><span class="visually-hidden">hidden</span>' in page
    main = re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")])
    assert "\ue000" not in page and "$" not in main
    # Days and the parts of the page stay as they are: 6, 4 and 2 are days of March.
    assert set(re.findall(r"\d+", main)) <= {"6", "4", "2"}
    client.send("/kiosk/look", shown_at="/kiosk/card", hides="no", to="/kiosk/card")
    assert "85 points" in text(client.get("/kiosk/card"))


def test_a_time_to_wait_is_no_amount(app: Flask, rosa: Person, given: Given) -> None:
    given(cast.rich)
    offer_url = rosa.send("/clients/1/redeem", prize="1:20").headers["Location"]
    client = opened(app)
    choose(client, hides="yes")
    for _ in range(6):
        content = client.told(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin="9998")
    assert "Wait 10 minutes" in content


def test_what_a_client_chose_is_there_when_they_come_again(app: Flask) -> None:
    client = opened(app)
    assert html_tag(client) == seen()
    choose(client, text_size="large")
    choose(client, colors="contrast")
    choose(client, hides="yes")
    assert html_tag(client) == seen(text_size="large", colors="contrast")
    again = opened(app)
    assert html_tag(again) == seen(text_size="large", colors="contrast") and "••• hidden" in text(
        again.get("/kiosk/card")
    )
    assert html_tag(opened(app, "MR-1")) == seen("es"), "another client sees the usual"
    choose(again, colors="usual")
    assert html_tag(opened(app)) == seen(text_size="large")


def test_what_is_no_choice_changes_nothing(app: Flask) -> None:
    client = opened(app)
    choose(client, colors="pink")
    choose(client, text_size="99", colors="dark")
    choose(client)
    assert html_tag(client) == seen()


def test_a_choice_at_the_door_lasts_for_that_visit_alone(app: Flask, clock: time_machine.Traveller) -> None:
    tablet = Person(app)
    choose(tablet, colors="dark")
    choose(tablet, text_size="largest")
    assert html_tag(tablet, "/kiosk/sign-in") == seen(text_size="largest", colors="dark")
    tablet.send("/kiosk/sign-in", code="HS-1", pin=cast.PIN)
    assert html_tag(tablet) == seen(text_size="largest", colors="dark")
    choose(tablet, colors="contrast")
    assert html_tag(tablet) == seen(text_size="largest", colors="contrast"), (
        "the card's own choice is kept, the other not"
    )
    tablet.send("/kiosk/close", shown_at="/kiosk/card")
    assert html_tag(tablet, "/kiosk") == seen()
    assert html_tag(opened(app, "MR-1")) == seen("es")
    assert html_tag(opened(app)) == seen(colors="contrast")
    choose(stranger := Person(app), colors="dark")
    stranger.get("/kiosk")
    assert html_tag(stranger, "/kiosk/sign-in") == seen(), "the door forgets it"
    choose(stranger, colors="dark")
    clock.shift(timedelta(seconds=121))
    cookie = stranger.client.get_cookie("cm_look", path="/kiosk")
    assert cookie is None or cookie.max_age == 120


def test_a_tool_leads_back_to_its_page_and_never_elsewhere(app: Flask) -> None:
    client = opened(app)
    for to, expected in (
        ("/kiosk/draws", "/kiosk/draws"),
        ("/kiosk/text", "/kiosk/text"),
        ("/kiosk/draws/begin", "/kiosk/card"),
        ("/clients", "/kiosk/card"),
        ("//evil.example/kiosk", "/kiosk/card"),
        ("https://evil.example/kiosk/card", "/kiosk/card"),
        ("", "/kiosk/card"),
    ):
        for path in ("/kiosk/look", "/kiosk/language"):
            answer = client.send(path, shown_at="/kiosk/card", hides="no", language="en", to=to)
            assert (answer.status_code, answer.headers["Location"]) == (303, expected)
    assert client.send_bare("/kiosk/look", hides="yes").status_code == 400
    assert client.send_bare("/kiosk/language", language="es").status_code == 400
    nobody = Person(app)
    assert nobody.send("/kiosk/language", shown_at="/kiosk", language="es").headers["Location"] == "/kiosk"


def test_a_choice_gives_more_time(app: Flask, clock: time_machine.Traveller) -> None:
    client = opened(app)
    clock.shift(timedelta(seconds=50))
    choose(client, text_size="large")
    clock.shift(timedelta(seconds=50))
    client.send("/kiosk/language", shown_at="/kiosk/card", language="es")
    clock.shift(timedelta(seconds=50))
    assert client.get("/kiosk/card").status_code == 200


@pytest.mark.parametrize("path", ["/kiosk/card", "/kiosk/draws", "/kiosk/text"])
def test_every_page_of_an_open_card_has_the_tools(app: Flask, path: str) -> None:
    head = opened(app).get(path).get_data(as_text=True).partition("<header")[2].partition("</header>")[0]
    words = re.findall(r"<span>([^<]*)</span>", head)
    assert words[:3] == ["Listen", "Hide", "Text"] and words[-1] == "More" and "Español" in words
    assert re.search(r"<button[^>]*data-aloud[^>]* hidden>", head), "without script nobody reads aloud"


def test_the_card_of_a_client_with_choices_takes_no_more_queries(
    app: Flask, given: Given, statements: list[str]
) -> None:
    given(cast.rich)
    client = opened(app)
    client.get("/kiosk/card")
    statements.clear()
    client.get("/kiosk/card")
    usual = len(statements)
    choose(client, colors="dark")
    statements.clear()
    client.get("/kiosk/card")
    assert len(statements) == usual


def test_every_view_of_an_open_card_asks_for_its_visitor_in_one_place() -> None:
    """Who asks the query itself shows a page in English, with the amounts that a client hides."""
    asking = {path.name for path in WEB.rglob("*.py") if "kiosk_visitor(" in path.read_text(encoding="utf-8")}
    assert asking == {"visitors.py"}


def test_no_link_of_an_open_card_carries_a_language() -> None:
    carrying = {path.name for path in WEB.rglob("*.py") if re.search(r"url_for\([^)]*lang=", path.read_text("utf-8"))}
    # Before anybody has signed in, nobody's record says which language to speak.
    assert carrying == {"sign_in.py", "pins.py"}
