"""The client's word: an offer on staff's screen, at the kiosk, without a PIN; what is set aside; receipts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests import cast
from tests.redeeming import redeem_at_once
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.kiosk.test_kiosk import opened

People = Callable[..., Person]
Given = Callable[..., object]
STAFF = ("rosa", "miriam")


@pytest.fixture
def rich(given: Given) -> None:
    """Amir has 85 points."""
    given(cast.rich)


def offered(person: Person, **fields: str) -> str:
    """Offer two mugs. Return the page on which the client confirms."""
    answer = person.send("/clients/1/redeem", **{"prize": "1:20", "quantity": "2", **fields})
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def confirm(person: Person, at: str, **fields: str):
    return person.send(at, **{"how": "screen", "pin": cast.PIN, **fields})


@pytest.mark.usefixtures("rich")
def test_the_checklist(person: People, rosa: Person) -> None:
    at = offered(rosa)
    check(person, at, allowed=STAFF, unknown="/offers/99", elsewhere=at, writes=True)
    receipt = confirm(rosa, offered(rosa, quantity="1", is_set_aside="y")).headers["Location"]
    check(
        person,
        f"{receipt}/hand-over",
        allowed=STAFF,
        unknown="/redemptions/99/hand-over",
        elsewhere=f"{receipt}/hand-over",
        writes=True,
    )
    check(person, "/clients/1/receipts", allowed=STAFF, unknown="/clients/99/receipts", elsewhere="/clients/1/receipts")
    check(person, "/prizes/set-aside", allowed=(*STAFF, "grace"))


@pytest.mark.usefixtures("rich")
def test_the_client_confirms_on_staffs_screen(rosa: Person) -> None:
    at = offered(rosa)
    page = text(rosa.get(at))
    assert "Let HS-1 confirm" in page and "2 × Travel mug 40 points. You keep 45 points." in page
    assert "Amir" not in page
    answer = confirm(rosa, at)
    receipt = text(rosa.get(answer.headers["Location"]))
    assert "Confirmed with the PIN, on the staff screen" in receipt and "Balance now 45 points" in receipt
    assert rosa.get(at).headers["Location"] == answer.headers["Location"], "the offer leads to its receipt"


@pytest.mark.usefixtures("rich")
def test_the_offer_speaks_the_clients_language(rosa: Person) -> None:
    rosa.send("/clients/1/edit", preferred_name="Amir", language="es")
    page = rosa.get(offered(rosa))
    assert "2 × Vaso térmico 40 puntos. Le quedan 45 puntos." in text(page) and "Sí, lo quiero" in text(page)
    assert '<div lang="es">' in page.get_data(as_text=True)


@pytest.mark.usefixtures("rich")
def test_a_wrong_pin_hands_nothing_out(rosa: Person) -> None:
    at = offered(rosa)
    answer = confirm(rosa, at, pin="1111")
    assert answer.status_code == 422 and "That PIN is not right." in text(answer)
    assert "1111" not in answer.get_data(as_text=True)
    for says in (
        "Try again, or ask a member of staff.",
        "You can try 2 more times, or ask a member of staff.",
        "You can try 1 more time, or ask a member of staff.",
        "That PIN is not right, and it is blocked for a while now. Ask a member of staff.",
        "Too many tries. Wait 10 minutes, or ask a member of staff.",
    ):
        assert says in text(confirm(rosa, at, pin="1111"))
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_without_a_pin_staff_say_why(rosa: Person) -> None:
    at = offered(rosa)
    answer = rosa.send(at, how="nobody", why=" ")
    assert answer.status_code == 422 and "Let the client type their PIN, or say why they do not." in text(answer)
    receipt = rosa.send(at, how="nobody", why="Broken hand").headers["Location"]
    assert "Confirmed without a PIN: Broken hand" in text(rosa.get(receipt))
    assert "no PIN" in text(rosa.get("/clients/1/receipts"))


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize("fields", [{}, {"how": "kiosk", "pin": cast.PIN}, {"how": "screen"}, {"how": "x", "why": "y"}])
def test_a_strange_word_is_none(rosa: Person, fields: dict[str, str]) -> None:
    at = offered(rosa)
    assert rosa.send(at, **fields).status_code == 422
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_the_client_confirms_at_the_kiosk(app: Flask, rosa: Person) -> None:
    at = offered(rosa)
    kiosk = opened(app)
    card = text(kiosk.get("/kiosk/card"))
    assert "Is this right? 2 × Travel mug 40 points. You keep 45 points." in card
    assert "HS-1" not in card
    answer = kiosk.send(f"/kiosk{at}", shown_at="/kiosk/card", pin="1111")
    assert answer.status_code == 422 and "That PIN is not right." in text(answer)
    answer = kiosk.send(f"/kiosk{at}", shown_at="/kiosk/card", pin=cast.PIN)
    assert answer.status_code == 303
    assert "It is yours: Travel mug. A member of staff hands it to you." in text(kiosk.get("/kiosk/card"))
    receipt = rosa.get(at).headers["Location"]
    said = text(rosa.get(receipt))
    assert "with the PIN, at the kiosk" in said and "Handed out by Rosa" in said


@pytest.mark.usefixtures("rich")
def test_the_client_says_no_at_the_kiosk(app: Flask, rosa: Person) -> None:
    at = offered(rosa)
    kiosk = opened(app)
    assert kiosk.send(f"/kiosk{at}", shown_at="/kiosk/card", no="1").status_code == 303
    said = text(kiosk.get("/kiosk/card"))
    assert "Is this right?" not in said and "All right. Your points stay yours." in said
    assert "The client said no at the kiosk." in text(rosa.get(at))
    again = kiosk.send(f"/kiosk{at}", shown_at="/kiosk/card?lang=es", pin=cast.PIN)
    assert again.status_code == 422 and "This offer has ended." in text(again)


@pytest.mark.usefixtures("rich")
def test_somebody_elses_card_opens_no_offer(app: Flask, rosa: Person) -> None:
    at = offered(rosa)
    stranger = opened(app, "MR-1")
    assert stranger.send(f"/kiosk{at}", shown_at="/kiosk/card", pin=cast.PIN).status_code == 404
    nobody = Person(app)
    assert nobody.send(f"/kiosk{at}", shown_at="/kiosk", pin=cast.PIN).headers["Location"] == "/kiosk"
    assert nobody.send_bare(f"/kiosk{at}", pin=cast.PIN).status_code == 400
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_they_do_not_want_it(rosa: Person) -> None:
    at = offered(rosa)
    assert rosa.send(f"{at}/withdraw", shown_at=at).headers["Location"] == "/clients/1"
    assert "Nothing was handed out, and nothing was taken." in text(rosa.get("/clients/1"))
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_an_offer_waits_ten_minutes(rosa: Person) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        anew = Person(rosa.app, "rosa")
        at = offered(anew)
        clock.shift(timedelta(minutes=11))
        assert "It waited for 10 minutes." in text(anew.get(at))


@pytest.mark.usefixtures("rich")
def test_a_page_that_looks_on_keeps_nobody_signed_in(app: Flask) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        rosa = Person(app, "rosa")
        at = offered(rosa)
        for _ in range(10):
            clock.shift(timedelta(minutes=2))
            rosa.client.get(at, headers={"X-Poll": "1"})
        assert rosa.get("/clients/1").status_code == 302


@pytest.mark.usefixtures("rich")
def test_what_is_set_aside_is_handed_over_later(app: Flask, rosa: Person, person: People) -> None:
    receipt = confirm(rosa, offered(rosa, is_set_aside="y")).headers["Location"]
    assert "It is set aside for the client." in text(rosa.get(receipt))
    assert "HS-1 2 × Travel mug" in text(rosa.get("/prizes/set-aside"))
    assert "Set aside for you: Travel mug. Ask a member of staff for it." in text(opened(app).get("/kiosk/card"))
    page = text(rosa.get(f"{receipt}/hand-over"))
    assert "The client confirmed with their PIN a few minutes ago." in page
    assert rosa.send(f"{receipt}/hand-over", how="").status_code == 303
    said = text(rosa.get(receipt))
    assert "Handed over" in said and "Rosa; with the PIN, on the staff screen" in said
    assert "Nothing is set aside." in text(rosa.get("/prizes/set-aside"))
    again = rosa.get(f"{receipt}/hand-over")
    assert again.status_code == 409 and "Nothing is set aside here" in text(again)


@pytest.mark.usefixtures("rich")
def test_one_that_was_not_confirmed_needs_a_word_when_it_is_handed_over(rosa: Person) -> None:
    at = offered(rosa, is_set_aside="y")
    receipt = rosa.send(at, how="nobody", why="On the telephone").headers["Location"]
    assert rosa.send(f"{receipt}/hand-over", how="").status_code == 422
    assert rosa.send(f"{receipt}/hand-over", how="screen", pin="1111").status_code == 422
    assert rosa.send(f"{receipt}/hand-over", how="nobody").status_code == 422
    assert rosa.send(f"{receipt}/hand-over", how="screen", pin=cast.PIN).status_code == 303


@pytest.mark.usefixtures("rich")
def test_receipts_are_printed_again(rosa: Person) -> None:
    assert "No receipts yet." in text(rosa.get("/clients/1/receipts"))
    receipt = confirm(rosa, offered(rosa)).headers["Location"]
    said = rosa.get("/clients/1/receipts")
    assert "2 × Travel mug 40 points Handed over" in text(said) and f'href="{receipt}"' in said.get_data(as_text=True)
    rosa.send(f"{receipt}/undo", is_back="yes", reason="Wrong one")
    assert "Undone" in text(rosa.get("/clients/1/receipts"))


# -- cards -------------------------------------------------------------------------------------------------


@pytest.fixture
def voucher(miriam: Person, rich: None) -> str:
    """A prize whose cards have numbers, with three of them on the shelf. Return its path."""
    answer = miriam.send(
        "/prizes/new", name="Voucher", category="gift_card", price_points="10", retail="5", is_active="y", is_serial="y"
    )
    at = answer.headers["Location"]
    answer = miriam.send(at, site_id="1", cards="4821, 0007\n1234", unit_cost="4.50", note="Corner Store, 1182")
    assert answer.status_code == 303, text(answer)
    return at


def test_cards_are_booked_in_by_their_last_four_digits(miriam: Person, voucher: str) -> None:
    assert "Voucher Gift card 10 points $5.00 3" in text(miriam.get("/prizes"))
    assert "How many" not in text(miriam.get(voucher))


def test_a_whole_number_is_refused_and_not_shown_again(miriam: Person, voucher: str) -> None:
    answer = miriam.send(voucher, site_id="1", cards="6011 0009 9013 9424\n5555", unit_cost="1", note="Store")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "The whole number never belongs here." in page
    assert "6011" not in page and "9424\n5555" in page
    assert miriam.send(voucher, site_id="1", cards="9424,5555", unit_cost="1", note="Store").status_code == 303


@pytest.mark.parametrize("cards", ["", " ", "123 45", "abcd"])
def test_what_are_no_cards_is_told(miriam: Person, voucher: str, cards: str) -> None:
    answer = miriam.send(voucher, site_id="1", cards=cards, unit_cost="1", note="Store")
    assert answer.status_code == 422 and "last four digits" in text(answer)


@pytest.mark.usefixtures("voucher")
def test_a_card_is_fetched_and_handed_over(rosa: Person) -> None:
    at = offered(rosa, prize="3:10", quantity="1")
    assert "It is set aside for you." in text(rosa.get(at))
    receipt = confirm(rosa, at).headers["Location"]
    assert "Get the card that ends in 4821" in text(rosa.get(receipt))
    assert "Get the card that ends in 4821 : Voucher." in text(rosa.get(f"{receipt}/hand-over"))
    rosa.send(f"{receipt}/hand-over", how="")
    assert "···· 4821" in text(rosa.get(receipt)) and "···· 4821" in text(rosa.get("/clients/1/receipts"))


@pytest.mark.usefixtures("voucher")
def test_two_cards_at_once_are_refused(rosa: Person) -> None:
    answer = rosa.send("/clients/1/redeem", prize="3:10", quantity="2")
    assert answer.status_code == 422 and "Cards are handed out one at a time." in text(answer)


@pytest.mark.usefixtures("voucher")
def test_cards_are_counted_by_their_digits(rosa: Person, person: People) -> None:
    page = rosa.get("/counts/new/1").get_data(as_text=True)
    assert "4821" not in page, "a count is blind"
    wrong = rosa.send("/counts/new/1", prize_1="5", prize_2="1", prize_3="4821, 9999")
    assert wrong.status_code == 422 and "No card that ends in 9999 was booked in here." in text(wrong)
    at = rosa.send("/counts/new/1", prize_1="5", prize_2="1", prize_3="4821\n0007").headers["Location"]
    leo = person("leo")
    assert "Voucher 2 3 −1 ···· 1234" in text(leo.get(at))
    assert leo.send(at, reason="Lost on the way").status_code == 303
    assert "Voucher Gift card 10 points $5.00 2" in text(rosa.get("/prizes"))


@pytest.mark.usefixtures("voucher")
def test_what_is_set_aside_counts_as_given_in_the_inventory(rosa: Person, person: People) -> None:
    receipt = confirm(rosa, offered(rosa, prize="3:10", quantity="1")).headers["Location"]
    report = text(person("grace").get("/sites/1/inventory"))
    assert "Voucher 0 3 1 0 2 $10.00" in report and "1 item is set aside for clients and not handed over yet." in report
    rosa.send(f"{receipt}/hand-over", how="")
    assert "set aside for clients" not in text(person("grace").get("/sites/1/inventory"))


def test_a_prize_with_a_shelf_stays_what_it_is(miriam: Person) -> None:
    answer = miriam.send(
        "/prizes/1/edit", name="Travel mug", category="household", price_points="20", retail="5", is_active="y",
        is_serial="y",
    )  # fmt: skip
    assert answer.status_code == 422 and "Put a new prize into the catalog instead." in text(answer)


# -- what is waiting, and who went away --------------------------------------------------------------------


@pytest.mark.usefixtures("rich")
def test_the_clients_page_tells_what_waits(rosa: Person) -> None:
    assert "Hand it over" not in text(rosa.get("/clients/1"))
    confirm(rosa, offered(rosa, is_set_aside="y"))
    assert "Set aside: 2 × Travel mug. Hand it over" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_whoever_was_signed_out_is_told_so(rosa: Person) -> None:
    at = offered(rosa)
    rosa.client.delete_cookie("cm_session")
    answer = rosa.send_bare(at, how="screen", pin=cast.PIN)
    assert answer.status_code == 400
    assert "You were signed out. Nothing was saved." in text(answer)


@pytest.mark.usefixtures("rich")
def test_a_screen_that_is_turned_to_the_client_leads_to_nobody_else(rosa: Person) -> None:
    at = offered(rosa)
    receipt = confirm(rosa, offered(rosa, quantity="1", is_set_aside="y")).headers["Location"]
    for page in (at, f"{receipt}/hand-over"):
        said = rosa.get(page).get_data(as_text=True)
        assert 'href="/clients"' not in said and "Rosa" not in said


@pytest.mark.usefixtures("rich")
def test_a_page_out_of_the_browsers_memory_leads_to_the_receipt(rosa: Person) -> None:
    at = offered(rosa)
    wrong = rosa.client.get(at).get_data(as_text=True)
    receipt = confirm(rosa, at).headers["Location"]
    answer = rosa.client.post(at, data={**hidden(wrong), "how": "screen", "pin": "1111"})
    assert (answer.status_code, answer.headers["Location"]) == (303, receipt)


@pytest.mark.usefixtures("rich")
def test_an_old_receipt_gives_no_order(app: Flask) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        rosa = Person(app, "rosa")
        receipt = confirm(rosa, offered(rosa)).headers["Location"]
        assert "Hand over the prize now." in text(rosa.get(receipt))
        clock.shift(timedelta(minutes=16))
        assert "Hand over the prize now." not in text(rosa.get(receipt))


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize(
    "path", ["/clients/1/redeem", "/clients/1/receipts", "/prizes/set-aside", "/clients/1", "/counts"]
)
def test_more_redemptions_are_no_more_questions(rosa: Person, given: Given, asked: list[str], path: str) -> None:
    def questions() -> int:
        asked.clear()
        assert rosa.get(path).status_code == 200
        return len(asked)

    given(redeem_at_once, is_set_aside=True)
    rosa.send("/counts/new/1", prize_1="4", prize_2="1")
    few = questions()
    for _ in range(3):
        given(redeem_at_once, is_set_aside=True)
        rosa.send("/counts/new/1", prize_1="4", prize_2="1")
    assert questions() == few
