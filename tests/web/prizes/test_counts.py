"""The pages of a count: nobody sees the ledger's numbers before a second person has checked, and a lead signs a loss."""

from collections.abc import Callable
from typing import Any

from cm_tracker.operations.prizes.begin_count import begin_count
from tests import cast
from tests.drawing import shelved, won
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]


def count(who: Person, mugs: str, cards: str = "1") -> str:
    """Begin, count and save. Return the path of the count."""
    if who.get("/counts/new/1").status_code == 302:
        assert who.send("/counts/begin/1").status_code == 303
    answer = who.send("/counts/new/1", prize_1=mugs, prize_2=cards)
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def test_a_blind_count_with_a_loss_from_its_beginning_to_its_signature(
    rosa: Person, person: Callable[[str], Person]
) -> None:
    assert rosa.get("/counts/new/1").headers["Location"] == "/counts/begin/1"
    assert "nobody sees how many prizes should be there" in text(rosa.get("/counts/begin/1"))
    path = count(rosa, "3")
    content = text(rosa.get(path))
    assert "Travel mug 3 Grocery card 1" in content and "In the ledger" not in content and "−2" not in content
    assert "You counted this." in content and "I find the same" not in content
    leo = person("leo")
    content = text(leo.get("/counts"))
    assert "waits for a second person" in content and "hidden" in content
    content = text(leo.get(path))
    assert "Travel mug 3 Grocery card 1" in content and "In the ledger" not in content
    assert leo.send(f"{path}/check", shown_at=path).status_code == 303
    content = text(leo.get(path))
    assert "Travel mug 3 5 −2 -$10.00 Grocery card 1 1 0 –" in content
    assert "2 missing, worth $10.00; 0 more than in the ledger." in content
    assert (
        "A lead or an auditor who did not count has to sign this." in content and "Sign the difference" not in content
    )
    miriam = person("miriam")
    content = text(miriam.get("/"))
    assert "2 prizes are missing from the cabinet Harbor Street · worth $10.00" in content
    assert "missing from the cabinet" not in text(leo.get("/"))
    assert miriam.send(f"{path}/sign", shown_at=path, reason="").status_code == 422
    assert miriam.send(f"{path}/sign", shown_at=path, reason="Two broke on the way").status_code == 303
    content = text(miriam.get(path))
    assert "Signed by Miriam" in content and "Two broke on the way" in content and "Checked by Leo" in content
    assert "missing from the cabinet" not in text(miriam.get("/"))


def test_no_page_shows_the_stock_while_it_is_counted(
    rosa: Person, miriam: Person, person: Callable[[str], Person], given: Given
) -> None:
    given(cast.rich)
    # Each page with the words that hold the number of mugs, of which there are five.
    pages = {
        "/prizes": "20 points $5.00 5",
        "/sites/1/inventory": "prizes worth $45.00",
        "/clients/1/redeem": "5 left",
        "/prizes/1/deliver": "5 in the cabinet now",
    }
    for path, words in pages.items():
        assert words in text(miriam.get(path)), path
    given(begin_count, site_id=1, actor=cast.rosa, now=cast.NOW)
    for path, words in pages.items():
        content = text(miriam.get(path))
        assert "being counted" in content and words not in content, path
    assert "being counted" in text(person("grace").get("/prizes")), "for everybody"
    saved = count(rosa, "5")
    assert "being counted" in text(rosa.get("/prizes"))
    assert person("leo").send(f"{saved}/check", shown_at=saved).status_code == 303
    for path, words in pages.items():
        content = text(miriam.get(path))
        assert "being counted" not in content and words in content, path


def test_the_list_of_prizes_for_a_slip_and_the_warning_hide_the_stock_too(rosa: Person, given: Given) -> None:
    client_id = given(won, 2)
    given(shelved, "small", 3)
    choose = f"/clients/{client_id}/draws/choose?tier=small"
    assert "3 left" in text(rosa.get(choose))
    assert "small: 3 left" in text(rosa.get("/"))
    given(begin_count, site_id=1, actor=cast.rosa, now=cast.NOW)
    assert "being counted" in text(rosa.get(choose)) and "3 left" not in text(rosa.get(choose))
    assert "small: being counted" in text(rosa.get("/")) and "3 left" not in text(rosa.get("/"))


