"""Percent negative by week, of what the plans expected, with every way in which a test can come to count or not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.negatives import NegativeCounts, WeekOfNegatives
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.reports.courses import courses
from cm_tracker.queries.reports.negatives import negatives_by_week
from tests import cast, week

URINE = "cocaine-negative"
MONDAYS = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)


def last_three(session: Session, actor: Actor = cast.miriam, site_id: int | None = None) -> tuple[NegativeCounts, ...]:
    found = negatives_by_week(session, actor, site_id, cast.NOW)
    assert [one.monday for one in found[-3:]] == list(MONDAYS)
    assert len(found) == 12
    assert all(one.counts == NegativeCounts(0, 0, 0, 0) for one in found[:-3])
    return tuple(one.counts for one in found[-3:])


@pytest.fixture
def planned(session: Session) -> int:
    """Tests on Monday, Wednesday and Friday, for Amir, from his first day on. Return the service."""
    tests = week.tests(session)
    week.plan(session, week.item(tests, "024", URINE))
    return tests


def test_what_was_expected_and_not_given_is_not_negative(session: Session, planned: int) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2, cast.positive())
    cast.visit(session, 4, cast.ABSENT)
    cast.visit(session, 7)
    cast.visit(session, 9, cast.EXCUSED)
    # Nobody said anything of March 13. Today's test, of March 16, is still to come.
    assert last_three(session) == (
        NegativeCounts(expected=3, negative=1, submitted=2, submitted_negative=1),
        NegativeCounts(expected=2, negative=1, submitted=1, submitted_negative=1, no_outcome=1),
        NegativeCounts(0, 0, 0, 0),
    )
    [first, second, _] = negatives_by_week(session, cast.miriam, None, cast.NOW)[-3:]
    assert (first.counts.of_expected, first.counts.of_submitted) == (333, 500)
    assert second.counts.of_expected == 500


def test_a_test_of_today_counts_once_it_has_a_result(session: Session, planned: int) -> None:
    cast.visit(session, 14)
    assert last_three(session)[2] == NegativeCounts(1, 1, 1, 1)
    assert negatives_by_week(session, cast.miriam, None, cast.NOW)[-1] == WeekOfNegatives(
        date(2026, 3, 16), NegativeCounts(1, 1, 1, 1), is_over=False
    )


def test_corrected_and_voided_visits_count_as_what_stands(session: Session, planned: int) -> None:
    cast.put_right(session, cast.visit(session, 0), "correct", cast.positive())
    cast.put_right(session, cast.visit(session, 2), "void")
    moved = cast.visit(session, 3, cast.positive())
    cast.put_right(session, moved, "correct", cast.negative(), day=4)
    assert last_three(session)[0] == NegativeCounts(3, 1, 2, 1, no_outcome=1)


def test_closed_and_paused_days_expect_nothing(session: Session, planned: int) -> None:
    add_closure(
        session, site_id=cast.HARBOR, first_day=date(2026, 3, 9), last_day=date(2026, 3, 9), name="Snow",
        key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    cast.pause(session, cast.AMIR, "2026-03-02", "2026-03-04")
    assert last_three(session)[:2] == (NegativeCounts(1, 0, 0, 0, 1), NegativeCounts(2, 0, 0, 0, 2))


def test_a_sheet_and_a_note_settle_a_slot(session: Session, planned: int) -> None:
    for day, way in ((date(2026, 3, 2), "absent"), (date(2026, 3, 4), "excused")):
        record_slot(
            session, enrollment_id=cast.AMIR, service_id=planned, on_day=day, way=way, key=cast.key(),
            actor=cast.rosa, now=cast.NOW, **({"excuse": "court"} if way == "excused" else {}),
        )  # fmt: skip
    assert last_three(session)[0] == NegativeCounts(
        expected=2, negative=0, submitted=0, submitted_negative=0, no_outcome=1
    )


def test_without_a_plan_the_version_says_how_many_a_week_are_expected(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2)
    cast.visit(session, 7)
    # Three a week: one was missed in the first week, and two in the second.
    assert last_three(session)[:2] == (NegativeCounts(3, 2, 2, 2), NegativeCounts(3, 1, 1, 1))
    [course] = courses(session, cast.miriam, None, date(2026, 3, 2), week.TODAY, cast.NOW)
    assert course.is_estimated
    assert [one.on_day for one in course.expected if one.outcome == "missed"] == [
        date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 15),
    ]  # fmt: skip


def test_without_a_plan_a_week_with_a_pause_or_a_closed_day_expects_only_what_was_recorded(session: Session) -> None:
    cast.visit(session, 0)
    cast.pause(session, cast.AMIR, "2026-03-05", "2026-03-08")
    # The pause lies in the first program week, which therefore ends on March 12. March 13 begins the second one.
    assert last_three(session)[:2] == (NegativeCounts(1, 1, 1, 1), NegativeCounts(0, 0, 0, 0))


def test_each_test_counts_at_the_site_of_its_day(session: Session, planned: int) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2)
    cast.transfer(session, first_day="2026-03-09")
    # Nothing is planned at Mill Road, where Bea has no plan either: the version expects three tests of each.
    assert last_three(session, cast.zoe, cast.HARBOR) == (
        NegativeCounts(3, 2, 2, 2, no_outcome=1), NegativeCounts(0, 0, 0, 0), NegativeCounts(0, 0, 0, 0),
    )  # fmt: skip
    assert last_three(session, cast.zoe, cast.MILL)[:2] == (NegativeCounts(3, 0, 0, 0), NegativeCounts(6, 0, 0, 0))
    assert last_three(session, cast.miriam)[0] == NegativeCounts(3, 2, 2, 2, no_outcome=1)
    assert last_three(session, cast.anna)[0] == NegativeCounts(3, 0, 0, 0)


def test_more_clients_need_as_many_statements(session: Session, planned: int) -> None:
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    last_three(session)
    few = len(sent)
    for number in range(20, 25):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(planned, "024", URINE), enrollment_id=enrollment_id)
    sent.clear()
    assert last_three(session)[0].expected == 3 * 6
    assert len(sent) == few > 0


def test_a_day_after_the_last_week_is_not_there(session: Session) -> None:
    [last] = negatives_by_week(session, cast.miriam, None, cast.NOW + timedelta(days=6), weeks=1)
    assert (last.monday, last.sunday) == (date(2026, 3, 16), date(2026, 3, 22))
