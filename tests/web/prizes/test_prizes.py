"""The pages of the catalog, deliveries and redemptions."""

import re
from collections.abc import Callable

import pytest

from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., object]
STAFF = ("rosa", "miriam")


@pytest.mark.parametrize(
    ("path", "allowed", "unknown", "writes"),
    [
        ("/prizes", ("rosa", "miriam", "grace"), None, False),
        ("/prizes/new", ("miriam",), None, True),
        ("/prizes/1/edit", ("miriam",), "/prizes/99/edit", True),
        ("/prizes/1/deliver", ("miriam",), "/prizes/99/deliver", True),
        ("/clients/1/redeem", STAFF, "/clients/99/redeem", True),
    ],
)
def test_the_pages_of_prizes_pass_the_checklist(
    person: People, path: str, allowed: tuple[str, ...], unknown: str | None, writes: bool
) -> None:
    elsewhere = path if path.startswith("/clients") else None
    check(person, path, allowed=allowed, unknown=unknown, writes=writes, elsewhere=elsewhere)


def test_the_page_of_a_receipt_passes_the_checklist(person: People, given: Given) -> None:
    given(cast.rich)
    person("rosa").redeem("/clients/1/redeem", prize="1:20", quantity="1")
    check(person, "/redemptions/1", allowed=STAFF, unknown="/redemptions/99", elsewhere="/redemptions/1")


def test_the_catalog_shows_price_and_stock(rosa: Person) -> None:
    content = text(rosa.get("/prizes"))
    assert "Travel mug Household $5.00 20 points $5.00 5" in content


def test_a_prize_is_redeemed_and_the_receipt_has_the_numbers(rosa: Person, given: Given) -> None:
    given(cast.rich)
    answer = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="2")
    content = text(rosa.get(answer.headers["Location"]))
    assert "Travel mug" in content and "Points −40" in content and "Balance now 45 points" in content
    assert "Amir" not in content


def test_a_redemption_without_enough_points_is_refused_with_the_numbers(rosa: Person) -> None:
    answer = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="1")
    assert answer.status_code == 422
    assert "This costs 20 points ($5.00) and the client has 0 ($0.00): 20 more are needed ($5.00)." in text(answer)


def test_a_redemption_of_more_than_the_stock_is_refused_with_the_numbers(rosa: Person, given: Given) -> None:
    for day in (0, 2, 4, 7, 9, 11, 14):
        given(cast.visit, day)
    answer = rosa.redeem("/clients/1/redeem", prize="2:80", quantity="2")
    assert "2 wanted, 1 left in the cabinet." in text(answer)


@pytest.mark.parametrize("quantity", ["0", "-1", "101", "1.5", "many", "9" * 30])
def test_an_invalid_quantity_is_refused(rosa: Person, given: Given, quantity: str) -> None:
    given(cast.rich)
    assert rosa.redeem("/clients/1/redeem", prize="1:20", quantity=quantity).status_code == 422
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.parametrize("prize", ["", "99", "x", "1:x", "1:20:5"])
def test_an_unknown_prize_or_price_is_refused(rosa: Person, prize: str) -> None:
    assert rosa.redeem("/clients/1/redeem", prize=prize, quantity="1").status_code == 422


def a_prize(**more: str) -> dict[str, str]:
    return {
        "name": "Scarf",
        "name_es": "Bufanda",
        "category": "clothing",
        "price": "7.50",
        "retail": "7.50",
        "is_active": "y",
        **more,
    }


def test_a_lead_adds_a_prize_and_records_its_delivery(miriam: Person) -> None:
    answer = miriam.send("/prizes/new", **a_prize())
    answer = miriam.send(
        answer.headers["Location"], site_id="1", quantity="12", unit_cost="4.50", note="Corner Store, 1182"
    )
    assert answer.status_code == 303
    assert "Scarf Clothing $7.50 30 points $7.50 12" in text(miriam.get("/prizes"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"category": "alcohol"}, "Alcohol may never be a reward."),
        ({"category": "cash_card"}, "Cash card may never be a reward."),
        ({"category": "other things"}, "Choose one from the list"),
        ({"name": "Travel mug"}, 'The name "Travel mug" is already in use.'),
        ({"name": ""}, "Enter a name."),
        ({"price": "0"}, "Enter an amount from $0.01 to $10,000.00."),
        ({"price": "NaN"}, "Enter an amount from $0.01 to $10,000.00."),
        ({"price": "£5"}, "Enter an amount from $0.01 to $10,000.00."),
        ({"price": "4.905"}, "Enter an amount from $0.01 to $10,000.00."),
        ({"price": "ten"}, "Enter an amount from $0.01 to $10,000.00."),
        ({"price": ""}, "Enter the price, such as 15.00."),
        ({"retail": "-1"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"retail": "sNaN"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"retail": "10000.01"}, "Enter an amount from $0.00 to $10,000.00."),
        ({"retail": "a lot"}, "Enter an amount from $0.00 to $10,000.00."),
    ],
)
def test_invalid_fields_of_a_prize_are_refused_with_a_message(
    miriam: Person, fields: dict[str, str], message: str
) -> None:
    answer = miriam.send("/prizes/new", **a_prize(**fields))
    assert answer.status_code == 422
    assert message in text(answer)


