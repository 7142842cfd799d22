"""Staff set what a client comes to, and the program draws the days of tests."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.day.plans import Plan, PlanItem, plan_on
from cm_tracker.domain.errors import NotFound
from cm_tracker.queries.day.plans import plans_of
from tests import cast, week
from tests.domain.refused import all_refused, refused

URINE = "cocaine-negative"
MONDAY = week.TODAY


def plans(session: Session) -> tuple[Plan, ...]:
    return plans_of(session, [cast.AMIR]).get(cast.AMIR, ())


def drawn(session: Session) -> list[date]:
    return sorted(day for item in plans(session)[-1].items for day in item.drawn_on)


def test_a_plan_has_its_services_days_and_hours(session: Session) -> None:
    group, tests = week.group(session), week.tests(session)
    number = week.plan(session, week.item(group, "024"), week.item(tests, "03", URINE))
    assert plans(session) == (
        Plan(
            number,
            cast.HARBOR,
            cast.START,
            "intensive_outpatient",
            9,
            (PlanItem(group, frozenset({0, 2, 4})), PlanItem(tests, frozenset({0, 3}), URINE)),
            "first",
        ),
    )


def test_another_plan_holds_from_its_day_on(session: Session) -> None:
    group, tests = week.group(session), week.tests(session)
    first = week.plan(session, week.item(group, "024"))
    second = week.plan(
        session,
        week.item(tests, "0", URINE),
        from_on=date(2026, 3, 18),
        level="outpatient",
        hours_required=3,
        reason="step_down",
        note="Steady for two weeks",
    )
    found = plans(session)
    assert [plan.id for plan in found] == [first, second]
    on_day = [plan_on(found, day) for day in (date(2026, 3, 17), date(2026, 3, 18))]
    assert [plan and plan.id for plan in on_day] == [first, second]


def test_everything_that_is_wrong_with_a_plan_is_said_at_once(session: Session) -> None:
    with all_refused(
        ("The enrollment begins on Mar 2, 2026. Choose that day or a later one.", "from_on"),
        ("This level of care has 6 to 20 hours a week.", "hours_required"),
        ("Choose at least one service that the client comes to.", "services"),
    ):
        week.plan(session, from_on=date(2026, 3, 1), hours_required=40)
    assert plans(session) == ()


def test_a_service_of_another_site_is_in_no_plan(session: Session) -> None:
    with refused("Choose a service of the client's site.", "services"):
        week.plan(session, week.item(99, "0"))


def test_a_client_of_another_site_has_no_plan_to_set(session: Session) -> None:
    with pytest.raises(NotFound):
        week.plan(session, enrollment_id=cast.BEA)


def test_a_form_that_is_sent_twice_sets_one_plan(session: Session) -> None:
    group, key = week.group(session), cast.key()
    assert week.plan(session, week.item(group, "0"), key=key) == week.plan(session, week.item(group, "0"), key=key)
    assert len(plans(session)) == 1


def test_the_days_of_tests_are_drawn_to_the_end_of_the_schedule(session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "01234", URINE, is_drawn=True, hours_between=48))
    days = drawn(session)
    # Higgins pays three tests a week in weeks 1 to 12, and with two days between them they fit.
    first_week = [day for day in days if day < cast.START + timedelta(days=7)]
    assert [day.weekday() for day in first_week] == [0, 2, 4]
    assert all((after - before).days >= 2 for before, after in pairwise(days))
    assert max(days) <= cast.START + timedelta(weeks=24)


def test_a_pause_draws_the_days_after_it_again_and_keeps_those_before(session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "01234", URINE, is_drawn=True, hours_between=24))
    before = drawn(session)
    first, last = date(2026, 3, 18), date(2026, 3, 31)
    cast.pause(session, cast.AMIR, first.isoformat(), last.isoformat())
    after = drawn(session)
    assert [day for day in after if day < first] == [day for day in before if day < first]
    assert not [day for day in after if first <= day <= last]
    assert max(after) > max(before)  # the program weeks move, and so does the last one


def test_a_later_plan_does_not_change_what_was_drawn_before_it(session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "01234", URINE, is_drawn=True))
    before = drawn(session)
    week.plan(session, week.item(tests, "01234", URINE, is_drawn=True), from_on=MONDAY, reason="times")
    old, new = plans(session)
    assert sorted(old.items[0].drawn_on) == before
    assert min(new.items[0].drawn_on) >= MONDAY
