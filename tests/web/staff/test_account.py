"""The page that says where somebody is signed in, and ends it."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask

from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"


def at(app: Flask, username: str, address: str, browser: str) -> Person:
    """Let somebody sign in from an address, with a browser."""
    somebody = Person(app)
    somebody.client.environ_base |= {"REMOTE_ADDR": address, "HTTP_USER_AGENT": browser}
    assert somebody.send("/sign-in", username=username, password=cast.PASSWORD).status_code == 302
    return somebody


def test_the_page_passes_the_checklist(person: People) -> None:
    check(person, "/account", allowed=("rosa", "miriam", "grace", "sam"), unknown=None, writes=False)


def test_a_person_sees_where_they_are_signed_in_and_nobody_else(app: Flask, clock: time_machine.Traveller) -> None:
    at(app, "leo", "203.0.113.9", FIREFOX)
    at(app, "rosa", "203.0.113.7", SAFARI)
    clock.shift(timedelta(minutes=5))
    rosa = at(app, "rosa", "198.51.100.1", FIREFOX)
    page = text(rosa.get("/account"))
    assert (
        "Firefox on Windows this one 198.51.100.1 Mar 16, 2026, 11:05 AM Mar 16, 2026, 11:05 AM "
        "Safari on iPhone 203.0.113.7 Mar 16, 2026, 11:00 AM Mar 16, 2026, 11:00 AM Sign out there" in page
    )
    assert "203.0.113.9" not in page


def test_a_person_ends_one_of_their_sessions(app: Flask) -> None:
    phone, desk = at(app, "rosa", "203.0.113.7", SAFARI), at(app, "rosa", "198.51.100.1", FIREFOX)
    assert "You are signed out there." in desk.told("/account/sessions/1/end", shown_at="/account")
    assert phone.get("/").status_code == 302 and desk.get("/").status_code == 200
    assert "iPhone" not in text(desk.get("/account"))
    assert desk.send("/account/sessions/1/end", shown_at="/account").status_code == 404


def test_nobody_ends_a_session_of_somebody_else(app: Flask, rosa: Person, person: People) -> None:
    for name in ("leo", "miriam", "sam"):
        assert person(name).send("/account/sessions/1/end", shown_at="/account").status_code == 404
    assert rosa.get("/").status_code == 200


def test_a_person_ends_all_their_other_sessions(app: Flask) -> None:
    others = [at(app, "rosa", "203.0.113.7", SAFARI), at(app, "rosa", "203.0.113.8", FIREFOX)]
    leo, here = at(app, "leo", "203.0.113.9", FIREFOX), at(app, "rosa", "198.51.100.1", FIREFOX)
    assert "You are signed out everywhere else." in here.told("/account/sessions/end", shown_at="/account")
    assert [one.get("/").status_code for one in (*others, leo, here)] == [302, 302, 200, 200]
    assert "Sign out everywhere else" not in text(here.get("/account"))


def test_a_session_that_was_idle_too_long_is_not_in_the_list(app: Flask, clock: time_machine.Traveller) -> None:
    at(app, "rosa", "203.0.113.7", SAFARI)
    clock.shift(timedelta(minutes=20))
    assert "iPhone" not in text(at(app, "rosa", "198.51.100.1", FIREFOX).get("/account"))


def test_a_lead_signs_somebody_out_everywhere(app: Flask, miriam: Person, person: People) -> None:
    rosa = [Person(app, "rosa"), Person(app, "rosa")]
    told = miriam.told("/staff/1/sign-out", shown_at="/staff/1/edit")
    assert "Rosa is signed out everywhere." in told
    assert [one.get("/").status_code for one in rosa] == [302, 302]
    assert Person(app, "rosa").get("/").status_code == 200, "the password stays"
    assert miriam.send("/staff/6/sign-out", shown_at="/staff").status_code == 404
    assert miriam.send("/staff/5/sign-out", shown_at="/staff").status_code in (403, 404)
    assert person("leo").send("/staff/1/sign-out", shown_at="/account").status_code == 403
    assert "Miriam signed Rosa out everywhere." in text(miriam.get("/audit"))


def test_a_lead_is_signed_out_sooner_than_staff(
    rosa: Person, miriam: Person, person: People, clock: time_machine.Traveller
) -> None:
    sam, grace = person("sam"), person("grace")
    clock.shift(timedelta(minutes=14))
    assert [one.get("/account").status_code for one in (rosa, miriam, sam, grace)] == [200, 200, 200, 200]
    clock.shift(timedelta(minutes=15))
    assert [one.get("/account").status_code for one in (rosa, miriam, sam, grace)] == [200, 302, 302, 302]


def test_nobody_stays_signed_in_longer_than_their_role_allows(
    rosa: Person, miriam: Person, clock: time_machine.Traveller
) -> None:
    seen = {"rosa": 0, "miriam": 0}
    for minutes in range(10, 15 * 60, 10):
        clock.move_to(cast.NOW + timedelta(minutes=minutes))
        for name, somebody in (("rosa", rosa), ("miriam", miriam)):
            if somebody.get("/account").status_code == 200:
                seen[name] = minutes
    assert seen == {"rosa": 830, "miriam": 470}, "14 hours, and 8"


def test_each_person_chooses_the_language_of_their_pages(rosa: Person, miriam: Person) -> None:
    assert '<html lang="en">' in rosa.get("/account").get_data(as_text=True)
    page = rosa.told("/account/language", shown_at="/account", language="es")
    assert "Sus páginas están ahora en español." in page and "Idioma de sus páginas" in page and "Cerrar sesión" in page
    assert '<html lang="es">' in rosa.get("/").get_data(as_text=True)
    assert '<html lang="en">' in miriam.get("/").get_data(as_text=True)


def test_a_language_that_staff_cannot_work_in_is_refused(rosa: Person) -> None:
    answer = rosa.send("/account/language", shown_at="/account", language="pt")
    assert answer.status_code == 422 and "Choose one from the list." in text(answer)


def test_before_the_sign_in_the_browser_says_the_language(app: Flask) -> None:
    stranger = Person(app, tablet=None)
    for accepted, lang in (("es-US,es;q=0.9,en;q=0.5", "es"), ("en-US,es;q=0.5", "en"), ("fr,de", "en"), ("", "en")):
        page = stranger.client.get("/sign-in", headers={"Accept-Language": accepted}).get_data(as_text=True)
        assert f'<html lang="{lang}">' in page, accepted


def test_a_page_that_does_not_exist_says_so_in_ones_language(rosa: Person) -> None:
    rosa.told("/account/language", shown_at="/account", language="es")
    answer = rosa.get("/nothing-here")
    assert answer.status_code == 404 and "Esta página no existe o pertenece a una sede que no es suya." in text(answer)
