"""A form shows everything that is wrong with it at once, each problem at its field."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests import cast
from tests.web.conftest import Person

Given = Callable[..., object]
A_PRIZE = {"name": "Scarf", "category": "clothing", "price": "5.00", "retail": "5.00", "tier": "", "site_id": ""}


def problems(person: Person, path: str, **fields: str) -> dict[str, str]:
    """Send a form that is refused. Return the problem of each field, by its name."""
    answer = person.send(path, **fields)
    assert answer.status_code == 422
    found = re.findall(r'<p class="problem" id="([^"]*)-problem">(.*?)</p>', answer.get_data(as_text=True), re.S)
    return {name: unescape(says) for name, says in found}


def test_a_test_shows_all_its_problems(rosa: Person) -> None:
    assert problems(
        rosa,
        "/enrollments/1/0/visits/new",
        happened_on="2026-03-20",
        collected_time="",
        specimen="given",
        specimen_id="U 1",
    ) == {
        "collected_time": "Enter when it was collected.",
        "specimen_id": "A specimen id has up to 40 letters, digits, dots, slashes and hyphens.",
        "temperature": "Say whether the temperature was in range, or that it was not read.",
        "result_cocaine": "Give a result for cocaine: negative, positive or pending.",
    }


def test_what_only_the_enrollment_tells_is_shown_at_the_field_of_the_day(rosa: Person) -> None:
    fields = {"collected_time": "10:00", "specimen": "given", "temperature": "in_range"}
    assert problems(rosa, "/enrollments/1/0/visits/new", happened_on="2026-03-20", **fields) == {
        "happened_on": "Mar 20, 2026 is in the future. A visit can be recorded once it has taken place.",
        "result_cocaine": "Give a result for cocaine: negative, positive or pending.",
    }


def test_a_time_in_the_future_is_shown_at_its_field(rosa: Person) -> None:
    fields = {"specimen": "given", "temperature": "in_range", "result_cocaine": "negative"}
    assert problems(
        rosa, "/enrollments/1/0/visits/new", happened_on="2026-03-16", collected_time="23:00", **fields
    ) == {"collected_time": "The time of collection is in the future. Correct it."}


def test_a_correction_shows_all_its_problems(miriam: Person, given: Given) -> None:
    given(cast.visit, 0)
    assert problems(
        miriam, "/visits/1/correct", happened="came", happened_on="2026-03-02", specimen="given", words=""
    ) == {
        "collected_time": "Enter when it was collected.",
        "result_cocaine": "Give a result for cocaine: negative, positive or pending.",
        "words": "Write why it is corrected.",
    }


def test_a_void_shows_all_its_problems(miriam: Person, given: Given) -> None:
    given(cast.visit, 0)
    assert problems(miriam, "/visits/1/void", words="") == {
        "why": "Choose what went wrong.",
        "words": "Write what went wrong.",
    }


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("María", "A client code has up to 20 letters, digits and hyphens, and no name in it."),
        ("", "Enter a client code."),
    ],
)
def test_a_new_client_shows_all_its_problems(rosa: Person, code: str, says: str) -> None:
    fields = {"preferred_name": "x" * 121, "site_id": "1", "language": "en"}
    assert problems(rosa, "/clients/new", code=code, **fields) == {
        "code": says,
        "preferred_name": "Shorten this to 120 characters.",
    }


def test_an_account_shows_all_its_problems(miriam: Person) -> None:
    fields = {"username": "N", "roles": "coordinator"}
    assert problems(miriam, "/staff/new", display_name="", **fields) == {
        "display_name": "Enter the person's name.",
        "username": "A user name has 2 to 40 small letters, digits, dots and hyphens.",
    }
    assert problems(miriam, "/staff/new", display_name="Nia", **{**fields, "username": "rosa"}) == {
        "username": 'The user name "rosa" is already in use. Choose another one.',
        "site_ids": "Choose at least one site.",
    }


def test_a_prize_shows_all_its_problems(miriam: Person) -> None:
    fields = {**A_PRIZE, "category": "alcohol", "limit_count": "", "limit_days": "400"}
    found = problems(miriam, "/prizes/new", **{**fields, "price": "0"})
    assert set(found) == {"category", "limit_count", "limit_days", "price"}
    assert "from 1 to 1,000" in found["limit_count"] and "1 to 366 days" in found["limit_days"]
    found = problems(miriam, "/prizes/new", **{**fields, "name": "Travel mug"})
    assert found["name"] == 'The name "Travel mug" is already in use. Choose another one.'
    assert set(found) == {"name", "category", "limit_count", "limit_days"}


VOUCHER = {"name": "Voucher", "category": "gift_card", "price": "2.50", "retail": "2.50", "is_active": "y"}


def test_a_delivery_of_gift_cards_shows_all_its_problems(miriam: Person) -> None:
    assert miriam.send("/prizes/new", **VOUCHER, is_serial="y").status_code == 303
    assert problems(miriam, "/prizes/3/deliver", site_id="1", cards="12345\n1234", unit_cost="", note="") == {
        "cards": "Give only the last four digits of each card: look at number 1 of your list again. The whole number never "
        "belongs here.",
        "unit_cost": "Enter what one cost, such as 4.50; 0 for a donation.",
        "note": "Say where it came from.",
    }


def test_a_count_shows_all_its_problems(rosa: Person, miriam: Person) -> None:
    for name in ("Voucher", "Bus card"):
        assert miriam.send("/prizes/new", **{**VOUCHER, "name": name}, is_serial="y").status_code == 303
    rosa.send("/counts/begin/1")
    fields = {"prize_1": "1", "prize_2": "0", "prize_3": "1111", "prize_4": "2222"}
    found = problems(rosa, "/counts/new/1", **fields)
    assert set(found) == {"prize_3", "prize_4"}
    assert "1111" in found["prize_3"] and "2222" in found["prize_4"]


def test_an_adjustment_shows_all_its_problems(miriam: Person) -> None:
    assert problems(miriam, "/clients/1/adjust", unit="points", direction="give", amount="0", reason="short") == {
        "amount": "Enter a whole number from 1 to 10,000.",
        "reason": "Write a reason that somebody else can understand a year from now.",
    }
    assert problems(miriam, "/clients/1/adjust", unit="draws", direction="give", amount="5", reason="short") == {
        "unit": "This client has no bowl to draw from: none of their schedules pays draws.",
        "reason": "Write a reason that somebody else can understand a year from now.",
    }
    found = problems(miriam, "/clients/1/adjust", unit="points", direction="take", amount="5", reason="short")
    assert set(found) == {"amount", "reason"}
