"""A client's month on paper: every line of the ledger, the balances around it, and no result."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.clients.clients import client_name
from cm_tracker.queries.clients.statement import statement
from tests import cast, merging
from tests.drawing import choose, shelved, won
from tests.redeeming import redeem_at_once
from tests.web.audit.test_viewings import cells
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
PATH = "/clients/1/statement"


def test_the_checklist(person: People) -> None:
    check(person, PATH, allowed=("rosa", "miriam"), unknown="/clients/99/statement", elsewhere=PATH)


def test_every_line_of_the_month_lies_between_two_balances(rosa: Person, given: Given) -> None:
    given(cast.rich)
    redemption = given(redeem_at_once)
    given(redeem_at_once, price_points=20)
    given(
        undo_redemption, redemption_id=redemption, is_back=True, reason="Broken", key=cast.key(), actor=cast.miriam,
        now=cast.NOW + timedelta(minutes=2),
    )  # fmt: skip
    assert cells(rosa.get(PATH)) == [
        ["Mar 1, 2026", "What you had", "0"],
        ["Mar 16, 2026", "For your visit on Mon, Mar 2", "+10"],
        ["Mar 16, 2026", "For your visit on Wed, Mar 4", "+15"],
        ["Mar 16, 2026", "For your visit on Fri, Mar 6", "+60"],
        ["Mar 16, 2026", "Travel mug", "−20"],
        ["Mar 16, 2026", "Travel mug", "−20"],
        ["Mar 16, 2026", "Undone: Travel mug", "+20"],
        ["", "What you have", "65"],
    ]
    assert "You got 105 points and used 40." in text(rosa.get(PATH))


def test_a_prize_keeps_the_name_under_which_the_client_got_it(rosa: Person, given: Given) -> None:
    given(cast.rich)
    redemption = given(redeem_at_once)
    given(
        undo_redemption, redemption_id=redemption, is_back=True, reason="Broken", key=cast.key(), actor=cast.miriam,
        now=cast.NOW + timedelta(minutes=2),
    )  # fmt: skip
    given(
        save_prize, prize_id=cast.MUG, name="Board game", name_es="Juego de mesa", category="household", price_cents=500,
        retail_cents=500, is_active=True, actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    names = [row[1] for row in cells(rosa.get(PATH))]
    assert names[4:6] == ["Travel mug", "Undone: Travel mug"]
    given(change_client, client_id=cast.AMIR, preferred_name="Amir", language="es", shown="", actor=cast.rosa,
          now=cast.NOW)  # fmt: skip
    # The Spanish name of today is that of another prize.
    assert [row[1] for row in cells(rosa.get(PATH))][4] == "Travel mug"
    receipt = text(rosa.get(f"/redemptions/{redemption}"))
    assert "Travel mug" in receipt and "Juego de mesa" not in receipt


def test_a_later_month_begins_with_what_was_there_at_the_end(
    person: People, given: Given, clock: time_machine.Traveller
) -> None:
    given(cast.rich)
    clock.move_to(cast.NOW + timedelta(days=20))
    rosa = person("rosa")
    assert cells(rosa.get(PATH)) == [["Apr 1, 2026", "What you had", "85"], ["", "What you have", "85"]]
    march = rosa.get(f"{PATH}?month=2026-03")
    assert cells(march)[0] == ["Mar 1, 2026", "What you had", "0"]
    assert cells(march)[-1] == ["Mar 31, 2026", "What you had at the end", "85"]


def test_a_correction_says_the_visits_day_and_no_result(rosa: Person, given: Given) -> None:
    given(cast.visit, 0, cast.positive())
    given(cast.put_right, 1, "correct", cast.negative())
    page = rosa.get(PATH)
    assert cells(page)[1] == ["Mar 16, 2026", "Put right, for your visit on Mon, Mar 2", "+10"]
    words = text(page).lower()
    assert not any(word in words for word in ("cocaine", "positive", "negative", "test"))


def test_draws_have_a_column_and_a_prize_for_a_slip_costs_no_points(rosa: Person, given: Given) -> None:
    client = given(won, 3)
    given(choose, client, given(shelved, "small"), "small")
    page = rosa.get(f"/clients/{client}/statement")
    assert ["Mar 16, 2026", "You drew 3 slips", "", "−3"] in cells(page)
    assert any("for a slip that you drew" in line[1] and line[2:] == ["", ""] for line in cells(page))


def test_the_paper_is_in_the_clients_language(rosa: Person, given: Given) -> None:
    given(cast.rich)
    given(change_client, client_id=cast.AMIR, preferred_name="Amir", language="es", shown="", actor=cast.rosa,
          now=cast.NOW)  # fmt: skip
    page = rosa.get(PATH)
    assert "Lo que usted ganó y usó: marzo 2026" in text(page) and 'lang="es"' in page.get_data(as_text=True)
    assert cells(page)[1] == ["16 mar 2026", "Por su visita del lun, 2 mar", "+10"]


def test_a_merged_record_counts_and_the_merge_itself_does_not(rosa: Person, given: Given) -> None:
    given(cast.rich)
    given(merging.merge, given(merging.second_record))
    lines = cells(rosa.get(PATH))
    assert sum(int(line[2].replace("−", "-")) for line in lines[1:-1]) == int(lines[-1][2])


def test_any_days_can_be_chosen_and_are_said(rosa: Person, given: Given) -> None:
    given(cast.rich)
    page = rosa.get(f"{PATH}?since=2026-03-16&until=2026-03-16")
    assert "What you earned and used HS-1 · Harbor Street · Mar 16, 2026 to Mar 16, 2026" in text(page)
    assert cells(page)[0] == ["Mar 16, 2026", "What you had", "0"]
    before = rosa.get(f"{PATH}?until=2026-03-15")
    assert cells(before) == [["Mar 2, 2026", "What you had", "0"], ["Mar 15, 2026", "What you had at the end", "0"]]
    assert f'href="{PATH}?since=2026-03-02"' in page.get_data(as_text=True)


def test_days_in_the_wrong_order_are_told_and_the_month_is_shown(rosa: Person) -> None:
    answer = rosa.get(f"{PATH}?since=2026-03-16&until=2026-03-02")
    assert answer.status_code == 422 and "The last day is before the first." in text(answer)
    assert "What you earned and used: March 2026" in text(answer)


def test_too_many_lines_ask_for_fewer_days(rosa: Person, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cm_tracker.queries.clients.statement.MOST_LINES", 2)
    given(cast.rich)
    answer = rosa.get(f"{PATH}?since=2026-03-01")
    assert answer.status_code == 422 and "Choose fewer days." in text(answer) and 'class="paper' not in text(answer)


def test_an_adjustment_says_what_the_leads_wrote(rosa: Person, given: Given) -> None:
    request_id = given(
        request_adjustment, client_id=cast.AMIR, unit="points", amount=5, reason="Found a coat", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    nadia = given(cast.another_lead)
    given(decide_adjustment, request_id=request_id, decision="approved", key=cast.key(), actor=nadia, now=cast.NOW)
    assert ["Mar 16, 2026", "Put right: Found a coat", "+5"] in cells(rosa.get(PATH))


@pytest.mark.parametrize("month", ["2026-13", "x", "2027-01", "0000-01", "1800-01"])
def test_a_month_that_is_none_or_is_to_come_is_this_month(rosa: Person, month: str) -> None:
    assert "March 2026" in text(rosa.get(f"{PATH}?month={month}"))


def test_it_takes_as_many_queries_for_many_lines(rosa: Person, given: Given, statements: list[str]) -> None:
    def queries() -> int:
        statements.clear()
        rosa.get(PATH)
        return len([one for one in statements if one.startswith("SELECT")])

    given(cast.visit, 0)
    few = queries()
    given(cast.visit, 2)
    given(cast.visit, 4)
    given(redeem_at_once)
    assert queries() == few > 0


def test_the_first_day_of_the_month_is_a_day_of_the_site(given: Given) -> None:
    given(cast.rich)

    def moved(session: Any, end: date) -> int:
        client = client_name(session, cast.rosa, cast.AMIR)
        return statement(session, client, date(2026, 3, 1), end).after["points"]

    assert given(moved, date(2026, 3, 16)) == 0 and given(moved, date(2026, 3, 17)) == 85