def test_a_second_person_who_finds_something_else_counts_and_sees_every_count(
    rosa: Person, person: Callable[[str], Person]
) -> None:
    first = count(rosa, "3")
    leo = person("leo")
    second = count(leo, "4")
    content = text(rosa.get(second))
    assert "All counts of this round" in content and "Rosa" in content and "Travel mug 3" in content
    assert "In the ledger" not in content
    assert "another count was made" in text(rosa.get("/counts"))
    assert leo.send(f"{first}/check", shown_at=second).status_code == 422, "the first count is replaced"
    assert rosa.send(f"{second}/check", shown_at=second).status_code == 303
    assert "Travel mug 4 5 −1" in text(rosa.get(second)) and "Travel mug 3 5 −2" in text(rosa.get(first))


def test_a_lead_orders_another_count(rosa: Person, miriam: Person, person: Callable[[str], Person]) -> None:
    path = count(rosa, "3")
    person("leo").send(f"{path}/check", shown_at=path)
    assert rosa.get("/counts/new/1").headers["Location"] == "/counts/begin/1"
    refused = rosa.send("/counts/begin/1")
    assert refused.status_code == 422 and "Sign it first, or let a lead order another count." in text(refused)
    answer = miriam.send(f"{path}/sign", shown_at=path, reason="A box stood elsewhere", again="yes")
    assert answer.status_code == 303
    assert "Not booked: a lead ordered another count." in text(miriam.get(path))
    assert count(rosa, "5") != path


def test_a_count_that_was_begun_by_mistake_is_stopped(rosa: Person, given: Given) -> None:
    rosa.send("/counts/begin/1")
    assert "Harbor Street is being counted: Rosa began" in text(rosa.get("/counts"))
    assert rosa.send("/counts/stop/1", shown_at="/counts").status_code == 303
    assert "is being counted" not in text(rosa.get("/counts"))
    count(rosa, "5")
    assert "Do not count now" not in text(rosa.get("/counts"))
    assert rosa.send("/counts/stop/1", shown_at="/counts/new/1").status_code == 409


def test_an_invalid_number_is_refused_at_its_field(rosa: Person) -> None:
    rosa.send("/counts/begin/1")
    for number in ("", "-1", "many", "1000000"):
        answer = rosa.send("/counts/new/1", prize_1=number, prize_2="1")
        assert answer.status_code == 422 and "Enter how many there are, or 0 for none." in text(answer)
    assert "No counts yet." in text(rosa.get("/counts"))


def test_a_count_is_seen_only_at_its_site(rosa: Person, person: Callable[[str], Person]) -> None:
    path = count(rosa, "5")
    anna = person("anna")
    assert anna.get(path).status_code == 404
    for page in ("/counts/new/1", "/counts/begin/1"):
        assert anna.get(page).status_code == 404
    for act in (f"{path}/check", f"{path}/sign", "/counts/stop/1"):
        assert anna.send(act, shown_at="/counts/begin/2").status_code == 404
    assert "No counts yet." in text(anna.get("/counts")) and "is being counted" not in text(anna.get("/counts"))
    assert person("sam").get("/counts").status_code == 403


def test_an_auditor_sees_a_count_but_cannot_count_or_check(rosa: Person, person: Callable[[str], Person]) -> None:
    path = count(rosa, "4")
    grace = person("grace")
    assert "Counted by" in text(grace.get("/counts")) and "Count at" not in text(grace.get("/counts"))
    content = text(grace.get(path))
    assert "A second person at the site has to check this count." in content and "In the ledger" not in content
    assert "I find the same" not in content and grace.get("/counts/new/1").status_code == 403
    assert grace.send(f"{path}/check", shown_at="/prizes/set-aside", key=cast.key(), reason="x").status_code == 403


def test_the_page_on_which_a_count_begins(person: Callable[..., Person]) -> None:
    check(
        person,
        "/counts/begin/1",
        allowed=("rosa", "miriam"),
        unknown="/counts/begin/99",
        writes=True,
        elsewhere="/counts/begin/1",
    )


def test_the_pages_of_counts_ask_the_same_number_of_questions_for_one_and_for_ten(
    rosa: Person, statements: list[str]
) -> None:
    def asked(path: str) -> int:
        statements.clear()
        rosa.get(path)
        return len(statements)

    path = count(rosa, "1")
    before = {one: asked(one) for one in ("/counts", path)}
    for number in range(2, 11):
        count(rosa, str(number))
    assert asked("/counts") == before["/counts"]
    assert asked(path) <= before[path]
