"""Clients: find, open, their page, PIN and enrollment."""

from collections.abc import Callable

import pytest
from flask import Flask

from cm_tracker.db import db
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., object]
STAFF = ("rosa", "miriam")


@pytest.mark.parametrize(
    ("path", "unknown", "writes"),
    [
        ("/clients", None, True),
        ("/clients/new", None, True),
        ("/clients/1", "/clients/99", False),
        ("/clients/1/edit", "/clients/99/edit", True),
        ("/clients/1/pin", "/clients/99/pin", True),
        ("/clients/1/enroll", "/clients/99/enroll", True),
    ],
)
def test_the_checklist(person: People, path: str, unknown: str | None, writes: bool) -> None:
    elsewhere = path if path.startswith("/clients/1") else None
    check(person, path, allowed=STAFF, unknown=unknown, writes=writes, elsewhere=elsewhere)


def test_the_list_shows_only_clients_of_ones_sites(person: People) -> None:
    assert "HS-1" in text(person("rosa").get("/clients")) and "MR-1" not in text(person("rosa").get("/clients"))
    assert "MR-1" in text(person("anna").get("/clients"))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/clients/1", "HS-1 · Client"),
        ("/clients/1/edit", "HS-1 · Edit"),
        ("/clients/1/pin", "HS-1 · PIN"),
        ("/clients/1/enroll", "HS-1 · Enroll"),
        ("/clients/1/redeem", "HS-1 · Redeem a prize"),
        ("/clients/1/receipts", "HS-1 · Receipts"),
        ("/clients/1/draws", "HS-1 · Draws"),
        ("/visits/1", "HS-1 · Visit"),
        ("/visits/1/answer", "HS-1 · Correct a visit"),
        ("/enrollments/1/0/visits/new", "HS-1 · Record a test"),
        ("/enrollments/1/0/absences/new", "HS-1 · Record an absence"),
    ],
)
def test_a_browser_tab_names_the_client_by_code_and_never_by_name(
    rosa: Person, given: Given, path: str, title: str
) -> None:
    given(cast.rich)
    page = rosa.get(path).get_data(as_text=True)
    assert f"<title>{title} · Contingency Management</title>" in page


def test_a_search_that_finds_one_goes_there(rosa: Person) -> None:
    answer = rosa.send("/clients", q="ami")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")


def test_a_search_that_finds_none_says_so(rosa: Person) -> None:
    assert "No client at your sites" in text(rosa.send("/clients", q="Bea"))


def test_a_new_client_is_opened(rosa: Person) -> None:
    answer = rosa.send("/clients/new", code="hs-77", preferred_name="Zoë", site_id="1", language="es")
    assert answer.status_code == 303
    said = text(rosa.get(answer.headers["Location"]))
    assert "HS-77 Zoë" in said and "Español" in said and "not enrolled" in said


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"code": "HS-1"}, 'The code "HS-1" is already in use.'),
        ({"code": "María"}, "letters, digits and hyphens"),
        ({"code": ""}, "Enter a client code."),
        ({"site_id": "2"}, "Not a valid choice"),
        ({"site_id": "x"}, "valid"),
        ({"language": "fr"}, "Not a valid choice"),
        ({"preferred_name": "x" * 121}, "longer than 120"),
    ],
)
def test_a_new_client_that_cannot_be_is_told_why(rosa: Person, fields: dict[str, str], says: str) -> None:
    good = {"code": "HS-77", "preferred_name": "Zoë", "site_id": "1", "language": "en"}
    answer = rosa.send("/clients/new", **{**good, **fields})
    assert answer.status_code == 422
    assert says in text(answer)


def test_a_clients_page_says_where_they_stand(rosa: Person, given: Given) -> None:
    given(cast.rich)
    said = text(rosa.get("/clients/1"))
    assert "Balance 85 points" in said
    assert "Next visit earns 25 points" in said
    assert "In a row 3 visits" in said
    assert "3rd in a row, +40 for the run" in said
    assert "Mar 6, 2026" in said


