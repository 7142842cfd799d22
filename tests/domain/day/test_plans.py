"""A client's plan as staff enter it, and which plan holds on a day."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from cm_tracker.domain.day.plans import PlanItem, check_first_day, check_plan, plan_on
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.schedules.schedule import parse
from tests.domain.day.weeks import (
    GROUP,
    GROUPS,
    LONG_AGO,
    MONDAY,
    SESSION,
    SESSIONS,
    TEST_VISITS,
    TESTS,
    TWO_TRACKS,
    item,
    plan,
    service,
)
from tests.domain.refused import sentences
from tests.domain.schedules.documents import document, phase, track

BEFORE = plan(item(GROUP, "0"))
RIGHT: dict[str, Any] = {
    "level": "intensive_outpatient",
    "hours_required": 9,
    "reason": "first",
    "items": (item(TESTS, "03", "urine"), item(GROUP, "024", "groups"), item(SESSION, "1")),
    "from_on": MONDAY,
    "services": {one.id: one for one in (GROUPS, SESSIONS, TEST_VISITS)},
    "tracks": parse(TWO_TRACKS).tracks,
    "before": None,
}
TWO_DAYS_APART = parse(document(track(behavior="urine", min_hours_between=48))).tracks
NO_ITEMS: tuple[PlanItem, ...] = ()
ENDED = {GROUP: service(GROUP, "group", Meeting(0, time(13), 60, LONG_AGO, MONDAY - timedelta(days=1)))}


def said(**change: Any) -> list[str]:
    return sentences(lambda: check_plan(**{**RIGHT, **change}))


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"level": "spa"}, "Choose the level of care from the list."),
        ({"hours_required": 5}, "This level of care has 6 to 20 hours a week."),
        ({"hours_required": 21}, "This level of care has 6 to 20 hours a week."),
        ({"level": "partial_hospital"}, "This level of care has 10 to 20 hours a week."),
        ({"level": "outpatient", "hours_required": -1}, "This level of care has 0 to 60 hours a week."),
        ({"level": "outpatient", "hours_required": 61}, "This level of care has 0 to 60 hours a week."),
        ({"reason": "why not"}, "Choose the reason from the list."),
        ({"items": NO_ITEMS}, "Choose at least one service that the client comes to."),
        ({"items": tuple(item(TESTS, "0", "urine") for _ in range(31))}, "A plan has at most 30 services."),
        ({"items": (item(99, "0"),)}, "Choose a service of the client's site."),
        ({"items": (item(GROUP, ""),)}, "Service 10: choose the weekdays on which the client comes."),
        ({"items": (item(GROUP, "01"),)}, "Service 10: choose only weekdays on which it meets."),
        ({"items": (item(GROUP, "0"),), "services": ENDED}, "Service 10: choose only weekdays on which it meets."),
        ({"items": (item(GROUP, "0", "gone"),)}, "Service 10: the schedule has no such track."),
        ({"items": (item(GROUP, "0", "urine"),)},
         "Service 10: a test counts at a test visit, and attendance counts at every other service."),
        ({"items": (item(TESTS, "0", "groups"),)},
         "Service 30: a test counts at a test visit, and attendance counts at every other service."),
        ({"items": (item(GROUP, "0", "groups", is_drawn=True),)}, "Service 10: only the days of tests can be drawn."),
        ({"items": (item(GROUP, "0", is_drawn=True),)}, "Service 10: only the days of tests can be drawn."),
        ({"items": (item(TESTS, "0", "urine", hours_between=-1),)}, "Service 30: give 0 to 336 hours between two tests."),
        ({"items": (item(TESTS, "0", "urine", hours_between=337),)}, "Service 30: give 0 to 336 hours between two tests."),
        ({"items": (item(TESTS, "0", "urine", is_drawn=True, hours_between=47),), "tracks": TWO_DAYS_APART},
         "Service 30: the schedule asks for 48 hours or more between two tests."),
        ({"items": (item(GROUP, "02"), item(GROUP, "0"))},
         "Service 10 is planned twice for the same weekday. Remove one of the two."),
        ({"items": (item(TESTS, "0", "urine", is_drawn=True), item(TESTS, "1", "urine"))},
         "Service 30: the days of this test are drawn, so no other service can have it."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plan_is_said(change: dict[str, Any], sentence: str) -> None:
    assert sentence in said(**change)


@pytest.mark.parametrize("evidence", ["hours", "activity"])
def test_a_group_counts_for_no_week_of_hours_and_for_no_goal(evidence: str) -> None:
    """Nobody could record it: hours are entered by the week, and a goal is no session."""
    more = {"hours": 9} if evidence == "hours" else {}
    other = track(phase(visits_per_week=1), behavior="groups", evidence=evidence, target=[], **more)
    assert said(items=(item(GROUP, "0", "groups"),), tracks=parse(document(other, format="cm-schedule/2")).tracks) == [
        "Service 10: a test counts at a test visit, and attendance counts at every other service."
    ]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"hours_required": 6},
        {"items": (item(TESTS, "03", "urine"),), "tracks": TWO_DAYS_APART},
        {"items": (item(TESTS, "03", "urine", is_drawn=True, hours_between=48),), "tracks": TWO_DAYS_APART},
        {"hours_required": 20},
        {"level": "partial_hospital", "hours_required": 10},
        {"level": "outpatient", "hours_required": 0},
        {"level": "aftercare", "hours_required": 60},
        {"items": (item(TESTS, "0123456", "urine", is_drawn=True, hours_between=336),)},
        {"items": (item(GROUP, "0"), item(GROUP, "2", time_of_day=time(14)))},
    ],
)
def test_a_plan_that_is_right_is_taken(change: dict[str, Any]) -> None:
    assert said(**change) == []


@pytest.mark.parametrize(
    "level, hours, reason, sentence",
    [
        ("outpatient", 3, "step_down", None),
        ("outpatient", 3, "step_up", 'This level has less care than the one before. Choose "step down" as the reason.'),
        ("outpatient", 3, "times", 'This level has less care than the one before. Choose "step down" as the reason.'),
        ("partial_hospital", 20, "step_up", None),
        ("partial_hospital", 20, "services",
         'This level has more care than the one before. Choose "step up" as the reason.'),
        ("intensive_outpatient", 12, "services", None),
        ("intensive_outpatient", 12, "step_up",
         "The level of care stays the same. Choose another reason, or another level."),
    ],
)  # fmt: skip
def test_a_change_of_the_level_of_care_is_a_step_up_or_down(
    level: str, hours: int, reason: str, sentence: str | None
) -> None:
    found = said(level=level, hours_required=hours, reason=reason, before=BEFORE)
    assert found == ([] if sentence is None else [sentence])


def test_a_level_that_no_list_has_is_refused_beside_an_earlier_plan() -> None:
    assert said(level="spa", before=BEFORE) == ["Choose the level of care from the list."]


def test_the_plan_of_a_day_is_the_last_one_that_has_begun() -> None:
    first, second = plan(number=1), plan(number=2, from_on=MONDAY + timedelta(days=7))
    again = plan(number=3, from_on=MONDAY + timedelta(days=7))
    assert plan_on((second, first), date(2026, 3, 1)) is None
    assert plan_on((second, first), MONDAY) == first
    assert plan_on((second, first), date(2026, 3, 8)) == first
    assert plan_on((second, first), date(2026, 3, 9)) == second
    assert plan_on((again, second, first), date(2026, 3, 9)) == again


@pytest.mark.parametrize(
    "from_on, is_first, sentence",
    [
        (date(2026, 3, 1), True, "The enrollment begins on Mar 2, 2026. Choose that day or a later one."),
        (date(2026, 3, 2), True, None),
        (date(2026, 3, 15), False, "Past days stay as they were. Choose today or a later day for the change."),
        (date(2026, 3, 16), False, None),
        (date(2026, 3, 29), False, None),
        (date(2026, 3, 30), False, "The enrollment ends on Mar 29, 2026. Choose that day or an earlier one."),
    ],
)
def test_the_first_day_of_a_plan(from_on: date, is_first: bool, sentence: str | None) -> None:
    found = sentences(lambda: check_first_day(from_on, MONDAY, date(2026, 3, 29), date(2026, 3, 16), is_first=is_first))
    assert found == ([] if sentence is None else [sentence])
    assert sentences(lambda: check_first_day(date(2027, 1, 1), MONDAY, None, MONDAY, is_first=False)) == []
