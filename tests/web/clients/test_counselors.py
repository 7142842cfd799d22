"""The counselor of a client, and a counselor's own clients first."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.clients.set_counselor import set_counselor
from cm_tracker.queries.clients.counselors import client_counselors, counselors_of
from cm_tracker.queries.day.board import board
from tests import cast, week
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]
PAUL = 7
TODAY = week.TODAY


def assign(session: Session, client_id: int, counselor_id: int | None, from_on: date = TODAY, **more: Any) -> int:
    return set_counselor(
        session,
        **{
            "client_id": client_id, "counselor_id": counselor_id, "from_on": from_on, "key": cast.key(),
            "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


@pytest.fixture
def paul(app: Flask, given: Given) -> Person:
    """Paul is the counselor of Amir. HS-11 (client 3) has nobody; both have a group today."""

    def enter(session: Session) -> None:
        actor = cast.counselor(session)
        assert actor.staff_id == PAUL
        group = week.group(session)
        week.plan(session, week.item(group, "024"))
        week.plan(session, week.item(group, "024"), enrollment_id=week.newcomer(session, "HS-11"))
        assign(session, cast.AMIR, PAUL)

    given(enter)
    return Person(app, "paul")


def test_the_checklist(person: Callable[..., Person]) -> None:
    check(
        person, "/clients/1/counselor", allowed=("rosa", "miriam"), unknown="/clients/99/counselor", writes=True,
        elsewhere="/clients/1/counselor",
    )  # fmt: skip


def test_a_counselor_is_set_on_the_clients_page_and_the_entry_stays(rosa: Person, paul: Person) -> None:
    assert "Counselor: Paul" in text(rosa.get("/clients/1"))
    answer = rosa.send("/clients/1/counselor", counselor_id="1", from_on="2026-03-10")
    assert answer.status_code == 303
    content = text(rosa.get("/clients/1/counselor"))
    assert "Counselor of HS-1 Paul since" in content, "an entry that begins earlier does not replace the later one"
    assert content.index("Mar 16, 2026 Paul") < content.index("Mar 10, 2026 Rosa")
    rosa.send("/clients/1/counselor", counselor_id="0", from_on="2026-03-16")
    assert "Choose a counselor" in text(rosa.get("/clients/1"))


def test_a_counselor_from_another_site_is_refused(rosa: Person, given: Given) -> None:
    answer = rosa.send("/clients/1/counselor", counselor_id=str(cast.ANNA), from_on="2026-03-16")
    assert answer.status_code == 422
    with pytest.raises(BadInput, match="Choose somebody who works at this site"):
        given(assign, cast.AMIR, cast.ANNA)


@pytest.mark.parametrize("role", ["auditor", "admin", "front_desk"])
def test_only_who_works_with_clients_sets_a_counselor(given: Given, role: str) -> None:
    with pytest.raises(NotAllowed):
        given(assign, cast.AMIR, cast.ROSA, actor=Actor(9, frozenset({role}), frozenset({cast.HARBOR}), "web"))


def test_another_site_does_not_find_the_client(given: Given) -> None:
    with pytest.raises(NotFound):
        given(assign, cast.AMIR, cast.ROSA, actor=cast.anna)


def test_a_counselor_sees_their_own_clients_first(paul: Person, rosa: Person) -> None:
    content = text(paul.get("/"))
    assert "1 open of 1" in content and "Skills group 1 person" in content and "My clients 1" in content
    assert "2 open of 2" in text(paul.get("/?counselor=0"))
    assert "1 open of 1" in text(rosa.get(f"/?counselor={PAUL}"))
    assert "2 open of 2" in text(rosa.get("/")), "whoever is no counselor sees everybody"
    listed = text(paul.get("/clients"))
    assert "1 client" in listed and "HS-1 Amir" in listed and "HS-11" not in listed
    assert "HS-11" in text(paul.get("/clients?counselor=0"))


def test_a_search_finds_every_client_of_the_site(paul: Person) -> None:
    assert paul.send("/clients", q="HS-11").headers["Location"] == "/clients/3"


def test_a_counselor_records_and_sees_results_as_staff_do(paul: Person, given: Given) -> None:
    visit_id = given(cast.visit, 0)
    assert "10 points" in text(paul.get("/clients/1"))
    assert paul.get(f"/visits/{visit_id}").status_code == 200
    assert paul.get("/enrollments/1/0/absences/new").status_code == 200
    assert paul.get("/prizes/counts/new/1").status_code in (403, 404)


def test_the_counselor_begins_and_ends_with_the_days_of_the_entries(given: Given, paul: Person) -> None:
    given(assign, 3, cast.ROSA, date(2026, 3, 18))
    given(assign, cast.AMIR, None, date(2026, 3, 20))
    assert given(counselors_of, cast.HARBOR, date(2026, 3, 15)) == {}
    assert given(counselors_of, cast.HARBOR, date(2026, 3, 16)) == {1: PAUL}
    assert given(counselors_of, cast.HARBOR, date(2026, 3, 18)) == {1: PAUL, 3: cast.ROSA}
    assert given(counselors_of, cast.HARBOR, date(2026, 3, 20)) == {3: cast.ROSA}


def test_after_a_transfer_the_new_site_chooses_its_own_counselor(given: Given, paul: Person) -> None:
    given(cast.transfer)
    assert given(counselors_of, cast.HARBOR, TODAY) == {}
    assert given(counselors_of, cast.MILL, TODAY) == {}
    assert given(client_counselors, cast.AMIR, cast.MILL, TODAY).now is None


def test_the_statements_of_a_board_do_not_grow_with_its_counselors(
    given: Given, paul: Person, statements: list[str]
) -> None:
    def count() -> int:
        statements.clear()
        given(board, cast.rosa, cast.HARBOR, cast.NOW)
        return len([one for one in statements if one.startswith("SELECT")])

    before = count()
    given(assign, 3, cast.ROSA)
    given(assign, 3, PAUL)
    assert count() == before