def test_a_lapse_shows_what_it_takes_to_come_back(rosa: Person, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    said = text(rosa.get("/clients/1"))
    assert "restored after 5 more" in said and "Balance 85 points" in said


def test_changing_what_a_client_is_called(rosa: Person) -> None:
    assert rosa.send("/clients/1/edit", preferred_name="Amira", language="es").status_code == 303
    assert "HS-1 Amira" in text(rosa.get("/clients/1"))


def test_a_name_is_shown_as_it_is_typed(rosa: Person) -> None:
    rosa.send("/clients/1/edit", preferred_name="<script>alert(1)</script>", language="en")
    assert b"<script>alert" not in rosa.get("/clients/1").data


@pytest.mark.parametrize(
    ("pin", "again", "says"),
    [
        ("1234", "1234", "simple row"),
        ("7777", "7777", "one digit repeated"),
        ("12", "12", "4 to 8 digits"),
        ("2580", "2581", "not the same"),
        ("", "", "Let the client type a PIN."),
    ],
)
def test_a_pin_that_will_not_do(rosa: Person, pin: str, again: str, says: str) -> None:
    answer = rosa.send("/clients/1/pin", pin=pin, again=again)
    assert answer.status_code == 422
    assert says in text(answer)
    assert pin == "" or f'value="{pin}"' not in answer.get_data(as_text=True)


def test_a_new_pin_works_at_the_kiosk_and_the_old_one_no_more(app: Flask, rosa: Person) -> None:
    rosa.send("/clients/1/pin", pin="8642", again="8642")
    assert Person(app).send("/kiosk", code="HS-1", pin="8642").status_code == 303
    assert Person(app).send("/kiosk", code="HS-1", pin=cast.PIN).status_code == 422


def test_a_client_is_enrolled_once_at_a_time(rosa: Person) -> None:
    answer = rosa.send("/clients/1/enroll", schedule_version_id="2", starts_on="2026-03-16")
    assert answer.status_code == 409
    assert 'enrolled in "Voucher ladder for cocaine, 12 weeks" until May 24, 2026' in text(answer)


def test_a_new_client_is_enrolled(rosa: Person) -> None:
    place = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers["Location"]
    answer = rosa.send(f"{place}/enroll", schedule_version_id="1", starts_on="2026-03-16")
    assert answer.status_code == 303
    assert "The first one that meets its target earns 10 points" in text(rosa.get(place))


@pytest.mark.parametrize("starts_on", ["", "soon", "2027-01-01", "2026-W11", "0001-01-01", "1926-03-16", "99999-01-01"])
def test_a_strange_first_day_is_no_error(rosa: Person, starts_on: str) -> None:
    place = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers["Location"]
    answer = rosa.send(f"{place}/enroll", schedule_version_id="1", starts_on=starts_on)
    assert answer.status_code == 422
    assert rosa.get(place).status_code == 200


@pytest.mark.parametrize(("path", "most"), [("/clients", 7), ("/clients/1", 16), ("/", 6), ("/prizes", 7)])
def test_a_page_asks_few_questions_however_much_there_is(
    rosa: Person, given: Given, asked: list[str], path: str, most: int
) -> None:
    for day in (0, 2, 4, 7, 9, 11):
        given(cast.visit, day)
    asked.clear()
    rosa.get(path)
    assert 0 < len([statement for statement in asked if statement.startswith("SELECT")]) <= most


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_page_leaves_the_database_its_plans(app: Flask, rosa: Person) -> None:
    """A long join is planned ten times longer than it runs: once for a connection, not for every page."""
    for _ in range(8):
        assert rosa.get("/clients/1").status_code == 200
    with app.app_context():
        kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT redemption.id%'"
        assert db.session.execute(db.text(kept)).scalar_one() == 1
