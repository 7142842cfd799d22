"""When a client comes next: by the plan, after closed days, and unsaid where the program draws the days."""

from datetime import UTC, date, datetime, timedelta

from cm_tracker.domain.day.calendar import Calendar, Closure
from cm_tracker.domain.day.next_visit import NextVisit, next_slots, next_visit
from cm_tracker.domain.day.plans import Plan
from tests.domain.day.weeks import GROUP, MONDAY, TESTS, item, plan, planned, site_week

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # noon in New York


def after_monday(*plans: Plan, calendar: Calendar | None = None, behavior: str = "urine") -> NextVisit | None:
    return next_visit(
        site_week(calendar=calendar), planned(*plans), behavior, visited_on=MONDAY, today=MONDAY, now=NOON
    )


def day_of(found: NextVisit | None) -> date | None:
    assert found is not None and found.slot is not None and found.is_told
    return found.slot.on_day


def test_it_is_the_next_planned_day_of_the_same_track() -> None:
    found = after_monday(plan(item(TESTS, "02", "urine"), item(GROUP, "024", "groups")))
    assert day_of(found) == date(2026, 3, 4)
    assert found and found.slot and found.slot.begins_at == datetime(2026, 3, 4, 14, 0, tzinfo=UTC), "nine o'clock"


def test_a_second_slot_of_the_day_of_the_visit_is_not_next() -> None:
    assert day_of(after_monday(plan(item(GROUP, "02", "groups")), behavior="groups")) == date(2026, 3, 4)


def test_a_closed_day_is_left_out() -> None:
    calendar = Calendar((Closure(1, date(2026, 3, 4), date(2026, 3, 4), "Water damage"),))
    found = after_monday(plan(item(GROUP, "024", "groups")), calendar=calendar, behavior="groups")
    assert day_of(found) == date(2026, 3, 6)


def test_nothing_is_said_of_a_track_whose_days_are_drawn() -> None:
    drawn = frozenset({date(2026, 3, 3), date(2026, 3, 5)})
    found = after_monday(plan(item(TESTS, "01234", "urine", is_drawn=True, drawn_on=drawn)))
    assert found == NextVisit(None) and not found.is_told


def test_a_fixed_day_beside_drawn_ones_gives_nothing_away() -> None:
    drawn = item(TESTS, "13", "urine", is_drawn=True, drawn_on=frozenset({date(2026, 3, 5)}))
    assert after_monday(plan(item(GROUP, "4", "urine"), drawn)) == NextVisit(None)


def test_a_plan_whose_days_are_drawn_from_later_on_does_not_hide_what_comes_before() -> None:
    later = plan(
        item(TESTS, "01234", "urine", is_drawn=True, drawn_on=frozenset({date(2026, 3, 11)})),
        number=2,
        from_on=MONDAY + timedelta(days=7),
    )
    assert day_of(after_monday(plan(item(TESTS, "02", "urine")), later)) == date(2026, 3, 4)


def test_without_a_plan_nobody_knows_when() -> None:
    assert after_monday() is None
    assert after_monday(plan(item(GROUP, "024", "groups"))) is None


def next_days(*plans: Plan, most: int, behavior: str = "urine") -> list[date] | None:
    slots = next_slots(site_week(), planned(*plans), behavior, visited=(MONDAY,), today=MONDAY, now=NOON, most=most)
    return None if slots is None else [slot.on_day for slot in slots]


def test_the_next_three_days_are_told_and_not_one_more() -> None:
    days = [date(2026, 3, 4), date(2026, 3, 9), date(2026, 3, 11)]
    assert next_days(plan(item(TESTS, "02", "urine")), most=3) == days
    assert next_days(plan(item(TESTS, "02", "urine")), most=2) == days[:2]
    assert next_days(most=3) == []


def test_no_day_is_told_once_the_program_draws_them() -> None:
    drawn = item(TESTS, "01234", "urine", is_drawn=True, drawn_on=frozenset({date(2026, 3, 11)}))
    assert next_days(plan(drawn), most=3) is None
    later = plan(drawn, number=2, from_on=MONDAY + timedelta(days=7))
    assert next_days(plan(item(TESTS, "02", "urine")), later, most=3) == [date(2026, 3, 4)]
