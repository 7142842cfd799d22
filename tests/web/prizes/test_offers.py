"""Offers that the client confirms on the staff screen, at the kiosk or without a PIN; prizes set aside; receipts."""

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
    """Give Amir 85 points."""
    given(cast.rich)


def offered(person: Person, **fields: str) -> str:
    """Offer two mugs. Return the address of the page on which the client confirms."""
    answer = person.send("/clients/1/redeem", **{"prize": "1:20", "quantity": "2", **fields})
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def confirm(person: Person, offer_url: str, **fields: str):
    return person.send(offer_url, **{"how": "screen", "pin": cast.PIN, **fields})


@pytest.mark.usefixtures("rich")
def test_the_pages_of_offers_and_receipts_pass_the_checklist(person: People, rosa: Person) -> None:
    offer_url = offered(rosa)
    check(person, offer_url, allowed=STAFF, unknown="/offers/99", elsewhere=offer_url, writes=True)
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
def test_the_client_confirms_on_the_staff_screen(rosa: Person) -> None:
    offer_url = offered(rosa)
    page = text(rosa.get(offer_url))
    assert "Let HS-1 confirm" in page and "2 × Travel mug 40 points ($10.00). You keep 45 points ($11.25)." in page
    assert "Amir" not in page
    answer = confirm(rosa, offer_url)
    receipt = text(rosa.get(answer.headers["Location"]))
    assert "Confirmed with the PIN, on the staff screen" in receipt and "Balance now 45 points" in receipt
    assert rosa.get(offer_url).headers["Location"] == answer.headers["Location"], (
        "the page of the offer redirects to the receipt"
    )


@pytest.mark.usefixtures("rich")
def test_the_offer_is_in_the_clients_language(rosa: Person) -> None:
    rosa.send("/clients/1/edit", preferred_name="Amir", language="es")
    page = rosa.get(offered(rosa))
    assert "2 × Vaso térmico 40 puntos ($10.00). Le quedan 45 puntos ($11.25)." in text(
        page
    ) and "Sí, lo quiero" in text(page)
    assert '<div lang="es">' in page.get_data(as_text=True)


@pytest.mark.usefixtures("rich")
def test_with_a_wrong_pin_nothing_is_handed_out(rosa: Person) -> None:
    offer_url = offered(rosa)
    answer = confirm(rosa, offer_url, pin="1111")
    assert answer.status_code == 422 and "That PIN is not right." in text(answer)
    assert "1111" not in answer.get_data(as_text=True)
    for message in (
        "Try again, or ask a member of staff.",
        "You can try 2 more times, or ask a member of staff.",
        "You can try 1 more time, or ask a member of staff.",
        "That PIN is not right, and it is blocked for a while now. Ask a member of staff.",
        "Too many tries. Wait 10 minutes, or ask a member of staff.",
    ):
        assert message in text(confirm(rosa, offer_url, pin="1111"))
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_a_wrong_pin_does_not_lead_to_confirming_without_one(rosa: Person) -> None:
    """The client looks at the screen: only the staff's own reason opens this part of the page again."""
    offer_url = offered(rosa)
    closed = '<details class="more" >'
    for _ in range(6):  # the last one is refused because of too many tries
        assert closed in confirm(rosa, offer_url, pin="1111").get_data(as_text=True)
    assert closed in rosa.send(offer_url, how="screen", pin="1" * 30).get_data(as_text=True)
    assert '<details class="more" open>' in rosa.send(offer_url, how="nobody", why=" ").get_data(as_text=True)


@pytest.mark.usefixtures("rich")
def test_the_handover_is_confirmed_in_the_clients_language(rosa: Person, clock: time_machine.Traveller) -> None:
    rosa.send("/clients/1/edit", preferred_name="Amir", language="es")
    receipt = confirm(rosa, offered(rosa, is_set_aside="y")).headers["Location"]
    clock.shift(timedelta(minutes=16))
    page = rosa.get(f"{receipt}/hand-over")
    assert "Su PIN" in text(page) and "Ya lo tengo" in text(page) and "Amir" not in text(page)
    answer = rosa.send(f"{receipt}/hand-over", how="screen", pin="1111")
    assert "Ese PIN no es correcto." in text(answer) and "That PIN" not in text(answer)
    assert '<details class="more" >' in answer.get_data(as_text=True)


