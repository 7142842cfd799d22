"""The pages of clients: search, add, edit, set a PIN and enroll."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from cm_tracker.db import db
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

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
def test_every_page_of_clients_passes_the_checklist(
    person: People, path: str, unknown: str | None, writes: bool
) -> None:
    elsewhere = path if path.startswith("/clients/1") else None
    check(person, path, allowed=STAFF, unknown=unknown, writes=writes, elsewhere=elsewhere)


def test_the_list_shows_only_clients_of_the_readers_sites(person: People) -> None:
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
        ("/visits/1", "HS-1 · What was earned"),
        ("/visits/3/undo", "HS-1 · Correction"),
        ("/enrollments/1/0/visits/new", "HS-1 · Record a test"),
        ("/enrollments/1/0/absences/new", "HS-1 · Missed"),
    ],
)
def test_a_browser_tab_names_the_client_by_code_and_never_by_name(
    rosa: Person, given: Given, path: str, title: str
) -> None:
    given(cast.rich)
    page = rosa.get(path).get_data(as_text=True)
    assert f"<title>{title} · Contingency Management</title>" in page


def test_a_search_with_one_result_opens_that_client(rosa: Person) -> None:
    answer = rosa.send("/clients", q="ami")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clients/1")


def test_a_search_without_a_result_says_so(rosa: Person) -> None:
    assert "No client at your sites" in text(rosa.send("/clients", q="Bea"))


def test_a_whole_code_opens_its_client_even_where_others_are_found_too(rosa: Person) -> None:
    for code, name in (("HS-11", "Zoë"), ("HS-118", "Inés")):
        rosa.send("/clients/new", code=code, preferred_name=name, site_id="1", language="en")
    assert rosa.send("/clients", q=" hs 1 ").headers["Location"] == "/clients/1"
    assert rosa.send("/clients", q="hs118").headers["Location"] == "/clients/4"
    assert rosa.send("/clients", q="ines").headers["Location"] == "/clients/4"
    content = text(rosa.send("/clients", q="hs-"))
    assert "3 clients found" in content and "HS-118 Inés" in content


@pytest.mark.parametrize("search", ["%", "_", "\\", "%%", "-", "' OR 1=1 --"])
def test_a_sign_of_the_database_is_an_ordinary_character(rosa: Person, search: str) -> None:
    assert "No client at your sites has this code or name." in text(rosa.send("/clients", q=search))


def test_staff_add_a_client(rosa: Person) -> None:
    answer = rosa.send("/clients/new", code="hs-77", preferred_name="Zoë", site_id="1", language="es")
    assert answer.status_code == 303
    content = text(rosa.get(answer.headers["Location"]))
    assert "HS-77 Zoë" in content and "Español" in content and "not enrolled" in content


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"code": "HS-1"}, 'The code "HS-1" is already in use.'),
        ({"code": "María"}, "letters, digits and hyphens"),
        ({"code": ""}, "Enter a client code."),
        ({"site_id": "2"}, "Choose one from the list"),
        ({"site_id": "x"}, "Choose one from the list"),
        ({"language": "fr"}, "Choose one from the list"),
        ({"preferred_name": "x" * 121}, "Shorten this to 120 characters"),
    ],
)
def test_invalid_fields_of_a_new_client_are_refused_with_a_message(
    rosa: Person, fields: dict[str, str], message: str
) -> None:
    good = {"code": "HS-77", "preferred_name": "Zoë", "site_id": "1", "language": "en"}
    answer = rosa.send("/clients/new", **{**good, **fields})
    assert answer.status_code == 422
    assert message in text(answer)


def test_a_clients_page_shows_balance_next_award_and_visits(rosa: Person, given: Given) -> None:
    given(cast.rich)
    content = text(rosa.get("/clients/1"))
    assert "Balance 85 points" in content
    assert "Next visit earns 25 points" in content
    assert "In a row 3 visits" in content
    assert "3rd in a row, +40 for the run" in content
    assert "Mar 6, 2026" in content


def test_after_a_lapse_the_page_says_when_the_level_is_restored(rosa: Person, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7, cast.positive())
    content = text(rosa.get("/clients/1"))
    assert "restored after 5 more" in content and "Balance 85 points" in content


def test_staff_change_a_clients_preferred_name(rosa: Person) -> None:
    assert rosa.send("/clients/1/edit", preferred_name="Amira", language="es").status_code == 303
    assert "HS-1 Amira" in text(rosa.get("/clients/1"))


def test_html_in_a_name_is_shown_as_text(rosa: Person) -> None:
    rosa.send("/clients/1/edit", preferred_name="<script>alert(1)</script>", language="en")
    assert b"<script>alert" not in rosa.get("/clients/1").data


@pytest.mark.parametrize(
    ("pin", "again", "message"),
    [
        ("1234", "1234", "This PIN is easily guessed."),
        ("2580", "2580", "This PIN is easily guessed."),
        ("12", "12", "A PIN has at least 4 digits here, and at most 8."),
        ("7304", "7305", "not the same"),
        ("", "", "Let the client type a PIN."),
    ],
)
def test_a_weak_or_mistyped_pin_is_refused_and_not_shown_again(
    rosa: Person, pin: str, again: str, message: str
) -> None:
    answer = rosa.send("/clients/1/pin", pin=pin, again=again)
    assert answer.status_code == 422
    assert message in text(answer)
    assert pin == "" or f'value="{pin}"' not in answer.get_data(as_text=True)


def test_a_site_may_demand_more_digits_of_a_new_pin(rosa: Person, given: Callable[..., object]) -> None:
    given(cast.set_site, least_pin_digits=6)
    assert "It has at least 6 digits, and at most 8." in text(rosa.get("/clients/1/pin"))
    assert "A PIN has at least 6 digits here" in text(rosa.send("/clients/1/pin", pin="73915", again="73915"))
    assert rosa.send("/clients/1/pin", pin="739158", again="739158").status_code == 303


def test_a_new_pin_replaces_the_old_one_at_the_kiosk(app: Flask, rosa: Person) -> None:
    rosa.send("/clients/1/pin", pin="8642", again="8642")
    assert Person(app).opens("HS-1", "8642")
    assert not Person(app).opens("HS-1", cast.PIN)


def test_a_client_cannot_be_enrolled_twice_at_the_same_time(rosa: Person) -> None:
    answer = rosa.send("/clients/1/enroll", schedule_version_id="2", starts_on="2026-03-16")
    assert answer.status_code == 409
    assert 'enrolled in "Voucher ladder for cocaine, 12 weeks" until May 24, 2026' in text(answer)


def test_a_new_client_is_enrolled(rosa: Person) -> None:
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    answer = rosa.send(f"{client_url}/enroll", schedule_version_id="1", starts_on="2026-03-16")
    assert answer.status_code == 303
    assert "The first one that meets its target earns 10 points" in text(rosa.get(client_url))


def test_the_form_of_an_enrollment_has_no_schedule_chosen(rosa: Person) -> None:
    page = rosa.get("/clients/1/enroll").get_data(as_text=True)
    options = re.findall(r"<option ([^>]*)>([^<]*)", page)
    assert [label for attributes, label in options if "selected" in attributes] == ["Choose a schedule"]
    answer = rosa.send("/clients/1/enroll", schedule_version_id="", starts_on="2026-06-01")
    assert answer.status_code == 422 and "Choose a schedule." in text(answer)


def a_new_client(rosa: Person) -> str:
    fields = {"code": "HS-77", "preferred_name": "", "site_id": "1", "language": "en"}
    return str(rosa.send("/clients/new", **fields).headers["Location"])


def test_an_enrollment_in_the_past_says_what_is_gone_and_asks_again(rosa: Person) -> None:
    client_url = a_new_client(rosa)
    fields = {"schedule_version_id": "1", "starts_on": "2026-03-06"}
    asked = rosa.send(f"{client_url}/enroll", **fields)
    assert asked.status_code == 200
    content, page = text(asked), asked.get_data(as_text=True)
    assert "Nothing is saved yet This enrollment begins in the past" in content
    assert "The first day is Mar 6, 2026: 1 week and 3 days are gone. Today is in program week 2 of 12." in content
    assert page.count("btn-primary") == 1 and "Enroll from Mar 6, 2026" in page
    assert "not enrolled" in text(rosa.get(client_url))
    answer = rosa.client.post(f"{client_url}/enroll", data={**hidden(page), **fields})
    assert answer.status_code == 303
    assert "week 2" in text(rosa.get(client_url)).lower()
    again = rosa.client.post(f"{client_url}/enroll", data={**hidden(page), **fields})
    assert again.status_code == 303, "a double click enrolls once"


def test_another_day_in_the_past_is_asked_about_again(rosa: Person) -> None:
    client_url = a_new_client(rosa)
    page = rosa.send(f"{client_url}/enroll", schedule_version_id="1", starts_on="2026-03-06").get_data(as_text=True)
    changed = {"schedule_version_id": "1", "starts_on": "2025-03-03"}
    answer = rosa.client.post(f"{client_url}/enroll", data={**hidden(page), **changed})
    assert answer.status_code == 200
    assert "Mar 3, 2025: 54 weeks are gone. The schedule’s 12 weeks ended on May 25, 2025." in text(answer)
    assert "not enrolled" in text(rosa.get(client_url))


def test_a_schedule_that_a_lead_retired_is_not_offered_and_refused(rosa: Person, miriam: Person) -> None:
    client_url = a_new_client(rosa)
    form = hidden(rosa.get(f"{client_url}/enroll").get_data(as_text=True))
    assert miriam.send("/schedules/1/retire", reason="Replaced").status_code == 303
    assert "Voucher ladder for cocaine" not in text(rosa.get(f"{client_url}/enroll"))
    answer = rosa.client.post(
        f"{client_url}/enroll", data={**form, "schedule_version_id": "1", "starts_on": "2026-03-16"}
    )
    assert answer.status_code == 422
    assert "not enrolled" in text(rosa.get(client_url))


@pytest.mark.parametrize("starts_on", ["", "soon", "2027-01-01", "2026-W11", "0001-01-01", "1926-03-16", "99999-01-01"])
def test_an_invalid_first_day_is_refused_without_an_error(rosa: Person, starts_on: str) -> None:
    client_url = rosa.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    answer = rosa.send(f"{client_url}/enroll", schedule_version_id="1", starts_on=starts_on)
    assert answer.status_code == 422
    assert rosa.get(client_url).status_code == 200


@pytest.mark.parametrize(("path", "most"), [("/clients", 7), ("/clients/1", 24), ("/", 34), ("/prizes", 7)])
def test_a_page_needs_few_queries_however_many_visits_there_are(
    rosa: Person, given: Given, statements: list[str], path: str, most: int
) -> None:
    for day in (0, 2, 4, 7, 9, 11):
        given(cast.visit, day)
    statements.clear()
    rosa.get(path)
    assert 0 < len([statement for statement in statements if statement.startswith("SELECT")]) <= most


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_query_plan_of_a_long_join_is_reused(app: Flask, rosa: Person) -> None:
    """Planning a long join takes ten times as long as running it, so it is planned once for each connection."""
    for _ in range(8):
        assert rosa.get("/clients/1").status_code == 200
    with app.app_context():
        count_plans = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT redemption.id%'"
        assert db.session.execute(db.text(count_plans)).scalar_one() == 1


NEW = {"preferred_name": "Ameer", "site_id": "1", "language": "en"}


def shown_by(page: str) -> str:
    return hidden(page)["shown"]


def test_a_new_client_who_may_be_known_is_asked_about_first(rosa: Person) -> None:
    answer = rosa.send("/clients/new", code="HS-5", **NEW)
    page = text(answer)
    assert answer.status_code == 200 and "Nothing is saved yet Is it this person?" in page
    assert "HS-1 Amir" in page and "This is another person: open anyway" in page
    assert 'href="/clients/1"' in answer.get_data(as_text=True)
    assert rosa.get("/clients/3").status_code == 404
    answer = rosa.send("/clients/new", code="HS-5", shown=shown_by(answer.get_data(as_text=True)), **NEW)
    assert answer.status_code == 303
    assert "HS-5 Ameer" in text(rosa.get(answer.headers["Location"]))


def test_another_name_in_the_same_form_is_asked_about_again(rosa: Person) -> None:
    rosa.send("/clients/new", code="HS-5", preferred_name="Dora", site_id="1", language="en")
    shown = shown_by(rosa.send("/clients/new", code="HS-6", **NEW).get_data(as_text=True))
    answer = rosa.send("/clients/new", code="HS-6", shown=shown, **{**NEW, "preferred_name": "Dora"})
    assert "HS-5 Dora" in text(answer) and "HS-1 Amir" not in text(answer)


def test_other_problems_are_said_before_the_question(rosa: Person) -> None:
    answer = rosa.send("/clients/new", code="HS-1", **NEW)
    assert (answer.status_code, "already in use" in text(answer)) == (422, True)
    assert "Is it this person?" not in text(answer)


def test_a_client_of_another_site_is_not_shown(person: Callable[..., Person]) -> None:
    answer = person("anna").send("/clients/new", code="MR-5", **{**NEW, "site_id": "2"})
    assert answer.status_code == 303


def test_a_changed_name_is_asked_about_as_well(rosa: Person) -> None:
    path = rosa.send("/clients/new", code="HS-5", preferred_name="Dora", site_id="1", language="en").headers["Location"]
    answer = rosa.send(f"{path}/edit", preferred_name="Ameer", language="en")
    assert answer.status_code == 200 and "This is another person: save the name" in text(answer)
    assert "Dora" in text(rosa.get(path))
    shown = shown_by(answer.get_data(as_text=True))
    assert rosa.send(f"{path}/edit", preferred_name="Ameer", language="en", shown=shown).status_code == 303
    assert "Ameer" in text(rosa.get(path))
    assert rosa.send(f"{path}/edit", preferred_name="Ameer", language="es").status_code == 303, "the name stays"
