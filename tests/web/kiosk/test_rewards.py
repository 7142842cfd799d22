"""The rewards at the kiosk: the shelf, a goal of one's own, and asking for a prize."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from tests import cast
from tests.kiosk import asked
from tests.operations.kiosk.test_requests import a_prize
from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.kiosk.test_kiosk import opened

Given = Callable[..., Any]


def touch(client: Person, prize_id: int, do: str, **more: str) -> str:
    """Touch the button of a prize on the shelf. Return the text of the page that follows."""
    answer = client.send(f"/kiosk/rewards/{prize_id}", shown_at="/kiosk/rewards", do=do, **more)
    if answer.status_code == 303:
        return text(client.get(answer.headers["Location"]))
    return text(answer)


def rows(client: Person, path: str = "/kiosk/rewards") -> dict[str, str]:
    """Return what stands below each prize of the shelf, by its name."""
    page = client.get(path).get_data(as_text=True)
    shelf = re.findall(r'<li id="prize-.*?</li>', page, re.S)
    plain = [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in shelf]
    names = [re.search(r'class="named">(.*?)<', one) for one in shelf]
    return {name[1]: line.partition(name[1])[2].strip() for name, line in zip(names, plain, strict=True) if name}


def test_every_prize_is_on_the_shelf_with_what_can_be_done_with_it(app: Flask, given: Given) -> None:
    """85 points: the mug costs 20 and the card 80. A coat of 100 points is 15 more."""
    given(cast.rich)
    given(coat)
    client = opened(app)
    assert rows(client) == {
        "Travel mug": "Ask for this one : Travel mug",
        "Grocery card": "Ask for this one : Grocery card",
        "Winter coat": "Not today",
    }
    content = text(client.get("/kiosk/rewards"))
    assert "You have 85 points" in content and "20 : reached 80 : reached 100" in content


def test_a_prize_out_of_reach_becomes_the_goal(app: Flask, given: Given) -> None:
    client = opened(app)
    assert rows(client)["Travel mug"] == "Make it my goal : Travel mug"
    touch(client, cast.MUG, "save")
    assert rows(client) == {"Travel mug": "My goal: 20 more", "Grocery card": "Make it my goal : Grocery card"}
    touch(client, cast.CARD, "save")
    assert rows(client) == {"Travel mug": "Make it my goal : Travel mug", "Grocery card": "My goal: 80 more"}
    # It is kept until the client comes again.
    assert rows(opened(app))["Grocery card"] == "My goal: 80 more"


def test_asking_and_taking_back(app: Flask, given: Given, rosa: Person) -> None:
    given(cast.rich)
    client = opened(app)
    touch(client, cast.MUG, "ask")
    assert rows(client)["Travel mug"] == "Asked for : Travel mug"
    board = text(rosa.get("/"))
    assert "1 asked at the kiosk HS-1: wants Travel mug Amir" in board
    touch(client, cast.MUG, "take_back")
    assert rows(client)["Travel mug"] == "Ask for this one : Travel mug"
    assert "asked at the kiosk" not in text(rosa.get("/"))


def test_staff_offer_what_was_asked_for_with_the_prize_chosen(app: Flask, given: Given, rosa: Person) -> None:
    given(cast.rich)
    request_id = given(asked)
    page = rosa.get(f"/requests/{request_id}").get_data(as_text=True)
    assert 'href="/clients/1/redeem?prize=1"' in page
    form = rosa.get("/clients/1/redeem?prize=1").get_data(as_text=True)
    assert re.search(r'<input[^>]*checked[^>]*value="1:20"', form)
    assert not re.search(r'<input[^>]*checked[^>]*value="2:80"', form)
    rosa.redeem(prize="1:20")
    assert "The client got it." in text(rosa.get(f"/requests/{request_id}"))
    assert "asked at the kiosk" not in text(rosa.get("/"))


def test_staff_decline_with_a_kind_word(app: Flask, given: Given, rosa: Person) -> None:
    given(cast.rich)
    request_id = given(asked)
    assert rosa.send(f"/requests/{request_id}").status_code == 422
    answer = rosa.send(f"/requests/{request_id}", reason="soon")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert rows(opened(app))["Travel mug"] == "Not today. More will come soon."
    spanish = text(opened(app).in_language("es", "/kiosk/rewards"))
    assert "Hoy no. Pronto habrá más." in spanish and "Pedir este" in spanish
    assert rosa.send(f"/requests/{request_id}", reason="soon").status_code in (400, 422)


def test_the_view_of_a_request(person: Callable[..., Person], given: Given) -> None:
    given(cast.rich)
    request_id = given(asked)
    path = f"/requests/{request_id}"
    check(person, path, allowed=("rosa", "miriam"), unknown="/requests/99", writes=True, elsewhere=path)


def test_no_description_is_shown_at_the_kiosk(app: Flask, given: Given) -> None:
    given(coat, description="Buys no alcohol, tobacco or lottery tickets")
    client = opened(app)
    given(deliver_stock, site_id=cast.HARBOR, prize_id=3, quantity=1, note="n", key=cast.key(), actor=cast.miriam,
          now=cast.NOW)  # fmt: skip
    for path in ("/kiosk/rewards", "/kiosk/card"):
        page = client.get(path).get_data(as_text=True)
        assert ("Winter coat" in page or path == "/kiosk/card") and "alcohol" not in page
    for word in ("amir", "hs-1", "cocaine", "urine", "test"):
        assert word not in text(client.get("/kiosk/rewards")).lower()


def test_eight_prizes_stand_on_a_shelf(app: Flask, given: Given) -> None:
    given(many)
    client = opened(app)
    first = rows(client)
    assert len(first) == 8 and "Shelf 1 of 2 Next shelf" in text(client.get("/kiosk/rewards"))
    second = rows(client, "/kiosk/rewards?shelf=2")
    assert len(second) == 4 and not first.keys() & second.keys()
    assert rows(client, "/kiosk/rewards?shelf=99") == second and rows(client, "/kiosk/rewards?shelf=x") == first


def test_the_number_of_queries_does_not_depend_on_the_number_of_prizes(
    app: Flask, given: Given, statements: list[str]
) -> None:
    client = opened(app)

    def count() -> int:
        statements.clear()
        client.get("/kiosk/rewards")
        return len([one for one in statements if one.lstrip().upper().startswith(("SELECT", "WITH"))])

    few = count()
    given(many)
    assert count() == few <= 8


def test_what_cannot_be_asked_for_is_refused_in_words(app: Flask, given: Given) -> None:
    client = opened(app)
    assert "This prize is not here today. Nothing was taken." in touch(client, cast.MUG, "ask")
    assert "Please touch the prize again." in touch(client, cast.MUG, "take")
    given(cast.rich)
    for prize_id in given(many)[:3]:
        touch(client, prize_id, "ask")
    assert "You asked for 3 prizes today." in touch(client, cast.MUG, "ask")


def test_nobody_asks_without_an_open_card(app: Flask) -> None:
    stranger = Person(app)
    assert stranger.get("/kiosk/rewards").headers["Location"] == "/kiosk"
    assert stranger.send("/kiosk/rewards/1", shown_at="/kiosk", do="ask").headers["Location"] == "/kiosk"
    assert opened(app).send_bare("/kiosk/rewards/1", do="ask").status_code == 400
    assert opened(app).send("/kiosk/rewards/99", shown_at="/kiosk/rewards", do="ask").status_code == 404


def coat(session: Session, **more: Any) -> int:
    """Add a coat of 100 points, of which none is on the shelf."""
    return save_prize(
        session, name="Winter coat", name_es="", category="clothing", price_cents=2500, retail_cents=2500,
        is_active=True, actor=cast.miriam, now=cast.NOW, **more,
    )  # fmt: skip


def many(session: Session) -> list[int]:
    """Add ten prizes of 1 to 10 points. Return their ids."""
    return [a_prize(session, f"Prize {n}", 25 * n) for n in range(1, 11)]
