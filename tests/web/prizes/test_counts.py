"""The pages of a count: whoever counts does not see the expected numbers, and a second person signs."""

from collections.abc import Callable

from tests import cast
from tests.web.conftest import Person, text


def test_a_count_hides_the_expected_numbers_and_a_second_person_signs_it(
    rosa: Person, person: Callable[[str], Person], given: Callable[..., object]
) -> None:
    page = rosa.get("/counts/new/1")
    assert "Travel mug" in text(page) and "Grocery card" in text(page)
    text_after_heading = text(page).partition("Count what lies in the cabinet.")[2]
    assert "5" not in text_after_heading
    answer = rosa.send("/counts/new/1", prize_1="3", prize_2="1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/counts/1")
    content = text(rosa.get("/counts/1"))
    assert "Travel mug 3 5 −2" in content and "2 missing, 0 more than in the ledger." in content
    assert "You counted this." in content and "I checked the cabinet, and sign" not in content
    leo = person("leo")
    assert "waits for a second person" in text(leo.get("/counts"))
    assert leo.send("/counts/1", reason="").status_code == 422
    assert leo.send("/counts/1", reason="Two broke on the way").status_code == 303
    content = text(leo.get("/counts/1"))
    assert "Signed by Leo" in content and "Two broke on the way" in content
    assert "Travel mug" in text(rosa.get("/prizes"))


def test_an_invalid_number_is_refused_at_its_field(rosa: Person) -> None:
    for number in ("", "-1", "many", "1000000"):
        answer = rosa.send("/counts/new/1", prize_1=number, prize_2="1")
        assert answer.status_code == 422 and "Enter how many there are, or 0 for none." in text(answer)
    assert "No counts yet." in text(rosa.get("/counts"))


def test_a_count_is_seen_only_at_its_site(rosa: Person, person: Callable[[str], Person]) -> None:
    rosa.send("/counts/new/1", prize_1="5", prize_2="1")
    anna = person("anna")
    assert anna.get("/counts/1").status_code == 404
    assert anna.get("/counts/new/1").status_code == 404
    assert "No counts yet." in text(anna.get("/counts"))
    assert person("sam").get("/counts").status_code == 403


def test_an_auditor_sees_a_count_but_cannot_count_or_sign(rosa: Person, person: Callable[[str], Person]) -> None:
    rosa.send("/counts/new/1", prize_1="4", prize_2="1")
    grace = person("grace")
    assert "Counted by" in text(grace.get("/counts")) and "Count at" not in text(grace.get("/counts"))
    content = text(grace.get("/counts/1"))
    assert "Travel mug 4 5 −1" in content and "A second person at the site has to sign this count." in content
    assert "count again" not in content and grace.get("/counts/new/1").status_code == 403
    assert grace.send("/counts/1", shown_at="/prizes/set-aside", key=cast.key(), reason="x").status_code == 403