def test_a_price_far_from_retail_or_a_forbidden_word_makes_the_form_ask_again(miriam: Person) -> None:
    assert "I have checked the name and the price" not in text(miriam.get("/prizes/new"))
    answer = miriam.send("/prizes/new", **a_prize(name="Wine glasses", price="3.00"))
    content = text(answer)
    assert answer.status_code == 422
    assert "The name says: wine." in content and "The price is $3.00 and the retail value is $7.50." in content
    assert "I have checked the name and the price: they are right" in content
    answer = miriam.send("/prizes/new", **a_prize(name="Wine glasses", price="3.00", is_checked="y"))
    assert answer.status_code == 303
    assert "Wine glasses Clothing $3.00 12 points $7.50" in text(miriam.get("/prizes"))


def test_the_form_says_what_a_point_is_worth_and_shows_the_price_in_dollars(miriam: Person) -> None:
    page = miriam.get("/prizes/1/edit")
    assert "A point is worth $0.25. Clients pay the next whole number of points." in text(page)
    assert re.search(r'name="price"[^>]* value="5.00"', page.get_data(as_text=True))


def test_a_price_between_two_points_is_shown_with_what_the_client_pays(miriam: Person, given: Given) -> None:
    """$4.90 is 19.6 points: the client pays 20, which are $5.00."""
    given(cast.rich)
    mug = a_prize(name="Travel mug", category="household", price="4.90", retail="5")
    assert miriam.send("/prizes/1/edit", **mug).status_code == 303
    assert "Travel mug Household $4.90 20 points $5.00 5" in text(miriam.get("/prizes"))
    assert "Travel mug 20 points ($5.00) 5 left" in text(miriam.get("/clients/1/redeem"))


def test_a_changed_price_does_not_change_old_receipts(miriam: Person, given: Given) -> None:
    given(cast.rich)
    receipt = miriam.redeem("/clients/1/redeem", prize="1:20", quantity="1").headers["Location"]
    assert miriam.send("/prizes/1/edit", **a_prize(name="Big mug", price="6.25", retail="6.25")).status_code == 303
    assert "Travel mug" in text(miriam.get(receipt)) and "20 points ($5.00) each" in text(miriam.get(receipt))


@pytest.mark.parametrize("quantity", ["0", "10001", "x", ""])
def test_an_invalid_delivery_is_refused(miriam: Person, quantity: str) -> None:
    answer = miriam.send("/prizes/1/deliver", site_id="1", quantity=quantity, unit_cost="1", note="Store")
    assert answer.status_code == 422
    assert miriam.send("/prizes/1/deliver", site_id="2", quantity="1", unit_cost="1", note="Store").status_code == 422


def test_a_wrong_redemption_is_undone_from_its_receipt(person: People, rosa: Person, given: Given) -> None:
    given(cast.rich)
    receipt = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="2").headers["Location"]
    assert "Undo this redemption" in text(rosa.get(receipt))
    page = text(rosa.get(f"{receipt}/undo"))
    assert "The client gets 40 points ($10.00) back: 45 points ($11.25) now, 85 points ($21.25) afterwards." in page
    assert rosa.send(f"{receipt}/undo", is_back="yes").status_code == 422
    refused = rosa.send(f"{receipt}/undo", is_back="no", reason="Wrong person")
    assert refused.status_code == 422 and "You handed this prize out yourself." in text(refused)
    assert "a lead who did not has to book it as lost" in page
    assert "book it as lost if" not in text(person("miriam").get(f"{receipt}/undo"))
    assert person("miriam").send(f"{receipt}/undo", is_back="no", reason="Wrong person").status_code == 303
    content = text(rosa.get(receipt))
    assert "Undone on" in content and "the points were given back. Why: Wrong person" in content
    assert "Undo this redemption" not in content
    assert "3" in text(rosa.get("/prizes"))
    second_undo = person("miriam").get(f"{receipt}/undo")
    assert second_undo.status_code == 409
    assert "undone already" in text(second_undo)
    ledger = text(person("grace").get("/ledger"))
    assert "Undo" in ledger and "Shrinkage" in ledger


def test_the_page_for_undoing_a_redemption_passes_the_checklist(person: People, rosa: Person, given: Given) -> None:
    given(cast.rich)
    path = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="1").headers["Location"] + "/undo"
    check(person, path, allowed=("rosa", "miriam"), unknown="/redemptions/99/undo", writes=True, elsewhere=path)
