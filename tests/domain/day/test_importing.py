"""Plans and appointments of a file: which rows are one plan, which words are known, and what is refused."""

from datetime import UTC, date, datetime, time

import pytest

from cm_tracker.domain.day.importing import ImportedPlan, is_new_appointment, read_appointments, read_plans, weekdays_in
from cm_tracker.domain.day.plans import FIRST, OTHER_SERVICES, STEP_DOWN, STEP_UP, Plan, PlanItem
from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.day.states import Note
from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.importing import Reason, Row, RowRefused
from cm_tracker.queries.schedules.presets import preset

MONDAY = date(2026, 3, 2)
MEETINGS = tuple(Meeting(day, time(9), 60, MONDAY) for day in (0, 2, 4))
SERVICES = {
    1: Service(1, 1, "Test visit", "test_visit", None, "", None, MEETINGS),
    2: Service(2, 1, "Morning group", "group", None, "", None, MEETINGS),
}
TRACKS = parse(preset("higgins-voucher")).tracks


def tracks_on(day: date) -> tuple[Track, ...]:
    """The version from March 30 on pays for nothing."""
    return TRACKS if day < date(2026, 3, 30) else ()


BASE = {"client_code": "A1", "from_on": "2026-03-02", "level": "Intensive outpatient", "service": "Test visit",
        "weekdays": "Mon, Wed, Fri", "pays_for": "yes", "hours_required": "9", "time": ""}  # fmt: skip


def row(line: int, **values: str) -> Row:
    return Row(line, {**BASE, **values})


