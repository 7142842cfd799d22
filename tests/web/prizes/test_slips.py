"""All slips of a visit: a prize for each of them, and one PIN for all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.models import Redemption
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.passwords import Hasher
from tests import cast
from tests.drawing import shelved, won
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

Given = Callable[..., Any]
SLIPS, CONFIRM, DRAWS = "/clients/3/slips", "/clients/3/slips/confirm", "/clients/3/draws"


@pytest.fixture
def prize(given: Given) -> int:
    """Dora drew three small prizes and has a PIN. Return the prize of that tier, of which five are there."""
    assert given(won, 3) == 3
    given(set_pin, client_id=3, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=cast.NOW)
    return int(given(shelved, "small"))


def redemptions(session: Session) -> list[tuple[str | None, str | None]]:
    """Return of each sealed redemption the tier of its slip and how it was confirmed."""
    return [(row.tier, row.confirmed) for row in session.execute(select(Redemption.tier, Redemption.confirmed))]


def another(session: Session, quantity: int) -> int:
    """Add another small prize to the cabinet of Harbor Street. Return its id."""
    prize = save_prize(
        session, name="A scarf", name_es="", category="household", price_cents=250, retail_cents=250,
        is_active=True, tier="small", actor=command(), now=cast.NOW,
    )  # fmt: skip
    deliver_stock(
        session, site_id=cast.HARBOR, prize_id=prize, quantity=quantity, note="x", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    return prize


def all_of(prize: int) -> dict[str, str]:
    return {f"prize_{number}": str(prize) for number in (1, 2, 3)}


def test_the_checklist(person: Callable[..., Person], prize: int, given: Given) -> None:
    check(person, SLIPS, allowed=("rosa", "miriam"), unknown="/clients/99/slips", writes=True, elsewhere=SLIPS)
    person("rosa").send(SLIPS, **all_of(prize))
    check(person, CONFIRM, allowed=("rosa", "miriam"), unknown="/clients/99/slips/confirm", elsewhere=CONFIRM)


def test_one_pin_is_enough_for_all_slips_and_each_is_a_record_of_its_own(
    rosa: Person, prize: int, given: Given
) -> None:
    content = text(rosa.get(DRAWS))
    assert "3 slips to redeem. Choose a prize for each, and the client confirms once." in content
    assert text(rosa.get(SLIPS)).count("A small thing (5 left)") == 3
    answer = rosa.send(SLIPS, **all_of(prize))
    assert (answer.status_code, answer.headers["Location"]) == (303, CONFIRM)
    assert "One PIN is for all 3 slips below." in text(rosa.get(CONFIRM))
    assert given(redemptions) == [], "nothing is handed out before the client has confirmed"
    assert rosa.send(CONFIRM, how="screen", pin=cast.PIN).status_code == 303
    content = text(rosa.get(CONFIRM))
    assert "Confirmed 3 slips redeemed" in content and content.count("A small thing hand it over") == 3
    assert given(redemptions) == [("small", "screen")] * 3
    assert "to redeem" not in text(rosa.get(DRAWS))


def test_a_wrong_pin_hands_out_nothing(rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, **all_of(prize))
    answer = rosa.send(CONFIRM, how="screen", pin="1111")
    assert answer.status_code == 422 and "That PIN is not right." in text(answer)
    assert given(redemptions) == []


def test_one_slip_can_be_left_for_later(rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, prize_1=str(prize), prize_2="", prize_3=str(prize))
    rosa.send(CONFIRM, how="nobody", why="The PIN is forgotten")
    assert given(redemptions) == [("small", "nobody")] * 2
    assert "1 slip to redeem" in text(rosa.get(DRAWS))


def test_nothing_chosen_is_refused(rosa: Person, prize: int) -> None:
    answer = rosa.send(SLIPS, prize_1="", prize_2="", prize_3="")
    assert answer.status_code == 422 and "Choose a prize for at least one slip." in text(answer)


def test_more_than_is_on_the_shelf_is_refused_before_the_client_confirms(rosa: Person, given: Given) -> None:
    given(won, 3)
    two_left = given(shelved, "small", 2)
    answer = rosa.send(SLIPS, **all_of(two_left))
    assert answer.status_code == 422 and "3 wanted, 2 left in the cabinet." in text(answer)


def test_a_stop_half_way_loses_nothing_and_can_go_on(rosa: Person, given: Given, person: Callable[..., Person]) -> None:
    """Leo handed the only scarf out for one of the slips, after a scarf and two other prizes had been chosen."""
    given(won, 3)
    given(set_pin, client_id=3, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=cast.NOW)
    first, other = given(another, 1), given(shelved, "small")
    rosa.send(SLIPS, prize_1=str(other), prize_2=str(first), prize_3=str(other))
    person("leo").redeem(f"{DRAWS}/choose?tier=small", prize=str(first))
    answer = rosa.send(CONFIRM, how="screen", pin=cast.PIN)
    content = text(answer)
    assert answer.status_code == 409
    assert "was not handed out, and the slip is kept" in content
    assert "3 slips redeemed" in content, "with the one that Leo handed out"
    assert given(redemptions) == [("small", "nobody"), ("small", "screen"), ("small", "screen")]


def test_what_is_chosen_again_takes_the_place_of_what_was_chosen_before(rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, **all_of(prize))
    other = given(another, 5)
    rosa.send(SLIPS, prize_1=str(other), prize_2=str(other), prize_3=str(other))
    assert "One PIN is for all 3 slips below." in text(rosa.get(CONFIRM))
    rosa.send(CONFIRM, how="screen", pin=cast.PIN)
    assert given(redemptions) == [("small", "screen")] * 3


def test_a_form_sent_twice_hands_out_once(rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, **all_of(prize))
    for _ in range(2):
        rosa.send(CONFIRM, how="screen", pin=cast.PIN)
    assert len(given(redemptions)) == 3


def test_one_pin_is_enough_at_the_kiosk(app: Flask, rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, **all_of(prize))
    kiosk = Person(app)
    kiosk.send("/kiosk/sign-in", code="HS-9", pin=cast.PIN)
    card = text(kiosk.get("/kiosk/card"))
    assert card.count("Is this right?") == 1 and card.count("A small thing") == 3
    assert "Yes, I want all of them" in card
    assert "That PIN is not right." in kiosk.told("/kiosk/slips", shown_at="/kiosk/card", pin="1111")
    assert given(redemptions) == []
    assert kiosk.send("/kiosk/slips", shown_at="/kiosk/card", pin=cast.PIN).status_code == 303
    assert given(redemptions) == [("small", "kiosk")] * 3
    assert text(kiosk.get("/kiosk/card")).count("It is yours: A small thing.") == 3


def test_nobody_confirms_what_was_not_on_the_page(rosa: Person, prize: int, given: Given) -> None:
    """Staff choose again while the client reads: the PIN is for what stood there, and nothing of the rest is taken."""
    rosa.send(SLIPS, prize_1=str(prize), prize_2="", prize_3="")
    page = hidden(rosa.get(CONFIRM).get_data(as_text=True))
    rosa.send(SLIPS, **all_of(given(another, 5)))
    answer = rosa.client.post(CONFIRM, data={**page, "how": "screen", "pin": cast.PIN})
    assert answer.status_code == 422 and "withdrawn" in text(answer)
    assert given(redemptions) == []
    without = {name: value for name, value in page.items() if name != "offers"}
    assert rosa.client.post(CONFIRM, data={**without, "how": "screen", "pin": cast.PIN}).status_code == 422
    assert given(redemptions) == []


def test_an_offer_that_came_later_waits_for_a_pin_of_its_own(rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, prize_1=str(prize), prize_2=str(prize), prize_3="")
    page = hidden(rosa.get(CONFIRM).get_data(as_text=True))
    rosa.send(f"{DRAWS}/choose?tier=small", prize=str(given(another, 5)))
    assert rosa.client.post(CONFIRM, data={**page, "how": "screen", "pin": cast.PIN}).status_code == 303
    assert len(given(redemptions)) == 2
    assert "One PIN is for all 1 slip below." in text(rosa.get(CONFIRM)) and "A scarf" in text(rosa.get(CONFIRM))


def test_the_kiosk_confirms_what_it_showed(app: Flask, rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, prize_1=str(prize), prize_2=str(prize), prize_3="")
    kiosk = Person(app)
    kiosk.send("/kiosk/sign-in", code="HS-9", pin=cast.PIN)
    page = hidden(kiosk.get("/kiosk/card").get_data(as_text=True))
    rosa.send(SLIPS, **all_of(given(another, 5)))
    for answers in ({"pin": cast.PIN}, {"no": "1"}):
        answer = kiosk.client.post("/kiosk/slips", data={**page, **answers})
        assert answer.status_code == 303 and "This offer has ended." in text(kiosk.get(answer.headers["Location"]))
    assert given(redemptions) == []
    assert text(kiosk.get("/kiosk/card")).count("A scarf") == 3, "the new offers are still there"


def test_a_wrong_pin_for_three_slips_is_one_wrong_try(rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, **all_of(prize))
    for _ in range(4):
        assert rosa.send(CONFIRM, how="screen", pin="1111").status_code == 422
    assert rosa.send(CONFIRM, how="screen", pin=cast.PIN).status_code == 303
    assert len(given(redemptions)) == 3


def test_a_no_at_the_kiosk_keeps_every_slip(app: Flask, rosa: Person, prize: int, given: Given) -> None:
    rosa.send(SLIPS, **all_of(prize))
    kiosk = Person(app)
    assert kiosk.send("/kiosk/slips", shown_at="/kiosk", pin=cast.PIN).headers["Location"] == "/kiosk"
    kiosk.send("/kiosk/sign-in", code="HS-9", pin=cast.PIN)
    assert kiosk.send("/kiosk/slips", shown_at="/kiosk/card", no="1").status_code == 303
    assert given(redemptions) == []
    assert "3 slips to redeem" in text(rosa.get(DRAWS))


def test_without_slips_the_pages_lead_back_to_the_draws(rosa: Person, given: Given) -> None:
    assert rosa.get("/clients/1/slips").headers["Location"] == "/clients/1/draws"
    assert rosa.get("/clients/1/slips/confirm").headers["Location"] == "/clients/1/draws"
