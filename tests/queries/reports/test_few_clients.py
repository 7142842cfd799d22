"""Whoever may not see clients reads nothing about a few of them: not in a saved report, and not by subtraction of sites."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.saved_reports import FIXED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.reports.registry import table_of
from cm_tracker.queries.reports.saved import saved_report, saved_table
from tests import billing, cast, week

FIRST, LAST = cast.START, week.TODAY
LAB = Test({"cocaine": "pending"}, temperature="in_range")


@pytest.fixture
def six_and_one(session: Session) -> None:
    """Amir and five more at Harbor Street, each with a negative test, and Bea alone at Mill Road, with one of $2.50."""
    for number in range(20, 25):
        cast.visit(session, 0, enrollment_id=week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS))
    cast.visit(session, 0)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)


def saved(session: Session, reader: Actor, **more: Any) -> list[tuple[object, ...]]:
    saved_id = billing.save(
        session,
        **{"name": f"Saved {cast.key()}", "report": "cost", "days": FIXED, "first_day": FIRST, "last_day": LAST, **more},
    )  # fmt: skip
    return list(saved_table(session, reader, saved_report(session, reader, saved_id), cast.NOW).rows)


def rows(session: Session, name: str, **more: Any) -> list[tuple[object, ...]]:
    asked: dict[str, Any] = {"first_day": FIRST, "last_day": LAST, "now": cast.NOW, "actor": cast.grace, **more}
    return list(table_of(session, name=name, **asked).rows)


@pytest.mark.parametrize("name", ["cost", "negatives", "state", "retention", "uptake", "fidelity"])
def test_a_saved_report_of_one_site_tells_nobody_of_the_other_one(
    session: Session, six_and_one: None, name: str
) -> None:
    found = saved(session, cast.grace, report=name)
    assert [row[:2] for row in found] == [("Harbor Street", "hidden"), ("All", "hidden")]
    assert {cell for row in found for cell in row[2:]} == {"hidden"}
    # A lead of both sites, and an auditor of this one alone, have nothing to compare it with.
    at_harbor = Actor(cast.GRACE, frozenset({"auditor"}), frozenset({cast.HARBOR}), "web")
    assert [[row[1] for row in saved(session, of, report=name)] for of in (cast.zoe, at_harbor)] == [[6, 6], [6, 6]]


def test_a_saved_report_of_all_sites_shows_their_sum(session: Session, six_and_one: None) -> None:
    found = saved(session, cast.grace, site_ids=[cast.HARBOR, cast.MILL], actor=cast.zoe)
    assert [row[:2] for row in found] == [("Harbor Street", "hidden"), ("Mill Road", "under 5"), ("All", 7)]
    # Seven tests of $2.50.
    assert found[-1][5] == 1750


def test_a_site_whose_one_client_was_only_paid_is_not_told(session: Session, six_and_one: None) -> None:
    # Nobody is enrolled at Mill Road any more on the last two days, and Bea was awarded something on them.
    cast.end(session, cast.BEA, "2026-03-10", actor=cast.anna)
    request_id = request_adjustment(
        session, client_id=cast.BEA, unit="points", amount=5, reason="Promised and never entered", key=cast.key(),
        actor=cast.zoe, now=cast.NOW,
    )  # fmt: skip
    decide_adjustment(
        session, request_id=request_id, decision="approved", key=cast.key(),
        actor=replace(cast.another_lead(session), site_ids=frozenset({cast.MILL})), now=cast.NOW,
    )  # fmt: skip
    days = {"first_day": date(2026, 3, 15)}
    assert [row[1] for row in rows(session, "cost", **days)] == ["hidden", "under 5", 7]
    assert [row[1] for row in rows(session, "cost", site_id=cast.HARBOR, **days)] == ["hidden", "hidden"]


def pending(session: Session, enrollment_id: int, actor: Actor = cast.rosa) -> None:
    cast.visit(session, 2, LAB, enrollment_id=enrollment_id, actor=actor)


def test_a_laboratory_is_not_told_of_a_few(session: Session, six_and_one: None) -> None:
    pending(session, cast.AMIR)
    # Amir alone waits, so the sum would tell of him; a lead may see it.
    assert [row[1:] for row in rows(session, "laboratory", site_id=cast.HARBOR)] == [("under 5", *["hidden"] * 5)] * 2
    assert [row[1] for row in rows(session, "laboratory", site_id=cast.HARBOR, actor=cast.zoe)] == [1, 1]
    for enrollment_id in range(3, 8):
        pending(session, enrollment_id)
    assert [row[1] for row in rows(session, "laboratory", site_id=cast.HARBOR)] == [6, 6]
    pending(session, cast.BEA, cast.anna)
    assert [row[1] for row in rows(session, "laboratory")] == ["hidden", "under 5", 7]
    assert [row[1] for row in rows(session, "laboratory", site_id=cast.HARBOR)] == ["hidden", "hidden"]


@pytest.fixture
def at_harbor(session: Session) -> Actor:
    """Amir and seven more at Harbor Street, of whom one began in these days and has no negative test. Return an auditor."""
    for number in range(20, 27):
        starts_on = date(2026, 3, 10) if number == 26 else FIRST
        newcomer = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS, starts_on=starts_on)
        if number < 26:
            cast.visit(session, 2, enrollment_id=newcomer)
        else:
            cast.visit(session, 8, cast.positive(), enrollment_id=newcomer)
    cast.visit(session, 2)
    return Actor(cast.GRACE, frozenset({"auditor"}), frozenset({cast.HARBOR}), "web")


def test_a_count_of_a_few_clients_in_a_row_is_hidden(session: Session, at_harbor: Actor) -> None:
    days = {"first_day": date(2026, 3, 9), "last_day": date(2026, 3, 15)}
    # Eight clients, of whom one began: the count of these is hidden, those of tests are no counts of clients.
    assert rows(session, "state", actor=at_harbor, **days)[-1] == ("All", 8, "under 5", 1, 0, 1, 0)
    lead = cast.zoe
    assert rows(session, "state", actor=lead, site_id=cast.HARBOR, **days)[-1] == ("All", 8, 1, 1, 0, 1, 0)


def test_neither_a_few_nor_the_rest_of_a_row_without_them_is_shown(session: Session, at_harbor: Actor) -> None:
    # Seven of eight have a negative test. Their count and their share would tell of the one without.
    found = rows(session, "engagement", actor=at_harbor)[-1]
    assert found[:3] == ("All", 8, 8)
    assert found[3:8] == ("hidden", "hidden", "hidden", "under 5", "hidden")
    assert rows(session, "engagement", actor=cast.zoe, site_id=cast.HARBOR)[-1][:8] == ("All", 8, 8, 7, 875, 10, 1, 125)


@pytest.mark.parametrize("name", ["immediacy", "fidelity", "negatives", "uptake"])
@pytest.mark.parametrize("by", ["staff", "service", "schedule", "language"])
def test_no_group_at_a_site_is_told_apart(session: Session, six_and_one: None, name: str, by: str) -> None:
    found = rows(session, name, site_id=cast.HARBOR, by=by)
    assert {row[1] for row in found} <= {"hidden", "under 5"}