def test_rows_from_the_same_day_on_are_one_plan() -> None:
    read = read_plans(
        [row(2), row(3, service="morning GROUP", weekdays="mo-fr", pays_for="", time="10:30"), row(4, from_on="2026-03-09")],
        SERVICES, tracks_on,
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
        (plan,) = read_plans([row(2, level=level, hours_required="")], SERVICES, tracks_on).plans
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
    read = read_plans([row(2), row(3, **values), row(4, from_on="2026-03-09")], SERVICES, tracks_on)
    assert [plan.lines for plan in read.plans] == [(4,)]
    assert [(one.line, one.reason) for one in read.rejects] == [(3, reason), (2, Reason.PART_OF_PLAN)]
    assert says in read.rejects[0].says
    assert read.rejects[1].says == "Line 3 is a row of the same plan and is refused. Correct that row."


def test_rows_of_one_plan_that_contradict_each_other_are_refused() -> None:
    read = read_plans([row(2), row(3, hours_required="12")], SERVICES, tracks_on)
    assert read.plans == []
    assert {one.reason for one in read.rejects} == {Reason.CONTRADICTION}
    assert read_plans([row(2, reason="first"), row(3, reason="times")], SERVICES, tracks_on).plans == []
    (wrong,) = read_plans([row(2, from_on="3/2/26")], SERVICES, tracks_on).rejects
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


def test_a_row_whose_day_cannot_be_read_may_belong_to_each_plan_of_the_client() -> None:
    read = read_plans([row(2), row(3, from_on="3/2/26", service="Morning group"), row(4, from_on="2026-03-09")],
                      SERVICES, tracks_on)  # fmt: skip
    assert read.plans == []
    assert [(one.line, one.reason) for one in read.rejects] == [
        (3, Reason.NOT_A_DAY), (2, Reason.PART_OF_PLAN), (4, Reason.PART_OF_PLAN),
    ]  # fmt: skip
    assert read.rejects[1].says == (
        "Line 3 may be a row of the same plan, and its day cannot be read. Correct that row."
    )


def test_a_plan_pays_for_what_the_version_of_its_first_day_pays_for() -> None:
    read = read_plans([row(2, from_on="2026-03-29"), row(3, from_on="2026-03-30")], SERVICES, tracks_on)
    assert [plan.lines for plan in read.plans] == [(2,)]
    assert [one.says for one in read.rejects] == [
        "'yes' does not say for what Test visit pays. It can pay for: none.",
    ]


def test_a_row_of_a_plan_that_is_there_twice_counts_once() -> None:
    read = read_plans([row(2), row(3), row(4, weekdays="Mon", time="11:00")], SERVICES, tracks_on)
    assert ([plan.lines for plan in read.plans], read.rejects, read.repeated) == ([(2, 4)], [], 1)


def appointment(line: int, **values: str) -> Row:
    return Row(line, {"client_code": "A1", "service": "Morning group", "date": "2026-03-04", "time": "", **values})


def test_appointments_are_read_with_their_time_and_said_twice_once() -> None:
    read = read_appointments(
        [appointment(2), appointment(3, time="9:00"), appointment(4, date="2026-03-06", time="11:15"),
         appointment(5, date="2026-03-05"), appointment(6, service="Yoga")],
        SERVICES,
    )  # fmt: skip
    assert read.repeated == 1
    assert [tuple(one) for one in read.appointments] == [
        (2, 2, date(2026, 3, 4), time(9)), (4, 2, date(2026, 3, 6), time(11, 15)),
    ]  # fmt: skip
    assert [(one.line, one.says) for one in read.rejects] == [
        (5, "Morning group does not meet on 2026-03-05."), (6, "The site has no service 'Yoga'."),
    ]  # fmt: skip


def test_appointments_of_one_service_and_day_at_two_times_are_all_refused() -> None:
    read = read_appointments(
        [appointment(2, time="13:00"), appointment(3, time="16:30"), appointment(4, time="13:00"),
         appointment(5, time="13:00", service="Test visit")],
        SERVICES,
    )  # fmt: skip
    assert [one.line for one in read.appointments] == [5]
    assert {(one.line, one.reason) for one in read.rejects} == {
        (2, Reason.CONTRADICTION), (3, Reason.CONTRADICTION), (4, Reason.CONTRADICTION),
    }  # fmt: skip
    assert read.rejects[0].says == (
        "Lines 2, 3 and 4 give different times for Morning group on 2026-03-04. Keep the row that is right."
    )
    assert read.repeated == 0


def test_an_appointment_below_one_that_cannot_be_read_repeats_nothing() -> None:
    read = read_appointments([appointment(2, time="9am"), appointment(3, time="9:30")], SERVICES)
    assert [(one.line, one.time_of_day) for one in read.appointments] == [(3, time(9, 30))]
    assert ([one.line for one in read.rejects], read.repeated) == ([2], 0)
    # The right row may also stand above it.
    assert [one.line for one in read_appointments([appointment(2, time="9:30"), appointment(3, time="9am")],
                                                  SERVICES).appointments] == [2]  # fmt: skip


AT, OTHER = datetime(2026, 3, 4, 18, tzinfo=UTC), datetime(2026, 3, 4, 20, tzinfo=UTC)


def of_file(at: datetime) -> Note:
    return Note(1, "later", at)


def by_staff(status: str, at: datetime | None = None) -> Note:
    return Note(2, status, at, staff_id=7)


@pytest.mark.parametrize(
    ("notes", "is_new"),
    [
        ([], True),
        ([of_file(AT)], False),
        ([of_file(OTHER)], True),
        ([of_file(AT), of_file(OTHER)], True),
        ([by_staff("later", AT)], False),
        ([of_file(AT), by_staff("attended")], False),
        ([of_file(AT), by_staff("later", OTHER)], False),
        ([of_file(AT), by_staff("open")], False),
    ],
)
def test_an_appointment_is_new_where_nobody_and_no_file_has_said_it(notes: list[Note], is_new: bool) -> None:
    assert is_new_appointment(notes, AT, SERVICES[2], date(2026, 3, 4)) is is_new


@pytest.mark.parametrize(
    "notes",
    [[by_staff(status)] for status in ("arrived", "moved", "attended", "excused", "absent", "open", "not_coming")]
    + [[by_staff("later", OTHER)], [of_file(OTHER), by_staff("attended")], [by_staff("later", AT), by_staff("open")]],
)
def test_an_appointment_never_changes_what_people_noted(notes: list[Note]) -> None:
    with pytest.raises(RowRefused) as refused:
        is_new_appointment(notes, AT, SERVICES[2], date(2026, 3, 4))
    assert refused.value.reason == Reason.RECORDED_OTHERWISE
    assert refused.value.says == (
        "Staff have noted something else for Morning group on 2026-03-04. If the file is right, change it on the page of "
        "that day."
    )
