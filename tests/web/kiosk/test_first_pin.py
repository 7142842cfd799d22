"""A client without a PIN chooses one at the kiosk, after a member of staff has approved it there."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from tests import cast
from tests.web.conftest import Person, text

Given = Callable[..., Any]


@pytest.fixture
def nia(rosa: Person) -> str:
    """A client of Harbor Street without a PIN: HS-77, the third client."""
    rosa.send("/clients/new", code="HS-77", preferred_name="Nia", site_id="1", language="en")
    return "HS-77"


def sent(client: Person, path: str, *leads_back: str, **fields: str) -> Any:
    """Send a form. Return the page that says what was wrong, or the redirect to the next step."""
    answer = client.send(path, **fields)
    assert answer.status_code == 303, text(answer)
    where = answer.headers["Location"].partition("?")[0]
    return client.get(answer.headers["Location"]) if where in leads_back else answer


def approve(client: Person, code: str = "HS-77", username: str = "rosa", password: str = cast.PASSWORD) -> Any:
    return sent(client, "/kiosk/no-pin", "/kiosk/no-pin", code=code, username=username, password=password)


def choose(client: Person, pin: str = "7391", again: str | None = None) -> Any:
    path = "/kiosk/no-pin/choose"
    return sent(client, path, path, "/kiosk/no-pin", pin=pin, again=pin if again is None else again)


def approved(app: Flask) -> Person:
    client = Person(app)
    answer = approve(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/no-pin/choose"), text(answer)
    return client


def refused(answer: Any) -> str:
    found = re.search(r'role="alert"[^>]*>([^<]*)<', answer.get_data(as_text=True))
    assert answer.status_code == 200 and found
    return found.group(1)


def test_the_sign_in_leads_a_client_without_a_pin_to_choosing_one(app: Flask, nia: str) -> None:
    assert 'href="/kiosk/no-pin?lang=en"' in Person(app).get("/kiosk/sign-in").get_data(as_text=True)
    client = approved(app)
    answer = choose(client)
    assert answer.headers["Location"] == "/kiosk/sign-in"
    assert "Your PIN is set. Now sign in with your code and your PIN." in text(client.get("/kiosk/sign-in"))
    assert client.opens(nia, "7391")


def test_the_approval_signs_no_staff_in_and_shows_no_page_of_staff(app: Flask, nia: str) -> None:
    client = approved(app)
    for path in ("/", "/clients/3", "/devices"):
        assert client.get(path).headers["Location"].startswith("/sign-in")
    assert "Nia" not in text(client.get("/kiosk/no-pin/choose"))
    assert nia not in client.get("/kiosk/no-pin/choose").get_data(as_text=True)


NOT_HERE = "This user name and password cannot approve a PIN here."


@pytest.mark.parametrize("code", ["HS-77", "HS-1", "MR-1", "NOBODY"])
def test_before_the_approval_no_code_is_confirmed(app: Flask, nia: str, code: str) -> None:
    """A client with a PIN, one without, one of another site and nobody look the same."""
    assert refused(approve(Person(app), code, password="a wrong password")) == NOT_HERE


@pytest.mark.parametrize("username", ["anna", "grace", "sam", "nobody", "nora"])
def test_only_who_may_change_clients_at_the_site_approves(app: Flask, nia: str, given: Given, username: str) -> None:
    given(cast.front_desk)
    assert refused(approve(Person(app), username=username)) == NOT_HERE
    assert Person(app).get("/kiosk/no-pin/choose").headers["Location"] == "/kiosk/no-pin"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("HS-1", "There is a PIN for this code already. Staff can set a new one on the client&#39;s page."),
        ("MR-1", "Nobody at this site has this code. Look at the code and type it again."),
        ("NOBODY", "Nobody at this site has this code. Look at the code and type it again."),
    ],
)
def test_after_the_approval_staff_read_what_is_wrong_with_the_code(
    app: Flask, nia: str, code: str, sentence: str
) -> None:
    client = Person(app)
    for _ in range(6):  # a slip in the code is no guess at a password
        assert refused(approve(client, code)) == sentence
    assert approve(client, nia).status_code == 303


def test_guesses_at_a_password_are_limited_at_the_tablet(app: Flask, nia: str) -> None:
    for n in range(5):
        refused(approve(Person(app), username=f"nobody{n}", password="a wrong password"))
    assert refused(approve(Person(app))).startswith("Too many tries. Wait 10 minutes")


def test_wrong_passwords_at_the_tablet_keep_nobody_from_signing_in_at_a_computer(app: Flask, nia: str) -> None:
    for _ in range(5):
        refused(approve(Person(app), username="leo", password="a wrong password"))
    assert refused(approve(Person(app), username="leo")).startswith("Too many tries. Wait")
    assert Person(app).send("/sign-in", username="leo", password=cast.PASSWORD).status_code == 302


def test_wrong_passwords_at_the_sign_in_keep_nobody_from_approving_at_the_tablet(app: Flask, nia: str) -> None:
    for _ in range(6):
        Person(app).send("/sign-in", username="leo", password="a wrong password")
    assert approve(Person(app), username="leo").status_code == 303


def test_the_two_pins_must_be_the_same_and_not_easily_guessed(app: Flask, nia: str) -> None:
    client = approved(app)
    assert refused(choose(client, "7391", "7392")) == "The two PINs are not the same. Type both again."
    assert refused(choose(client, "1234")).startswith("This PIN is easily guessed.")
    assert refused(choose(client, "739")) == "A PIN has at least 4 digits here, and at most 8. Type it again."
    assert refused(choose(client, "")) == "Type your new PIN in both fields."
    assert choose(client, "7391").status_code == 303


def test_a_site_may_demand_more_digits_of_a_new_pin(app: Flask, nia: str, given: Given) -> None:
    given(cast.set_site, least_pin_digits=6)
    client = approved(app)
    assert "Choose at least 6 digits that only you know" in text(client.get("/kiosk/no-pin/choose"))
    assert refused(choose(client, "73915")) == "A PIN has at least 6 digits here, and at most 8. Type it again."
    assert choose(client, "739158").status_code == 303
    assert client.opens(nia, "739158")
    assert client.opens("HS-1", cast.PIN), "a PIN of before stays valid"


def test_an_approval_is_over_after_three_minutes(app: Flask, nia: str, clock: time_machine.Traveller) -> None:
    client = approved(app)
    cookie = client.client.get_cookie("cm_pin", path="/kiosk")
    assert cookie is not None and cookie.http_only
    clock.shift(timedelta(minutes=3))
    client.client.set_cookie("cm_pin", cookie.value, path="/kiosk")
    answer = choose(client)
    assert refused(answer) == "The time to choose a PIN is over. Ask a member of staff to approve it again."
    assert client.client.get_cookie("cm_pin", path="/kiosk") is None


def test_an_approval_works_once_and_only_at_its_tablet(app: Flask, nia: str, given: Given) -> None:
    client = approved(app)
    cookie = client.client.get_cookie("cm_pin", path="/kiosk")
    assert cookie is not None
    given(cast.pair, cast.HARBOR, "Second tablet", "the-second-token")
    thief = Person(app, tablet=None)
    thief.pair("the-second-token")
    thief.client.set_cookie("cm_pin", cookie.value, path="/kiosk")
    assert refused(choose(thief, "8642"))
    assert choose(client).status_code == 303
    client.client.set_cookie("cm_pin", cookie.value, path="/kiosk")
    assert refused(choose(client, "8642"))
    assert client.opens(nia, "7391")


def test_a_pin_that_staff_set_meanwhile_stays(app: Flask, nia: str, rosa: Person) -> None:
    client = approved(app)
    rosa.send("/clients/3/pin", pin="9513", again="9513")
    assert refused(choose(client))
    assert client.opens(nia, "9513")


def test_the_audit_trail_says_who_approved_and_holds_no_pin(app: Flask, nia: str, given: Given, miriam: Person) -> None:
    choose(approved(app))
    trail = text(miriam.get("/audit"))
    assert "Rosa let HS-77 choose a PIN at the kiosk." in trail and "HS-77 chose a PIN at the kiosk." in trail

    def details(session: Session) -> list[str]:
        lines = session.execute(sql("SELECT detail FROM audit_event WHERE tag = 'client:pin-set' ORDER BY id DESC"))
        return [str(line.detail) for line in lines]

    assert given(details)[0] == '{"approved_by":1}'


def test_it_is_said_in_spanish(app: Flask, nia: str) -> None:
    client = Person(app)
    assert "Elija su PIN" in text(client.get("/kiosk/no-pin?lang=es"))
    answer = client.send("/kiosk/no-pin?lang=es", code=nia, username="rosa", password="wrong")
    assert (
        refused(client.get(answer.headers["Location"]))
        == "Con este nombre de usuario y esta contraseña no se puede aprobar un PIN aquí."
    )
