"""Who is expected when: plan, meetings, version, pauses, closures, and the clock that is put forward."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

from cm_tracker.domain.clients.events import END, PAUSE, EnrollmentEvent
from cm_tracker.domain.day.calendar import Away, Calendar, Closure
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.day.slots import Slot, days_to_draw, last_test_before, slot_of, slots_between, slots_on
from tests.domain.day.weeks import (
    GROUP,
    GROUPS,
    KOFI,
    LONG_AGO,
    MONDAY,
    SESSION,
    TEST_VISITS,
    TESTS,
    TOM,
    item,
    meetings,
    plan,
    planned,
    service,
    site_week,
)
from tests.domain.schedules.documents import document, phase, track

USUAL = plan(item(TESTS, "03", "urine"), item(GROUP, "024", "groups"), item(SESSION, "1"))


def on(day: int) -> date:
    """The day so many days after the first Monday."""
    return MONDAY + timedelta(days=day)


def days_of(slots: tuple[Slot, ...], service_id: int) -> list[int]:
    return [(slot.on_day - MONDAY).days for slot in slots if slot.service_id == service_id]


def test_a_week_has_a_slot_for_each_planned_meeting_in_the_order_of_their_times() -> None:
    slots = slots_between(site_week(), planned(USUAL), on(0), on(6))
    assert [((slot.on_day - MONDAY).days, slot.service_id) for slot in slots] == [
        (0, TESTS),
        (0, GROUP),
        (1, SESSION),
        (2, GROUP),
        (3, TESTS),
        (4, GROUP),
    ]


def test_a_slot_says_when_it_is_for_how_long_and_for_what() -> None:
    test, group = slots_on(site_week(), planned(USUAL), on(0))
    assert (test.begins_at, test.minutes, test.behavior, test.is_test, test.week, test.leader_id) == (
        datetime(2026, 3, 2, 14, 0, tzinfo=UTC),  # nine in the morning in New York, in winter
        20,
        "urine",
        True,
        1,
        None,
    )
    assert (group.begins_at, group.ends_at, group.behavior, group.is_test, group.leader_id) == (
        datetime(2026, 3, 2, 18, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        "groups",
        False,
        KOFI,
    )


def test_a_session_of_the_plan_that_counts_for_no_track_pays_nothing() -> None:
    (session,) = slots_on(site_week(), planned(USUAL), on(1))
    assert (session.behavior, session.is_test) == (None, False)


def test_the_client_may_have_a_time_of_their_own() -> None:
    own = plan(item(TESTS, "03", "urine", time_of_day=time(10, 15)))
    (slot,) = slots_on(site_week(), planned(own), on(0))
    assert slot.begins_at == datetime(2026, 3, 2, 15, 15, tzinfo=UTC)


def test_after_the_clock_is_put_forward_the_same_time_on_the_wall_is_an_hour_earlier() -> None:
    (slot, _) = slots_on(site_week(), planned(USUAL), on(7))  # March 9
    assert slot.begins_at == datetime(2026, 3, 9, 13, 0, tzinfo=UTC)


def test_a_time_that_the_clock_leaves_out_is_an_hour_later_on_the_wall() -> None:
    night = service(TESTS, "test_visit", Meeting(6, time(2, 30), 20, LONG_AGO))
    (slot,) = slots_on(site_week(night), planned(plan(item(TESTS, "6", "urine"))), on(6))
    # At two in the morning of March 8 it is three: 2:30 does not exist, and 3:30 in summer time is 7:30 in UTC.
    assert slot.begins_at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_one_counts() -> None:
    night = service(TESTS, "test_visit", Meeting(6, time(1, 30), 20, LONG_AGO))
    doc = document(track(phase(weeks=(1, 52)), behavior="urine"))
    (slot,) = slots_on(site_week(night), planned(plan(item(TESTS, "6", "urine")), doc=doc), date(2026, 11, 1))
    assert slot.begins_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_no_more_tests_are_due_in_a_week_than_the_version_pays() -> None:
    every_day = plan(item(TESTS, "0123456", "urine"))
    slots = slots_between(site_week(), planned(every_day), on(0), on(13))
    assert days_of(slots, TESTS) == [0, 1, 7, 8]


def test_weeks_are_counted_from_the_first_day_of_the_enrollment_and_not_from_monday() -> None:
    doc = document(track(phase(visits_per_week=1), behavior="urine"))
    thursday = planned(plan(item(TESTS, "024", "urine"), from_on=on(3)), doc=doc)
    thursday = type(thursday)(7, type(thursday.span)(on(3), thursday.span.schedule), thursday.plans)
    # The weeks run from Thursday to Wednesday: Friday is the first planned day of each.
    assert days_of(slots_between(site_week(), thursday, on(0), on(17)), TESTS) == [4, 11]


def test_in_a_period_of_two_weeks_the_first_planned_days_are_due() -> None:
    doc = document(track(phase(visits_per_week=1, period_weeks=2), behavior="urine"), format="cm-schedule/2")
    slots = slots_between(site_week(), planned(plan(item(TESTS, "3", "urine")), doc=doc), on(0), on(27))
    assert days_of(slots, TESTS) == [3, 17]


def test_the_client_comes_to_more_groups_than_a_week_pays() -> None:
    doc = document(track(phase(visits_per_week=1), behavior="groups", evidence="attendance", target=[]))
    slots = slots_between(site_week(), planned(plan(item(GROUP, "024", "groups")), doc=doc), on(0), on(6))
    assert days_of(slots, GROUP) == [0, 2, 4]


def test_nobody_is_expected_before_the_first_day_in_a_pause_or_after_the_end() -> None:
    events = (
        EnrollmentEvent(1, 1, PAUSE, on(2), on(3), None, None),
        EnrollmentEvent(2, 2, END, on(8), None, "left", None),
    )
    every_day = service(GROUP, "group", *meetings("0123456", time(13)))
    slots = slots_between(
        site_week(every_day), planned(plan(item(GROUP, "0123456"), from_on=LONG_AGO), events=events), on(-3), on(12)
    )
    assert days_of(slots, GROUP) == [0, 1, 4, 5, 6, 7, 8]


def test_nobody_is_expected_after_the_last_week_of_the_schedule() -> None:
    slots = slots_between(site_week(), planned(USUAL), on(21), on(60))
    assert max(slot.on_day for slot in slots) == on(25)  # the Friday of week 4, the last one


def test_another_plan_holds_from_its_first_day_on_and_leaves_the_days_before_as_they_were() -> None:
    after = plan(item(GROUP, "4"), number=2, from_on=on(7))
    slots = slots_between(site_week(), planned(after, USUAL), on(0), on(13))
    assert days_of(slots, GROUP) == [0, 2, 4, 11]
    assert days_of(slots, TESTS) == [0, 3]


def test_a_service_that_changes_its_time_does_so_from_a_day_on() -> None:
    moved = service(
        GROUP,
        "group",
        Meeting(0, time(13), 120, LONG_AGO, on(6)),
        Meeting(0, time(15), 180, on(7)),
    )
    first, second = slots_between(site_week(moved), planned(plan(item(GROUP, "0"))), on(0), on(13))
    assert (first.begins_at.hour, first.minutes) == (18, 120)
    assert (second.begins_at.hour, second.minutes) == (19, 180)  # 15:00 in summer time


def test_a_plan_of_another_site_is_none() -> None:
    (other,) = planned(USUAL).plans
    moved = type(other)(1, 2, MONDAY, other.level, 9, other.items)
    assert slots_on(site_week(), planned(moved), on(0)) == ()


def test_a_client_is_expected_at_a_site_only_while_they_belong_to_it() -> None:
    here = planned(USUAL, at_site_from=on(1), at_site_until=on(2))
    slots = slots_between(site_week(), here, on(0), on(6))
    assert [(slot.on_day - MONDAY).days for slot in slots] == [1, 2]


def test_a_behavior_that_the_version_does_not_have_pays_nothing() -> None:
    (slot,) = slots_on(site_week(), planned(plan(item(GROUP, "0", "gone"))), on(0))
    assert slot.behavior is None


def test_on_a_closed_day_the_program_excuses_whoever_was_expected() -> None:
    calendar = Calendar((Closure(1, on(0), on(0), "Water damage"),))
    slots = slots_between(site_week(calendar=calendar), planned(USUAL), on(0), on(2))
    assert [(slot.service_id, slot.excused_by) for slot in slots] == [
        (TESTS, "closed"),
        (GROUP, "closed"),
        (SESSION, None),
        (GROUP, None),
    ]


def test_a_test_of_a_closed_day_is_not_due_on_another_day_instead() -> None:
    calendar = Calendar((Closure(1, on(0), on(0), "Water damage"),))
    every_day = plan(item(TESTS, "0123456", "urine"))
    slots = slots_between(site_week(calendar=calendar), planned(every_day), on(0), on(6))
    assert days_of(slots, TESTS) == [0, 1]


def test_on_a_make_up_day_the_services_of_the_closed_day_meet() -> None:
    calendar = Calendar((Closure(1, on(0), on(0), "Water damage", make_up_on=on(5)),))
    weekdays = service(TESTS, "test_visit", *meetings("01234", time(9), 20))
    saturday = slots_on(site_week(GROUPS, weekdays, calendar=calendar), planned(USUAL), on(5))
    assert [(slot.service_id, slot.makes_up_for) for slot in saturday] == [(TESTS, on(0)), (GROUP, on(0))]
    assert saturday[1].begins_at == datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
    (closed, _) = slots_on(site_week(GROUPS, weekdays, calendar=calendar), planned(USUAL), on(0))
    assert (closed.excused_by, closed.made_up_on) == ("closed", on(5))


def test_a_make_up_day_has_no_test_that_was_not_due_on_the_closed_day() -> None:
    calendar = Calendar((Closure(1, on(4), on(4), "Water damage", make_up_on=on(5)),))
    weekdays = service(TESTS, "test_visit", *meetings("01234", time(9), 20))
    week = site_week(weekdays, calendar=calendar)
    # Monday and Tuesday are the two tests of the week; Friday has none.
    assert slots_on(week, planned(plan(item(TESTS, "01234", "urine"))), on(5)) == ()


def test_a_service_whose_leader_is_away_does_not_meet_unless_somebody_stands_in() -> None:
    alone = Calendar(away=(Away(1, KOFI, on(0), on(4)),))
    (_, group) = slots_on(site_week(calendar=alone), planned(USUAL), on(0))
    assert (group.excused_by, group.leader_id) == ("not_held", None)
    covered = Calendar(away=(Away(1, KOFI, on(0), on(4), stand_in_id=TOM),))
    (_, group) = slots_on(site_week(calendar=covered), planned(USUAL), on(0))
    assert (group.excused_by, group.leader_id) == (None, TOM)


def test_drawn_days_are_due_and_no_others() -> None:
    drawn = item(TESTS, "0123456", "urine", is_drawn=True, drawn_on=frozenset({on(1), on(5)}))
    assert days_of(slots_between(site_week(), planned(plan(drawn)), on(0), on(6)), TESTS) == [1, 5]


def test_days_are_drawn_for_every_week_of_the_schedule_with_hours_between_them() -> None:
    drawn = item(TESTS, "01234", "urine", is_drawn=True, hours_between=48)
    for seed in range(20):
        days = sorted(days_to_draw(site_week(), planned(plan(drawn)), drawn, MONDAY, Random(seed)))
        assert [(day - MONDAY).days // 7 for day in days] == [0, 0, 1, 1, 2, 2, 3, 3]
        assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}
        assert all((after - before).days >= 2 for before, after in pairwise(days))


def test_two_days_over_the_change_of_the_clock_are_one_hour_short_of_48() -> None:
    drawn = item(TESTS, "56", "urine", is_drawn=True, hours_between=24)
    # Saturday 9:00 to Sunday 9:00 of March 8 are 23 hours: of each other weekend both days are drawn.
    days = days_to_draw(site_week(), planned(plan(drawn)), drawn, MONDAY, Random(1))
    assert len([day for day in days if day < on(7)]) == 1
    assert {day for day in days if day >= on(7)} == {on(12), on(13), on(19), on(20), on(26), on(27)}


def test_days_are_drawn_again_from_a_day_on_and_keep_what_was_drawn_before() -> None:
    kept = item(TESTS, "0123456", "urine", is_drawn=True, hours_between=48, drawn_on=frozenset({on(0), on(4)}))
    after = datetime(2026, 3, 2, 14, tzinfo=UTC)
    for seed in range(20):
        days = days_to_draw(site_week(), planned(plan(kept)), kept, on(1), Random(seed), after)
        in_week = [day for day in days if day < on(7)]
        assert len(in_week) == 1  # one of the two tests of the week was on Monday
        assert in_week[0] >= on(2)


def test_a_week_that_an_earlier_plan_began_has_no_more_tests_than_it_pays() -> None:
    fixed = plan(item(TESTS, "01", "urine"))
    drawn = item(TESTS, "0123456", "urine", is_drawn=True)
    after = planned(fixed, plan(drawn, number=2, from_on=on(3)))
    days = days_to_draw(site_week(), after, drawn, on(3), Random(1))
    assert min(days) >= on(7)


def test_the_last_test_before_a_day_is_looked_for_as_far_back_as_the_hours_reach() -> None:
    here = planned(USUAL)  # Monday and Thursday at nine
    assert last_test_before(site_week(), here, "urine", on(4), 24) == datetime(2026, 3, 5, 14, tzinfo=UTC)
    assert last_test_before(site_week(), here, "urine", on(7), 72) == datetime(2026, 3, 5, 14, tzinfo=UTC)
    assert last_test_before(site_week(), here, "urine", on(0), 72) is None
    assert last_test_before(site_week(), here, "groups", on(4), 72) is None


def test_a_day_on_which_the_site_will_be_closed_is_not_drawn() -> None:
    calendar = Calendar((Closure(1, on(0), on(4), "Move to another house"),))
    drawn = item(TESTS, "0123456", "urine", is_drawn=True)
    days = days_to_draw(site_week(TEST_VISITS, calendar=calendar), planned(plan(drawn)), drawn, MONDAY, Random(3))
    assert {day for day in days if day < on(7)} == {on(5), on(6)}


def test_somebody_who_is_not_expected_comes_to_a_group_and_is_paid_by_their_own_schedule() -> None:
    # The plan has the group on Mondays, and it is Wednesday.
    here = planned(plan(item(GROUP, "0", "groups"), item(TESTS, "03", "urine")))
    slot = slot_of(site_week(), here, GROUP, on(2))
    assert slot is not None
    assert (slot.is_listed, slot.behavior, slot.begins_at.hour) == (False, "groups", 18)
    # A plan without the group: the version has one track that counts attendance.
    slot = slot_of(site_week(), planned(plan(item(TESTS, "03", "urine"))), GROUP, on(2))
    assert slot is not None and slot.behavior == "groups"
    # No plan at all.
    slot = slot_of(site_week(), planned(), GROUP, on(2))
    assert slot is not None and (slot.is_listed, slot.behavior) == (False, "groups")
    # The plan says that the session pays nothing.
    slot = slot_of(site_week(), planned(USUAL), SESSION, on(1))
    assert slot is not None and (slot.is_listed, slot.behavior) == (True, None)


def test_who_is_expected_has_the_slot_of_the_plan() -> None:
    slot = slot_of(site_week(), planned(USUAL), GROUP, on(0))
    assert slot == slots_on(site_week(), planned(USUAL), on(0))[1]


def test_nobody_comes_to_a_service_that_does_not_meet_or_after_the_end() -> None:
    assert slot_of(site_week(), planned(USUAL), SESSION, on(2)) is None
    assert slot_of(site_week(), planned(USUAL), 99, on(0)) is None
    ended = (EnrollmentEvent(2, 2, END, on(0), None, "left", None),)
    assert slot_of(site_week(), planned(USUAL, events=ended), GROUP, on(2)) is None


def test_a_test_visit_that_is_not_due_counts_for_the_track_of_the_plan() -> None:
    slot = slot_of(site_week(), planned(plan(item(TESTS, "0123456", "urine"))), TESTS, on(4))
    assert slot is not None and (slot.is_listed, slot.behavior, slot.is_test) == (False, "urine", True)
    slot = slot_of(site_week(), planned(), TESTS, on(4))
    assert slot is not None and (slot.behavior, slot.is_test) == (None, False)
