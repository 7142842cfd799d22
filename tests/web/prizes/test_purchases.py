"""The pages of purchases: asked for, authorized by somebody else, and received."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.queries.prizes.purchases import purchase_line
from tests import cast, funding, purchasing
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]
FIELDS = {"site_id": "1", "prize_id": "1", "quantity": "4", "unit_cost": "4.25", "reason": "The shelf is empty"}


@pytest.fixture
def daniel(app: Flask, given: Given) -> Person:
    given(cast.another_lead)
    return Person(app, "daniel")


def on_its_way(session: Session) -> None:
    purchasing.decide(session, purchasing.ask(session), actor=cast.another_lead(session))


def test_the_checklist(person: Callable[..., Person], given: Given) -> None:
    given(purchasing.ask)
    check(person, "/purchases", allowed=("rosa", "leo", "miriam", "grace", "anna"))
    check(person, "/purchases/new", allowed=("miriam",), writes=True)
    given(on_its_way)
    check(person, "/purchases/2/end", allowed=("miriam",), unknown="/purchases/99/end", writes=True)
    check(
        person, "/purchases/1", allowed=("rosa", "leo", "miriam", "grace"), unknown="/purchases/99", writes=True,
        elsewhere="/purchases/1",
    )  # fmt: skip


def test_a_purchase_goes_from_one_to_the_next(miriam: Person, daniel: Person, given: Given) -> None:
    answer = miriam.send("/purchases/new", **FIELDS)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert "4 × Travel mug $17.00 · Harbor Street" in text(miriam.get(path))
    assert "Withdraw it" in text(miriam.get(path)) and "Authorize it" not in text(miriam.get(path))
    assert "1 waits for somebody else’s yes $17.00" in text(miriam.get("/money"))
    assert "waits for a yes" in text(daniel.get("/purchases"))
    assert daniel.send(path, decision="declined", reason="").status_code == 422
    assert daniel.send(path, decision="authorized").status_code == 303
    page = daniel.get(path).get_data(as_text=True)
    assert "/prizes/1/deliver?purchase=1" in page
    form = daniel.get("/prizes/1/deliver?purchase=1").get_data(as_text=True)
    assert "It belongs to purchase no. 1" in form and 'value="4.25"' in form
    answer = daniel.send(
        "/prizes/1/deliver?purchase=1", site_id="1", quantity="4", unit_cost="4.25", note="Corner Store, invoice 9"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/purchases/1")
    content = text(daniel.get("/purchases/1"))
    assert "received" in content and "Received by Daniel" in content and "Record what arrived" not in content
    assert given(purchase_line, cast.grace, 1).transaction_id
    trail = text(miriam.get("/audit"))
    assert "Miriam asked for a purchase at Harbor Street: 4 × Travel mug at $4.25 each." in trail
    assert "Daniel authorized a purchase at Harbor Street: 4 × Travel mug." in trail


def test_what_will_not_arrive_is_ended_with_a_reason(miriam: Person, daniel: Person) -> None:
    miriam.send("/purchases/new", **FIELDS)
    assert miriam.get("/purchases/1/end").status_code == 303, "nothing is on its way yet"
    daniel.send("/purchases/1", decision="authorized")
    assert "It will not arrive…" in text(miriam.get("/purchases/1"))
    refused = miriam.send("/purchases/1/end", reason="")
    assert refused.status_code == 422 and "Say why it will not arrive." in text(refused)
    assert miriam.send("/purchases/1/end", reason="The store has closed").status_code == 303
    page = text(miriam.get("/purchases/1"))
    assert "never arrived" in page and "The store has closed" in page and "Record what arrived" not in page
    answer = daniel.send("/prizes/1/deliver?purchase=1", site_id="1", quantity="4", unit_cost="4.25", note="Late")
    assert answer.status_code == 422 and "This purchase has ended." in text(answer)
    assert "Miriam recorded that a purchase at Harbor Street will not arrive: 4 × Travel mug." in text(
        miriam.get("/audit")
    )


def test_whoever_asked_withdraws_it(miriam: Person) -> None:
    miriam.send("/purchases/new", **FIELDS)
    assert miriam.send("/purchases/1", decision="authorized").status_code == 422
    assert miriam.send("/purchases/1", decision="withdrawn").status_code == 303
    assert "Withdrawn by Miriam" in text(miriam.get("/purchases/1"))


def test_a_source_is_named_where_there_is_one(miriam: Person, given: Given) -> None:
    assert "Who pays" not in text(miriam.get("/purchases/new"))
    given(funding.source)
    assert miriam.send("/purchases/new", source_id="1", **FIELDS).status_code == 303
    assert "State opioid response grant" in text(miriam.get("/purchases/1"))


def test_a_purchase_that_passes_the_budget_warns_both_and_blocks_nobody(
    miriam: Person, daniel: Person, given: Given
) -> None:
    given(funding.source, budget_cents=3_000)
    assert "State opioid response grant ($30.00 left of its budget)" in text(miriam.get("/purchases/new"))
    first = miriam.send("/purchases/new", source_id="1", **FIELDS).headers["Location"]  # 4 at $4.25
    assert "budget" not in text(miriam.get(first)).lower()
    assert daniel.send(first, decision="authorized").status_code == 303
    assert "State opioid response grant ($13.00 left of its budget)" in text(miriam.get("/purchases/new"))
    second = miriam.send("/purchases/new", source_id="1", **FIELDS).headers["Location"]
    warning = (
        "With this purchase, $34.00 of State opioid response grant would be authorized this year. Its budget for "
        "purchases is $30.00. It can be authorized all the same."
    )
    for who in (miriam, daniel):
        assert warning in text(who.get(second))
    assert daniel.send(second, decision="authorized").status_code == 303
    assert "would be authorized" not in text(daniel.get(second))
    content = text(miriam.get("/money"))
    assert (
        "Purchases of this year authorized · $0.00 of it received $34.00 of $30.00 ▲ 113%, over the budget" in content
    )


def test_every_problem_stands_at_its_field(miriam: Person, given: Given) -> None:
    answer = miriam.send("/purchases/new", **{**FIELDS, "quantity": "none", "unit_cost": "0", "reason": ""})
    assert answer.status_code == 422
    content = text(answer)
    assert "Enter how many." in content or "Enter a whole number" in content
    assert "Enter an amount from $0.01" in content and "Say in a few words what it is for." in content


def test_the_list_has_as_many_queries_for_many_as_for_one(miriam: Person, given: Given, statements: list[str]) -> None:
    def reads() -> int:
        statements.clear()
        assert miriam.get("/purchases").status_code == 200
        return len([one for one in statements if one.startswith("SELECT")])

    def several(session: Session) -> None:
        for _ in range(6):
            purchasing.ask(session)

    given(purchasing.ask)
    few = reads()
    given(several)
    assert reads() == few
