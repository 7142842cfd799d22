"""A technician enters the tests of today and sees their own entries: no history, no points, no other visit."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast
from tests.web.conftest import Person, text

Given = Callable[..., int]

TEST = {"happened_on": "2026-03-16", "collected_time": "10:30", "specimen": "given", "temperature": "in_range"}


def technician(session: Session) -> int:
    return add_demonstration_account(
        session, username="theo", display_name="Theo", roles={"technician"}, site_ids=(cast.HARBOR,),
        password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
    )  # fmt: skip


@pytest.fixture
def theo(app: Flask, given: Given) -> Person:
    given(cast.rich)
    given(technician)
    return Person(app, "theo")


def test_a_technician_enters_a_test_and_reads_it_again_without_what_it_earned(theo: Person) -> None:
    page = text(theo.get("/enrollments/1/0/visits/new"))
    assert "What saving will do" not in page and "points" not in page and "Readings" not in page
    saved = theo.send("/enrollments/1/0/visits/new", **TEST, result_cocaine="negative")
    assert saved.status_code == 303, text(saved)
    page = text(theo.get(saved.headers["Location"]))
    assert "The test is entered." in page and "Negative" in page
    assert "points" not in page and "Ladder" not in page and "Balance" not in page
    assert theo.get(f"{saved.headers['Location']}/undo").status_code == 200


def test_a_technician_sees_no_visit_of_others_and_no_client_page_with_results(theo: Person) -> None:
    for path in ("/visits/1", "/visits/1/specimen", "/clients/1/edit", "/clients/1/redeem", "/prizes"):
        assert theo.get(path).status_code == 403, path
    page = text(theo.get("/clients/1"))
    assert "HS-1" in page and "points" not in page and "Negative" not in page


def test_a_test_of_another_day_is_for_others_to_enter(theo: Person) -> None:
    answer = theo.send(
        "/enrollments/1/0/visits/new", **{**TEST, "happened_on": "2026-03-11"}, result_cocaine="negative"
    )
    assert answer.status_code == 422
    assert "You enter tests of today. Ask a coordinator to enter one of another day." in text(answer)


def test_the_day_shows_a_technician_where_to_enter_and_no_results(theo: Person) -> None:
    page = text(theo.get("/"))
    assert "Today" in page and "points" not in page
