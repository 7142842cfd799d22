"""A moment on the card: once, and never for a lapse."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests import cast
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]


def test_a_moment_is_on_the_card_until_it_was_seen(app: Flask, given: Given) -> None:
    given(cast.rich)
    client = opened(app)
    assert "3 visits met. Well done! Thank you" in text(client.get("/kiosk/card"))
    assert "3 visitas cumplidas. ¡Muy bien! Gracias" in text(client.in_language("es"))
    answer = client.send("/kiosk/moments", shown_at="/kiosk/card", moment="run-3")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/card")
    assert "Well done!" not in text(client.get("/kiosk/card"))
    assert "Well done!" not in text(opened(app).get("/kiosk/card"))


def test_there_is_no_moment_after_a_lapse(app: Flask, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    page = text(opened(app).get("/kiosk/card"))
    assert "Well done!" not in page and "Thank you" not in page


def test_a_script_notes_it_without_leaving_the_page(app: Flask, given: Given) -> None:
    given(cast.rich)
    client = opened(app)
    page = client.get("/kiosk/card").get_data(as_text=True)
    assert "js/kiosk_moment." in page and 'value="run-3"' in page
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    for _ in range(2):
        answer = client.client.post(
            "/kiosk/moments", data={"csrf_token": token, "moment": "run-3"}, headers={"X-Stay": "1"}
        )
        assert (answer.status_code, answer.data) == (204, b"")
    assert "Well done!" not in text(client.get("/kiosk/card"))


def test_what_is_no_moment_is_refused(app: Flask) -> None:
    assert opened(app).send("/kiosk/moments", shown_at="/kiosk/card", moment="Amir").status_code == 422
    assert Person(app).send("/kiosk/moments", shown_at="/kiosk", moment="top").headers["Location"] == "/kiosk"
    assert opened(app).send_bare("/kiosk/moments", moment="top").status_code == 400