@pytest.mark.usefixtures("rich")
def test_staff_give_a_reason_if_the_client_uses_no_pin(rosa: Person) -> None:
    offer_url = offered(rosa)
    answer = rosa.send(offer_url, how="nobody", why=" ")
    assert answer.status_code == 422 and "Let the client type their PIN, or say why they do not." in text(answer)
    receipt = rosa.send(offer_url, how="nobody", why="Broken hand").headers["Location"]
    assert "Confirmed without a PIN: Broken hand" in text(rosa.get(receipt))
    assert "no PIN" in text(rosa.get("/clients/1/receipts"))


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize("fields", [{}, {"how": "kiosk", "pin": cast.PIN}, {"how": "screen"}, {"how": "x", "why": "y"}])
def test_an_invalid_confirmation_is_refused(rosa: Person, fields: dict[str, str]) -> None:
    offer_url = offered(rosa)
    assert rosa.send(offer_url, **fields).status_code == 422
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_the_client_confirms_at_the_kiosk(app: Flask, rosa: Person) -> None:
    offer_url = offered(rosa)
    kiosk = opened(app)
    card = text(kiosk.get("/kiosk/card"))
    assert "Is this right? 2 × Travel mug 40 points ($10.00). You keep 45 points ($11.25)." in card
    assert "HS-1" not in card
    assert "That PIN is not right." in kiosk.told(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin="1111")
    assert "That PIN is not right." not in text(kiosk.get("/kiosk/card")), "it is said once"
    answer = kiosk.send(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin=cast.PIN)
    assert answer.status_code == 303
    assert "It is yours: Travel mug. A member of staff will hand it to you." in text(kiosk.get("/kiosk/card"))
    receipt = rosa.get(offer_url).headers["Location"]
    content = text(rosa.get(receipt))
    assert "with the PIN, at the kiosk" in content and "Handed out by Rosa" in content


@pytest.mark.usefixtures("rich")
def test_a_pin_that_cannot_be_one_is_not_counted_as_a_try_at_the_kiosk(app: Flask, rosa: Person) -> None:
    offer_url = offered(rosa)
    kiosk = opened(app)
    for _ in range(12):
        assert "That PIN is not right." in kiosk.told(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin="2" * 21)
    content = kiosk.told(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin=cast.PIN)
    assert "It is yours: Travel mug." in content, "the client is not shut out"


@pytest.mark.usefixtures("rich")
def test_the_client_refuses_an_offer_at_the_kiosk(app: Flask, rosa: Person) -> None:
    offer_url = offered(rosa)
    kiosk = opened(app)
    assert kiosk.send(f"/kiosk{offer_url}", shown_at="/kiosk/card", no="1").status_code == 303
    content = text(kiosk.get("/kiosk/card"))
    assert "Is this right?" not in content and "All right. You keep your points." in content
    assert "The client said no at the kiosk." in text(rosa.get(offer_url))
    again = kiosk.told(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin=cast.PIN)
    assert "This offer has ended." in again


@pytest.mark.usefixtures("rich")
def test_another_clients_card_cannot_confirm_the_offer(app: Flask, rosa: Person) -> None:
    offer_url = offered(rosa)
    stranger = opened(app, "MR-1")
    assert stranger.send(f"/kiosk{offer_url}", shown_at="/kiosk/card", pin=cast.PIN).status_code == 404
    nobody = Person(app)
    assert nobody.send(f"/kiosk{offer_url}", shown_at="/kiosk", pin=cast.PIN).headers["Location"] == "/kiosk"
    assert nobody.send_bare(f"/kiosk{offer_url}", pin=cast.PIN).status_code == 400
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_staff_withdraw_an_offer_that_the_client_does_not_want(rosa: Person) -> None:
    offer_url = offered(rosa)
    assert rosa.send(f"{offer_url}/withdraw", shown_at=offer_url).headers["Location"] == "/clients/1"
    assert "Nothing was handed out, and nothing was taken." in text(rosa.get("/clients/1"))
    assert "Balance 85 points" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_an_offer_ends_after_ten_minutes(rosa: Person) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        signed_in_again = Person(rosa.app, "rosa")
        offer_url = offered(signed_in_again)
        clock.shift(timedelta(minutes=11))
        assert "It waited for 10 minutes." in text(signed_in_again.get(offer_url))


@pytest.mark.usefixtures("rich")
def test_a_page_that_reloads_itself_does_not_keep_staff_signed_in(app: Flask) -> None:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        rosa = Person(app, "rosa")
        offer_url = offered(rosa)
        for _ in range(10):
            clock.shift(timedelta(minutes=2))
            rosa.client.get(offer_url, headers={"X-Poll": "1"})
        assert rosa.get("/clients/1").status_code == 302


@pytest.mark.usefixtures("rich")
def test_a_prize_that_is_set_aside_is_handed_over_later(app: Flask, rosa: Person, person: People) -> None:
    receipt = confirm(rosa, offered(rosa, is_set_aside="y")).headers["Location"]
    assert "It is set aside for the client." in text(rosa.get(receipt))
    assert "HS-1 2 × Travel mug" in text(rosa.get("/prizes/set-aside"))
    assert "Set aside for you: Travel mug. Ask a member of staff for it." in text(opened(app).get("/kiosk/card"))
    page = text(rosa.get(f"{receipt}/hand-over"))
    assert "The client confirmed with their PIN a few minutes ago." in page
    assert rosa.send(f"{receipt}/hand-over", how="").status_code == 303
    content = text(rosa.get(receipt))
    assert "Handed over" in content and "Rosa; with the PIN, on the staff screen" in content
    assert "Nothing is set aside." in text(rosa.get("/prizes/set-aside"))
    again = rosa.get(f"{receipt}/hand-over")
    assert again.status_code == 409 and "Nothing is set aside here" in text(again)


