"""What was bought and what is on the shelf, for an auditor to print."""

from collections.abc import Callable

from tests import cast
from tests.web.conftest import Person, text

PAGE = "/sites/1/inventory"


def test_the_report_adds_up(
    rosa: Person, miriam: Person, person: Callable[[str], Person], given: Callable[..., object]
) -> None:
    given(cast.rich)
    miriam.send("/prizes/1/deliver", site_id="1", quantity="4", unit_cost="4.25", note="Corner Store, 1182")
    rosa.redeem("/clients/1/redeem", prize="1:20", quantity="3")
    kept = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="1").headers["Location"]
    rosa.send(f"{kept}/undo", is_back="yes", reason="The other one")
    rosa.send("/counts/new/1", prize_1="5", prize_2="1")
    person("leo").send("/counts/1", reason="One broke")
    said = text(person("grace").get(PAGE))
    # Five came on the day before, four today; three were handed out (a fourth came back), one is gone.
    assert "Mar 1, 2026 to Mar 16, 2026" in said
    page = person("grace").get(PAGE).get_data(as_text=True)
    assert 'value="2026-03-01"' in page and 'value="2026-03-16"' in page, "and the form shows both days"
    assert "Travel mug 0 9 3 1 5 $25.00" in said
    assert "Grocery card 0 1 0 0 1 $20.00" in said and "prizes worth $45.00" in said
    assert "Travel mug Corner Store, 1182 Miriam 4 $4.25 $17.00" in said and "Total cost: $17.00" in said


def test_a_later_while_begins_with_what_was_there(rosa: Person, given: Callable[..., object]) -> None:
    given(cast.rich)
    rosa.redeem("/clients/1/redeem", prize="1:20", quantity="2")
    said = text(rosa.get(f"{PAGE}?since=2026-03-17&until=2026-03-31"))
    assert "Travel mug 3 0 0 0 3" in said
    said = text(rosa.get(f"{PAGE}?since=2026-03-16&until=2026-03-16"))
    assert "Travel mug 5 0 2 0 3" in said
    assert "No delivery with a known cost" in said


def test_a_strange_day_is_told(rosa: Person) -> None:
    answer = rosa.get(f"{PAGE}?since=yesterday&until=2026-03-31")
    assert answer.status_code == 422 and "Write the day as YYYY-MM-DD" in text(answer)
    assert rosa.get(f"{PAGE}?since=2026-W12&until=2026-03-31").status_code == 422
    assert rosa.get(f"{PAGE}?since=0001-01-01&until=9999-12-31").status_code == 422


def test_the_report_belongs_to_its_site(person: Callable[[str], Person]) -> None:
    assert person("anna").get(PAGE).status_code == 404
    assert person("sam").get(PAGE).status_code == 403


def test_what_one_cost_has_to_be_told(miriam: Person) -> None:
    for cost in ("", "-1", "NaN", "10001", "much"):
        answer = miriam.send("/prizes/1/deliver", site_id="1", quantity="1", unit_cost=cost, note="Store")
        assert answer.status_code == 422
    assert "No delivery with a known cost" in text(miriam.get(PAGE))
