"""The inventory report of a site: what was bought, handed out and counted, for an auditor to print."""

from collections.abc import Callable

from tests import cast
from tests.web.conftest import Person, text

PAGE = "/sites/1/inventory"


def test_the_report_adds_up_deliveries_redemptions_and_counts(
    rosa: Person, miriam: Person, person: Callable[[str], Person], given: Callable[..., object]
) -> None:
    given(cast.rich)
    miriam.send("/prizes/1/deliver", site_id="1", quantity="4", unit_cost="4.25", note="Corner Store, 1182")
    rosa.redeem("/clients/1/redeem", prize="1:20", quantity="3")
    receipt = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="1").headers["Location"]
    rosa.send(f"{receipt}/undo", is_back="yes", reason="The other one")
    rosa.send("/counts/begin/1")
    rosa.send("/counts/new/1", prize_1="5", prize_2="1")
    person("leo").send("/counts/1/check", shown_at="/counts/1")
    person("grace").send("/counts/1/sign", shown_at="/counts/1", reason="One broke")
    content = text(person("grace").get(PAGE))
    # Five mugs and then four were delivered, three were handed out (a fourth came back), and one is missing.
    assert "Mar 1, 2026 to Mar 16, 2026" in content
    page = person("grace").get(PAGE).get_data(as_text=True)
    assert 'value="2026-03-01"' in page and 'value="2026-03-16"' in page, "the form shows both days"
    assert "Travel mug 0 9 3 1 5 $25.00" in content
    assert "Grocery card 0 1 0 0 1 $20.00" in content and "prizes worth $45.00" in content
    assert "Travel mug Corner Store, 1182 Miriam 4 $4.25 $17.00" in content and "Total cost: $17.00" in content


def test_a_later_period_begins_with_the_stock_of_the_earlier_one(rosa: Person, given: Callable[..., object]) -> None:
    given(cast.rich)
    rosa.redeem("/clients/1/redeem", prize="1:20", quantity="2")
    content = text(rosa.get(f"{PAGE}?since=2026-03-17&until=2026-03-31"))
    assert "Travel mug 3 0 0 0 3" in content
    content = text(rosa.get(f"{PAGE}?since=2026-03-16&until=2026-03-16"))
    assert "Travel mug 5 0 2 0 3" in content
    assert "No delivery with a known cost" in content


def test_an_invalid_day_is_refused_with_a_message(rosa: Person) -> None:
    answer = rosa.get(f"{PAGE}?since=yesterday&until=2026-03-31")
    assert answer.status_code == 422 and "Write the day as YYYY-MM-DD" in text(answer)
    assert rosa.get(f"{PAGE}?since=2026-W12&until=2026-03-31").status_code == 422
    assert rosa.get(f"{PAGE}?since=0001-01-01&until=9999-12-31").status_code == 422


def test_only_people_of_the_site_see_its_report(person: Callable[[str], Person]) -> None:
    assert person("anna").get(PAGE).status_code == 404
    assert person("sam").get(PAGE).status_code == 403


def test_who_reads_the_ledger_takes_the_movements_of_these_days_out(person: Callable[[str], Person]) -> None:
    link = "/lists/stock/list.csv?site_id=1&amp;since=2026-03-01&amp;until=2026-03-31"
    page = f"{PAGE}?since=2026-03-01&until=2026-03-31"
    assert link in person("grace").get(page).get_data(as_text=True)
    sent = person("grace").get(link.replace("&amp;", "&")).get_data(as_text=True)
    assert len(sent.splitlines()) == 3  # the head, five mugs and a card
    assert "/lists/" not in person("rosa").get(page).get_data(as_text=True)


def test_a_delivery_needs_a_valid_cost(miriam: Person) -> None:
    for cost in ("", "-1", "NaN", "10001", "much"):
        answer = miriam.send("/prizes/1/deliver", site_id="1", quantity="1", unit_cost=cost, note="Store")
        assert answer.status_code == 422
    assert "No delivery with a known cost" in text(miriam.get(PAGE))