@pytest.mark.usefixtures("rich")
def test_a_redemption_without_a_pin_needs_a_confirmation_at_the_handover(rosa: Person) -> None:
    offer_url = offered(rosa, is_set_aside="y")
    receipt = rosa.send(offer_url, how="nobody", why="On the telephone").headers["Location"]
    assert rosa.send(f"{receipt}/hand-over", how="").status_code == 422
    assert rosa.send(f"{receipt}/hand-over", how="screen", pin="1111").status_code == 422
    assert rosa.send(f"{receipt}/hand-over", how="nobody").status_code == 422
    assert rosa.send(f"{receipt}/hand-over", how="screen", pin=cast.PIN).status_code == 303


@pytest.mark.usefixtures("rich")
def test_the_list_of_receipts_leads_to_each_receipt(rosa: Person) -> None:
    assert "No receipts yet." in text(rosa.get("/clients/1/receipts"))
    receipt = confirm(rosa, offered(rosa)).headers["Location"]
    content = rosa.get("/clients/1/receipts")
    assert "2 × Travel mug 40 points ($10.00) Handed over" in text(content) and f'href="{receipt}"' in content.get_data(
        as_text=True
    )
    rosa.send(f"{receipt}/undo", is_back="yes", reason="Wrong one")
    assert "Undone" in text(rosa.get("/clients/1/receipts"))


# Gift cards


@pytest.fixture
def voucher(miriam: Person, rich: None) -> str:
    """Add a prize of gift cards with numbers, and deliver three. Return the address of its form for deliveries."""
    answer = miriam.send(
        "/prizes/new", name="Voucher", category="gift_card", price="2.50", retail="2.50", is_active="y", is_serial="y"
    )
    deliveries_url = answer.headers["Location"]
    answer = miriam.send(
        deliveries_url, site_id="1", cards="4821, 0007\n1234", unit_cost="4.50", note="Corner Store, 1182"
    )
    assert answer.status_code == 303, text(answer)
    return deliveries_url


def test_cards_are_delivered_by_their_last_four_digits(miriam: Person, voucher: str) -> None:
    assert "Voucher Gift card $2.50 10 points $2.50 3" in text(miriam.get("/prizes"))
    assert "How many" not in text(miriam.get(voucher))


def test_a_whole_card_number_is_refused_and_not_shown_again(miriam: Person, voucher: str) -> None:
    answer = miriam.send(voucher, site_id="1", cards="6011 0009 9013 9424\n5555", unit_cost="1", note="Store")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "The whole number never belongs here." in page
    assert "6011" not in page and "9424\n5555" in page
    assert miriam.send(voucher, site_id="1", cards="9424,5555", unit_cost="1", note="Store").status_code == 303


@pytest.mark.parametrize("cards", ["", " ", "123 45", "abcd"])
def test_text_that_is_not_four_digits_is_refused_with_a_message(miriam: Person, voucher: str, cards: str) -> None:
    answer = miriam.send(voucher, site_id="1", cards=cards, unit_cost="1", note="Store")
    assert answer.status_code == 422 and "last four digits" in text(answer)


@pytest.mark.usefixtures("voucher")
def test_the_pages_of_a_handover_name_the_card_to_get(rosa: Person) -> None:
    offer_url = offered(rosa, prize="3:10", quantity="1")
    assert "It is set aside for you." in text(rosa.get(offer_url))
    receipt = confirm(rosa, offer_url).headers["Location"]
    assert "Get the card that ends in 4821" in text(rosa.get(receipt))
    assert "Get the card that ends in 4821 : Voucher." in text(rosa.get(f"{receipt}/hand-over"))
    rosa.send(f"{receipt}/hand-over", how="")
    assert "···· 4821" in text(rosa.get(receipt)) and "···· 4821" in text(rosa.get("/clients/1/receipts"))


@pytest.mark.usefixtures("voucher")
def test_offering_two_cards_at_once_is_refused(rosa: Person) -> None:
    answer = rosa.send("/clients/1/redeem", prize="3:10", quantity="2")
    assert answer.status_code == 422 and "Cards are handed out one at a time." in text(answer)


