"""A client's week as pages show it: slots by day, hours of care, plans so far, and the next slot."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.queries.day.client_today import client_today
from cm_tracker.queries.day.client_weeks import ClientWeek, PlanSummary, client_week, plan_page
from tests import cast, week

URINE = "cocaine-negative"
MONDAY = week.TODAY


def usual(session: Session) -> tuple[int, int]:
    """The usual plan of Amir: a group on three days, and tests on Mondays and Thursdays. Return the services' ids."""
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"), week.item(tests, "03", URINE))
    return group, tests


def shown(session: Session, day: date | None = None, now: datetime = cast.NOW) -> ClientWeek:
    return client_week(session, cast.rosa, cast.AMIR, day, now)


def close(session: Session, day: date, make_up_on: date | None = None) -> int:
    return add_closure(
        session, site_id=cast.HARBOR, first_day=day, last_day=day, name="Water damage", make_up_on=make_up_on,
        key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def named(of: ClientWeek) -> list[list[str]]:
    return [[line.service.name for line in day.lines] for day in of.days]


def summary(session: Session, now: datetime = cast.NOW) -> PlanSummary | None:
    return client_today(session, cast.rosa, cast.AMIR, now).plan


def test_a_week_has_its_slots_by_day_from_monday_on(session: Session) -> None:
    usual(session)
    of = shown(session)
    assert (of.first_day, of.last_day) == (date(2026, 3, 16), date(2026, 3, 22))
    assert named(of) == [
        ["Urine tests", "Skills group"], [], ["Skills group"], ["Urine tests"], ["Skills group"], [], [],
    ]  # fmt: skip
    test, group = of.days[0].lines
    assert (test.track_title, test.is_test, test.leader_name) == ("Cocaine-negative urine test", True, None)
    assert (group.track_title, group.is_test, group.leader_name) == (None, False, "Rosa")


def test_the_hours_of_a_week_are_those_of_its_groups(session: Session) -> None:
    usual(session)
    of = shown(session)
    assert of.plan is not None
    assert (of.minutes_planned, of.plan.hours_required) == (360, 9)


def test_any_day_of_a_week_shows_it_and_its_program_weeks(session: Session) -> None:
    usual(session)
    sunday = shown(session, date(2026, 3, 29))
    assert (sunday.first_day, sunday.first_week, sunday.last_week, sunday.weeks) == (date(2026, 3, 23), 4, 4, 12)
    before = shown(session, date(2026, 2, 24))
    assert named(before) == [[]] * 7
    assert [day.runs for day in before.days] == [False] * 7


def test_after_a_pause_of_some_days_a_week_has_days_of_two_program_weeks(session: Session) -> None:
    usual(session)
    cast.pause(session, cast.AMIR, "2026-03-17", "2026-03-19")
    of = shown(session)
    assert [day.is_paused for day in of.days] == [False, True, True, True, False, False, False]
    assert named(of)[1:4] == [[], [], []]
    # Week 3 has Monday, Friday, Saturday and Sunday, and three days of the next calendar week.
    following = shown(session, date(2026, 3, 23))
    assert (of.first_week, of.last_week) == (3, 3)
    assert (following.first_week, following.last_week) == (3, 4)


def test_a_closed_day_shows_why_and_gives_no_hours(session: Session) -> None:
    usual(session)
    close(session, date(2026, 3, 18), date(2026, 3, 21))
    of = shown(session)
    line = of.days[2].lines[0]
    assert (of.days[2].closure, line.closure, line.slot.excused_by) == ("Water damage", "Water damage", "closed")
    assert line.slot.made_up_on == date(2026, 3, 21)
    assert [one.slot.makes_up_for for one in of.days[5].lines] == [date(2026, 3, 18)]
    assert of.minutes_planned == 360


def test_a_group_whose_leader_is_away_is_not_held(session: Session) -> None:
    usual(session)
    add_away(
        session, site_id=cast.HARBOR, member_id=cast.ROSA, stand_in_id=None, first_day=date(2026, 3, 18),
        last_day=date(2026, 3, 18), key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    of = shown(session)
    assert (of.days[2].lines[0].slot.excused_by, of.days[2].closure) == ("not_held", None)
    assert of.minutes_planned == 240


def test_somebody_who_stands_in_is_named(session: Session) -> None:
    usual(session)
    add_away(
        session, site_id=cast.HARBOR, member_id=cast.ROSA, stand_in_id=cast.LEO, first_day=date(2026, 3, 18),
        last_day=date(2026, 3, 18), key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    assert [day.lines[0].leader_name for day in shown(session).days if day.lines] == [None, "Leo", None, "Rosa"]


def test_a_drawn_day_is_seen_by_staff_and_not_told_to_the_client(session: Session) -> None:
    group, tests = week.group(session), week.tests(session)
    week.plan(
        session, week.item(group, "0"), week.item(tests, "01234", URINE, is_drawn=True, hours_between=48),
    )  # fmt: skip
    of = shown(session)
    drawn = [day.day for day in of.days for line in day.lines if line.is_drawn]
    assert drawn == [date(2026, 3, 16), date(2026, 3, 18), date(2026, 3, 20)]
    assert [(day, [line.service.name for line in lines]) for day, lines in of.told] == [(MONDAY, ["Skills group"])]


def test_what_goes_on_now_is_known(session: Session) -> None:
    usual(session)
    # The group lasts from 1 to 3 in the afternoon: 17 to 19 in UTC.
    group = shown(session).days[0].lines[1]
    times = [cast.NOW.replace(hour=hour) for hour in (16, 17, 18, 19)]
    assert [group.is_on(now) for now in times] == [False, True, True, False]


def test_a_week_without_a_plan_has_none(session: Session) -> None:
    of = shown(session)
    assert (of.plan, of.since, of.minutes_planned) == (None, None, 0)


def test_a_client_of_another_site_has_no_week(session: Session) -> None:
    with pytest.raises(NotFound):
        client_week(session, cast.rosa, cast.BEA, None, cast.NOW)
    with pytest.raises(NotFound):
        client_week(session, cast.rosa, 99, None, cast.NOW)


def test_an_enrollment_that_was_a_mistake_has_no_week(session: Session) -> None:
    cast.end(session, cast.AMIR, "2026-03-02", "mistake")
    with pytest.raises(NotFound):
        shown(session)


def test_a_client_who_left_the_site_has_no_plan_at_the_new_one(session: Session) -> None:
    usual(session)
    cast.transfer(session)
    of = client_week(session, cast.zoe, cast.AMIR, None, cast.NOW)
    assert (of.client.site_name, of.plan, named(of)) == ("Mill Road", None, [[]] * 7)


def test_the_plans_so_far_say_who_entered_them_and_why(session: Session) -> None:
    group, _ = usual(session)
    step = {"level": "outpatient", "hours_required": 3, "reason": "step_down", "from_on": date(2026, 3, 23)}
    week.plan(session, week.item(group, "0"), note="At work again", **step)
    week.plan(session, week.item(group, "2"), actor=cast.miriam, **step)
    lines = plan_page(session, cast.rosa, cast.AMIR, cast.NOW).lines
    assert [(line.plan.from_on, line.plan.level, line.staff_name, line.note, line.was_replaced) for line in lines] == [
        (date(2026, 3, 23), "outpatient", "Miriam", None, False),
        (date(2026, 3, 23), "outpatient", "Rosa", "At work again", True),
        (cast.START, "intensive_outpatient", "Rosa", None, False),
    ]


def test_a_clients_page_says_the_level_and_the_next_slot(session: Session) -> None:
    usual(session)
    # At 11 in the morning Monday's test is over, and the group comes at one.
    found = summary(session)
    assert found is not None and found.next_line is not None
    assert (found.plan.level, found.since) == ("intensive_outpatient", cast.START)
    assert (found.next_line.service.name, found.next_line.slot.on_day) == ("Skills group", MONDAY)


def test_the_next_slot_is_not_one_that_the_program_excuses(session: Session) -> None:
    usual(session)
    close(session, MONDAY)
    found = summary(session)
    assert found is not None and found.next_line is not None
    assert found.next_line.slot.on_day == date(2026, 3, 18)


def test_a_plan_that_has_not_begun_is_said_with_its_day(session: Session) -> None:
    group = week.group(session)
    week.plan(session, week.item(group, "0"), from_on=date(2026, 3, 23))
    found = summary(session)
    assert found is not None and found.next_line is not None
    assert (found.since, found.next_line.slot.on_day) == (date(2026, 3, 23), date(2026, 3, 23))


def test_a_client_without_a_plan_has_no_summary(session: Session) -> None:
    assert summary(session) is None


def test_own_times_are_those_of_the_week(session: Session) -> None:
    group = week.group(session)
    week.plan(session, week.item(group, "0", time_of_day=time(13, 30)))
    line = shown(session).days[0].lines[0]
    assert line.slot.begins_at == cast.NOW.replace(hour=17, minute=30)
    assert line.slot.ends_at - line.slot.begins_at == timedelta(hours=2)
