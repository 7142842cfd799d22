"""Plans and appointments of a file: which rows are one plan, which words are known, and what is refused."""

from datetime import date, time

import pytest

from cm_tracker.domain.day.importing import ImportedPlan, read_appointments, read_plans, weekdays_in
from cm_tracker.domain.day.plans import FIRST, OTHER_SERVICES, STEP_DOWN, STEP_UP, Plan, PlanItem
from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.importing import Reason, Row, RowRefused
from cm_tracker.queries.schedules.presets import preset

MONDAY = date(2026, 3, 2)
MEETINGS = tuple(Meeting(day, time(9), 60, MONDAY) for day in (0, 2, 4))
SERVICES = {
    1: Service(1, 1, "Test visit", "test_visit", None, "", None, MEETINGS),
    2: Service(2, 1, "Morning group", "group", None, "", None, MEETINGS),
}
TRACKS = parse(preset("higgins-voucher")).tracks
BASE = {"client_code": "A1", "from_on": "2026-03-02", "level": "Intensive outpatient", "service": "Test visit",
        "weekdays": "Mon, Wed, Fri", "pays_for": "yes", "hours_required": "9", "time": ""}  # fmt: skip


def row(line: int, **values: str) -> Row:
    return Row(line, {**BASE, **values})


def test_rows_from_the_same_day_on_are_one_plan() -> None:
    read = read_plans(
        [row(2), row(3, service="morning GROUP", weekdays="mo-fr", pays_for="", time="10:30"), row(4, from_on="2026-03-09")],
        SERVICES, TRACKS,
    )  # fmt: skip
    assert read.rejects == []
    tests = PlanItem(1, frozenset({0, 2, 4}), "cocaine-negative")
    group = PlanItem(2, frozenset({0, 1, 2, 3, 4}), None, time(10, 30))
    assert read.plans == [
        ImportedPlan((2, 3), MONDAY, "intensive_outpatient", 9, (tests, group)),
        ImportedPlan((4,), date(2026, 3, 9), "intensive_outpatient", 9, (tests,)),
    ]


def test_hours_are_the_least_of_the_level_where_none_are_given() -> None:
    hours = {}
    for level in ("intensive outpatient", "partial-hospital", "outpatient"):
        (plan,) = read_plans([row(2, level=level, hours_required="")], SERVICES, TRACKS).plans
        hours[level] = plan.hours_required
    assert hours == {"intensive outpatient": 6, "partial-hospital": 10, "outpatient": 0}


@pytest.mark.parametrize(
    ("values", "reason", "says"),
    [
        ({"service": "Yoga"}, Reason.UNKNOWN_SERVICE, "The site has no service 'Yoga'."),
        ({"level": "spa"}, Reason.UNKNOWN_WORD, "The level of care 'spa' is not one of"),
        ({"hours_required": "nine"}, Reason.NOT_A_DURATION, "'nine' is no whole number of hours a week."),
        ({"weekdays": "M W F"}, Reason.UNKNOWN_WORD, "'M W F' names no weekdays."),
        ({"weekdays": ""}, Reason.UNKNOWN_WORD, "'' names no weekdays."),
        ({"pays_for": "dancing"}, Reason.UNKNOWN_WORD, "It can pay for: Cocaine-negative urine test."),
        ({"service": "Morning group"}, Reason.UNKNOWN_WORD, "It can pay for: none."),
        ({"reason": "boredom"}, Reason.UNKNOWN_WORD, "The reason 'boredom' is not one of: first, step up, step down, "),
        ({"is_drawn": "maybe"}, Reason.UNKNOWN_WORD, "'maybe' does not say whether days are drawn. Write yes or no."),
        ({"hours_between": "two"}, Reason.NOT_A_DURATION, "'two' is no whole number of hours between two tests."),
        ({"time": "25:00"}, Reason.NOT_A_DURATION, "'25:00' is no time of day."),
    ],
)
def test_a_row_that_cannot_be_read_refuses_its_whole_plan(values: dict[str, str], reason: Reason, says: str) -> None:
    read = read_plans([row(2), row(3, **values), row(4, from_on="2026-03-09")], SERVICES, TRACKS)
    assert [plan.lines for plan in read.plans] == [(4,)]
    assert [(one.line, one.reason) for one in read.rejects] == [(3, reason), (2, Reason.PART_OF_PLAN)]
    assert says in read.rejects[0].says
    assert read.rejects[1].says == "Line 3 is a row of the same plan and is refused. Correct that row."


def test_rows_of_one_plan_that_contradict_each_other_are_refused() -> None:
    read = read_plans([row(2), row(3, hours_required="12")], SERVICES, TRACKS)
    assert read.plans == []
    assert {one.reason for one in read.rejects} == {Reason.CONTRADICTION}
    assert read_plans([row(2, reason="first"), row(3, reason="times")], SERVICES, TRACKS).plans == []
    (wrong,) = read_plans([row(2, from_on="3/2/26")], SERVICES, TRACKS).rejects
    assert wrong.reason == Reason.NOT_A_DAY


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon", {0}), ("tuesday;THU", {1, 3}), ("lu, mié / vie", {0, 2, 4}), ("Fri-Mon", {4, 5, 6, 0}),
        ("Sábado domingo", {5, 6}), ("Mon. Wed.", {0, 2}),
    ],
)  # fmt: skip
def test_weekdays_are_read_in_english_and_spanish(text: str, days: set[int]) -> None:
    assert weekdays_in(text) == days


@pytest.mark.parametrize("text", ["", "M", "Monthly", "0,2", "Mon-", "never"])
def test_other_words_are_no_weekdays(text: str) -> None:
    with pytest.raises(RowRefused, match="names no weekdays"):
        weekdays_in(text)


def test_the_reason_follows_from_the_plan_before() -> None:
    plan = ImportedPlan((2,), date(2026, 3, 9), "outpatient", 0, ())
    reasons = [plan.reason_after(())]
    for level in ("intensive_outpatient", "aftercare", "outpatient"):
        reasons.append(plan.reason_after((Plan(1, 1, MONDAY, level, 9, ()),)))
    assert reasons == [FIRST, STEP_DOWN, STEP_UP, OTHER_SERVICES]
    named = ImportedPlan((2,), date(2026, 3, 9), "outpatient", 0, (), reason="times")
    assert named.reason_after(()) == "times"


def test_appointments_are_read_with_their_time_and_said_twice_once() -> None:
    def appointment(line: int, **values: str) -> Row:
        return Row(line, {"client_code": "A1", "service": "Morning group", "date": "2026-03-04", "time": "", **values})

    read = read_appointments(
        [appointment(2), appointment(3, time="11:15"), appointment(4, date="2026-03-06", time="11:15"),
         appointment(5, date="2026-03-05"), appointment(6, service="Yoga")],
        SERVICES,
    )  # fmt: skip
    assert [tuple(one) for one in read.appointments] == [
        (2, 2, date(2026, 3, 4), time(9)), (4, 2, date(2026, 3, 6), time(11, 15)),
    ]  # fmt: skip
    assert [(one.line, one.says) for one in read.rejects] == [
        (5, "Morning group does not meet on 2026-03-05."), (6, "The site has no service 'Yoga'."),
    ]  # fmt: skip