@pytest.mark.usefixtures("voucher")
def test_cards_are_counted_by_their_digits(rosa: Person, miriam: Person, person: People) -> None:
    rosa.send("/counts/begin/1")
    page = rosa.get("/counts/new/1").get_data(as_text=True)
    assert "4821" not in page, "whoever counts does not see the expected cards"
    refused = rosa.send("/counts/new/1", prize_1="5", prize_2="1", prize_3="4821, 9999")
    assert refused.status_code == 422 and "No card that ends in 9999 was booked in here." in text(refused)
    count_url = rosa.send("/counts/new/1", prize_1="5", prize_2="1", prize_3="4821\n0007").headers["Location"]
    leo = person("leo")
    assert "1234" not in text(leo.get(count_url)), "which card is missing is hidden, too"
    leo.send(f"{count_url}/check", shown_at=count_url)
    assert "Voucher 2 3 −1 ···· 1234 -$2.50" in text(leo.get(count_url))
    bought = miriam.send(f"{count_url}/sign", shown_at=count_url, reason="Lost on the way")
    assert bought.status_code == 422 and "You bought for this cabinet, or booked a delivery into it" in text(bought)
    signed = person("grace").send(f"{count_url}/sign", shown_at=count_url, reason="Lost on the way")
    assert signed.status_code == 303, "an auditor signs for a loss, too"
    assert "Voucher Gift card $2.50 10 points $2.50 2" in text(rosa.get("/prizes"))


@pytest.mark.usefixtures("voucher")
def test_a_prize_that_is_set_aside_counts_as_handed_out_in_the_inventory(rosa: Person, person: People) -> None:
    receipt = confirm(rosa, offered(rosa, prize="3:10", quantity="1")).headers["Location"]
    report = text(person("grace").get("/sites/1/inventory"))
    assert "Voucher 0 3 1 0 2 $5.00" in report and "1 item is set aside for clients and not handed over yet." in report
    rosa.send(f"{receipt}/hand-over", how="")
    assert "set aside for clients" not in text(person("grace").get("/sites/1/inventory"))


def test_a_prize_with_stock_cannot_become_a_prize_of_numbered_cards(miriam: Person) -> None:
    answer = miriam.send(
        "/prizes/1/edit", name="Travel mug", category="household", price="5", retail="5", is_active="y",
        is_serial="y",
    )  # fmt: skip
    assert answer.status_code == 422 and "Put a new prize into the catalog instead." in text(answer)


# Prizes that wait, and sessions that ended


@pytest.mark.usefixtures("rich")
def test_the_clients_page_lists_prizes_that_are_set_aside(rosa: Person) -> None:
    assert "Hand it over" not in text(rosa.get("/clients/1"))
    confirm(rosa, offered(rosa, is_set_aside="y"))
    assert "Set aside: 2 × Travel mug. Hand it over" in text(rosa.get("/clients/1"))


@pytest.mark.usefixtures("rich")
def test_staff_who_were_signed_out_read_that_nothing_was_saved(rosa: Person) -> None:
    offer_url = offered(rosa)
    rosa.client.delete_cookie("cm_session")
    answer = rosa.send_bare(offer_url, how="screen", pin=cast.PIN)
    assert answer.status_code == 400
    assert "You were signed out. Nothing was saved." in text(answer)


@pytest.mark.usefixtures("rich")
def test_a_page_for_the_client_shows_no_link_to_other_clients(rosa: Person) -> None:
    offer_url = offered(rosa)
    receipt = confirm(rosa, offered(rosa, quantity="1", is_set_aside="y")).headers["Location"]
    for page in (offer_url, f"{receipt}/hand-over"):
        content = rosa.get(page).get_data(as_text=True)
        assert 'href="/clients"' not in content and "Rosa" not in content


@pytest.mark.usefixtures("rich")
def test_an_old_copy_of_the_form_leads_to_the_receipt(rosa: Person) -> None:
    offer_url = offered(rosa)
    page_before = rosa.client.get(offer_url).get_data(as_text=True)
    receipt = confirm(rosa, offer_url).headers["Location"]
    answer = rosa.client.post(offer_url, data={**hidden(page_before), "how": "screen", "pin": "1111"})
    assert (answer.status_code, answer.headers["Location"]) == (303, receipt)


@pytest.mark.usefixtures("rich")
def test_an_old_receipt_does_not_tell_staff_to_hand_over_the_prize(app: Flask) -> None:
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
def test_more_redemptions_do_not_need_more_queries(
    rosa: Person, given: Given, statements: list[str], path: str
) -> None:
    def queries() -> int:
        statements.clear()
        assert rosa.get(path).status_code == 200
        return len(statements)

    given(redeem_at_once, is_set_aside=True)
    rosa.send("/counts/new/1", prize_1="4", prize_2="1")
    queries_for_one = queries()
    for _ in range(3):
        given(redeem_at_once, is_set_aside=True)
        rosa.send("/counts/new/1", prize_1="4", prize_2="1")
    assert queries() == queries_for_one
