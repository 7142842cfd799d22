"""Clients' plans, training, and observed sessions, row by row."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.fidelity.competence import NAMES
from cm_tracker.domain.staff.roles import command
from cm_tracker.exports import export
from tests import cast, merging, purchasing, week
from tests.operations.fidelity.test_sessions import rate
from tests.operations.fidelity.test_training import train, withdraw
from tests.web.conftest import Person, text
from tests.web.reports.test_lists import rows
from tests.whole_clinic import one_of_each_role, username

Given = Callable[..., Any]
NOW = "2026-03-16T11:00:00-04:00"
URINE = "cocaine-negative"
PLAN = {
    "plan": "1", "client_code": "HS-1", "site": "Harbor Street", "enrollment": "1",
    "schedule": "Voucher ladder for cocaine, 12 weeks", "from_on": "2026-03-02", "until_on": "2026-03-22",
    "level": "intensive_outpatient", "service": "Skills group", "weekdays": "Mon, Wed, Fri", "pays_for": "",
    "hours_required": "9", "time": "13:30", "reason": "first", "is_drawn": "false", "hours_between": "0",
    "recorded_at": NOW, "by": "Rosa",
}  # fmt: skip


def two_plans(session: Session) -> None:
    """Amir comes to a group and to tests, and from March 23 on to tests alone, whose days are drawn."""
    tests, group = week.tests(session), week.group(session)
    week.plan(session, week.item(tests, "03", URINE), week.item(group, "024", time_of_day=time(13, 30)))
    week.plan(
        session, week.item(tests, "01234", URINE, is_drawn=True, hours_between=48), from_on=date(2026, 3, 23),
        level="outpatient", hours_required=3, reason="step_down",
    )  # fmt: skip


def test_a_service_of_a_plan_is_one_row(miriam: Person, given: Given) -> None:
    given(two_plans)
    assert rows(miriam, "plans") == [
        {
            **PLAN, "plan": "2", "from_on": "2026-03-23", "until_on": "2026-05-24", "level": "outpatient",
            "service": "Urine tests", "weekdays": "Mon, Tue, Wed, Thu, Fri", "pays_for": "cocaine-negative",
            "hours_required": "3", "time": "", "reason": "step_down", "is_drawn": "true", "hours_between": "48",
        },
        PLAN,
        {**PLAN, "service": "Urine tests", "weekdays": "Mon, Thu", "pays_for": "cocaine-negative", "time": ""},
    ]  # fmt: skip
    assert [row["plan"] for row in rows(miriam, "plans", "until=2026-03-22")] == ["1", "1"]
    assert [row["plan"] for row in rows(miriam, "plans", "since=2026-03-23&client_code=hs1")] == ["2"]
    assert rows(miriam, "plans", "client_code=MR-1") == []


def test_a_plan_that_never_held_is_in_no_row(miriam: Person, given: Given) -> None:
    given(two_plans)
    given(week.plan, week.item(1, "0", URINE), from_on=week.TODAY, reason="times")
    given(week.plan, week.item(1, "4", URINE), from_on=week.TODAY, reason="times")
    given(cast.end, cast.AMIR, "2026-03-16")
    assert [(row["plan"], row["from_on"], row["until_on"]) for row in rows(miriam, "plans")] == [
        ("4", "2026-03-16", "2026-03-16"), ("1", "2026-03-02", "2026-03-15"), ("1", "2026-03-02", "2026-03-15"),
    ]  # fmt: skip


def test_plans_of_practice_clients_and_of_other_sites_are_left_out(
    app: Flask, person: Callable[..., Person], given: Given
) -> None:
    given(two_plans)
    practice = given(week.newcomer, "HS-70", version_id=cast.HIGGINS, is_practice=True)
    given(week.plan, week.item(1, "0", URINE), enrollment_id=practice)
    second = given(merging.second_record, code="HS-90")
    given(merging.merge, second)
    assert {row["client_code"] for row in rows(person("miriam"), "plans")} == {"HS-1"}
    assert len(rows(person("miriam"), "plans", "client_code=HS-90")) == 3
    given(cast.transfer, cast.AMIR, cast.MILL)
    # Plans stay with the site where they were made, and end there. The one that was to come never held.
    assert [(row["plan"], row["until_on"]) for row in rows(person("miriam"), "plans")] == [("1", "2026-03-15")] * 2
    given(week.service, "Tests", "test_visit", week.meetings("0", time(9), 10), site_id=cast.MILL, leader_id=None,
          actor=command())  # fmt: skip
    given(week.plan, week.item(3, "0", URINE), from_on=week.TODAY, reason="times", actor=cast.anna)
    assert [row["service"] for row in rows(person("miriam"), "plans")] == ["Skills group", "Urine tests"]
    given(one_of_each_role)
    (there,) = rows(Person(app, username("lead", cast.MILL)), "plans")
    assert (there["site"], there["from_on"], there["until_on"]) == ("Mill Road", "2026-03-16", "2026-03-22")


TRAINED = {
    "training": "1", "person": "1", "name": "Rosa", "is_active": "true", "sites": "Harbor Street", "subject": "core",
    "trained_on": "2026-03-02", "note": "Webinar of the state", "recorded_at": NOW, "recorded_by": "Miriam",
    "withdrawn_at": "", "why_withdrawn": "",
}  # fmt: skip


def test_a_subject_that_somebody_learned_is_one_row(person: Callable[..., Person], given: Given) -> None:
    given(train, "core")
    withdrawn = given(train, "tests", trained_on=date(2026, 3, 9), note="")
    given(withdraw, withdrawn)
    given(train, "incentives", person_id=cast.GRACE, actor=cast.miriam)
    grace = {
        **TRAINED, "training": "3", "person": "4", "name": "Grace", "sites": "Harbor Street", "subject": "incentives",
    }  # fmt: skip
    rosa = [
        {**TRAINED, "training": "2", "subject": "tests", "trained_on": "2026-03-09", "note": "", "withdrawn_at": NOW,
         "why_withdrawn": "It was Leo"},
        TRAINED,
    ]  # fmt: skip
    assert rows(person("miriam"), "training") == [grace, *rosa]
    assert rows(person("miriam"), "training", "since=2026-03-03") == [rosa[0]]
    # Who works at both sites reads of both.
    of_both = {**grace, "sites": "Harbor Street; Mill Road"}
    assert rows(person("grace"), "training") == [of_both, *rosa]
    assert rows(person("grace"), "training", "site_id=2") == [of_both]


def test_an_observed_session_is_one_row_as_it_was_rated_last(person: Callable[..., Person], given: Given) -> None:
    first = given(rate)
    ratings = {**dict.fromkeys(NAMES, 6), "gains": None, "next": 3, "skill": 7}
    given(rate, replaces_id=first, ratings=ratings)
    given(
        rate, person_id=cast.LEO, client_code="", ratings=dict.fromkeys(NAMES, 3), session_on=date(2026, 3, 9), note=""
    )
    leo, rosa = rows(person("grace"), "observed-sessions")
    assert rosa == {
        "session": "2", "session_on": "2026-03-02", "site": "Harbor Street", "person": "1", "name": "Rosa",
        "result": "6", "earned": "6", "next": "3", "wishes": "6", "way_back": "6", "gains": "", "praise": "6",
        "confidence": "6", "empathy": "6", "listening": "6", "structure": "6", "skill": "7",
        # (6 + 6 + 3 + 6 + 6) / 5 = 5.4; (5 * 6 + 7) / 6 = 6.17; (27 + 37) / 11 = 5.82
        "rewards": "5.4", "manner": "6.2", "mean": "5.8", "is_well_enough": "true", "rated_by": "Miriam",
        "recorded_at": NOW, "is_corrected": "true", "note": "Say the next value sooner",
    }  # fmt: skip
    assert (leo["name"], leo["mean"], leo["is_well_enough"], leo["is_corrected"]) == ("Leo", "3.0", "false", "false")
    assert [row["name"] for row in rows(person("grace"), "observed-sessions", "until=2026-03-08")] == ["Rosa"]
    assert rows(person("grace"), "observed-sessions", "site_id=2") == []
    given(week.newcomer, "HS-70", is_practice=True)
    given(rate, client_code="HS-70")
    assert len(rows(person("grace"), "observed-sessions")) == 2


def test_paper_has_few_columns_with_the_words_of_their_codes(miriam: Person, given: Given) -> None:
    given(two_plans)
    shown = text(miriam.get("/lists/plans/list.print"))
    assert "Client code Site From To Level of care Service Weekdays Pays for Hours a week Why the plan changes" in shown
    assert "HS-1 Harbor Street Mar 23, 2026 May 24, 2026 Outpatient Urine tests Mon, Tue, Wed, Thu, Fri" in shown


LISTS = ("plans", "purchases", "stock", "training", "observed-sessions")


def more_of_each(session: Session, weekday: int) -> None:
    """A client with a plan, a purchase, a training and a rated session."""
    enrollment_id = week.newcomer(session, f"HS-8{weekday}", version_id=cast.HIGGINS)
    week.plan(session, week.item(1, f"{weekday}", URINE), enrollment_id=enrollment_id)
    purchasing.ask(session)
    train(session, "core", trained_on=date(2026, 3, 2 + weekday))
    rate(session, session_on=date(2026, 3, 2 + weekday))


def test_more_rows_need_no_more_queries(miriam: Person, given: Given, statements: list[str]) -> None:
    def queries(name: str) -> int:
        statements.clear()
        miriam.get(f"/lists/{name}/list.csv").get_data()
        return len([one for one in statements if one.startswith(("SELECT", "WITH"))])

    given(week.tests)
    given(more_of_each, 0)
    few = [queries(name) for name in LISTS]
    for weekday in (1, 2, 3):
        given(more_of_each, weekday)
    assert [queries(name) for name in LISTS] == few


def test_a_list_of_several_batches_has_every_row_once(
    miriam: Person, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(week.tests)
    for weekday in range(5):
        given(more_of_each, weekday)
    whole = {name: rows(miriam, name) for name in LISTS}
    assert {name: len(found) for name, found in whole.items()} == {
        "plans": 5, "purchases": 5, "stock": 2, "training": 5, "observed-sessions": 5,
    }  # fmt: skip
    monkeypatch.setattr(export, "BATCH", 2)
    assert {name: rows(miriam, name) for name in LISTS} == whole
