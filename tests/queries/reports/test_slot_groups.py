"""Reports by service and by staff: where each thing counts, who is hidden, and which reports have no such groups."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.measures.tables import Table
from cm_tracker.domain.visits.evidence import Absence
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.reports.definitions import REPORTS
from cm_tracker.queries.reports.registry import table_of
from tests import cast, week
from tests.domain.fidelity.test_competence import rated
from tests.operations.fidelity.test_sessions import rate
from tests.queries.reports.test_delivery import given_minutes_ago

URINE = "cocaine-negative"
FIRST, LAST = cast.START, date(2026, 3, 8)
DIVIDED = {"negatives", "attendance", "uptake", "immediacy", "fidelity", "equity"}


def report(session: Session, name: str, by: str, **more: Any) -> Table:
    asked: dict[str, Any] = {
        "first_day": FIRST, "last_day": LAST, "now": cast.NOW, "least": 1, "site_id": cast.HARBOR, **more
    }  # fmt: skip
    return table_of(session, cast.miriam, name, by=by, **asked)


def rows(session: Session, name: str, by: str, **more: Any) -> tuple[tuple[Any, ...], ...]:
    return report(session, name, by, **more).rows


@pytest.fixture
def services(session: Session) -> tuple[int, int]:
    """Amir has tests on Mondays, Wednesdays and Fridays, which Leo leads, and Rosa's group on Mondays and Fridays."""
    tests = week.service(
        session, "Urine tests", "test_visit", week.meetings("01234", time(9), 20), leader_id=cast.LEO
    )  # fmt: skip
    group = week.group(session)
    week.plan(session, week.item(tests, "024", URINE), week.item(group, "04"))
    return tests, group


@pytest.fixture
def first_week(session: Session, services: tuple[int, int]) -> None:
    """A week in which Rosa is away on Friday, and nobody says anything of that day.

    Rosa records Monday's test and one on Tuesday that nobody expected, Leo Wednesday's, which Miriam corrects. Leo notes
    that Amir attended the group on Monday.
    """
    cast.visit(session, 0)
    cast.visit(session, 1)
    cast.put_right(session, cast.visit(session, 2, cast.positive(), actor=cast.leo), "correct", cast.negative())
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=services[1], on_day=cast.START, way="attended", key=cast.key(),
        actor=cast.leo, now=cast.NOW,
    )  # fmt: skip
    add_away(
        session, site_id=cast.HARBOR, member_id=cast.ROSA, stand_in_id=cast.MIRIAM, first_day=date(2026, 3, 6),
        last_day=date(2026, 3, 6), key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


@pytest.mark.usefixtures("first_week")
def test_a_test_counts_under_the_service_in_whose_slot_it_stood(session: Session) -> None:
    # Expected, negative, nothing said, share, submitted, share: the one of Tuesday stood in no slot.
    assert rows(session, "negatives", "service") == (
        ("Urine tests", 1, 3, 2, 1, 667, 2, 1000),
        ("–", 1, 0, 0, 0, None, 1, 1000),
        ("All", 1, 3, 2, 1, 667, 3, 1000),
    )  # fmt: skip


@pytest.mark.usefixtures("first_week")
def test_a_visit_counts_for_who_recorded_it_first_and_a_slot_without_a_word_for_its_leader(session: Session) -> None:
    # Leo: Wednesday's test, and Friday's, of which nobody said anything.
    assert rows(session, "negatives", "staff") == (
        ("Leo", 1, 2, 1, 1, 500, 1, 1000),
        ("Rosa", 1, 1, 1, 0, 1000, 2, 1000),
        ("All", 1, 3, 2, 1, 667, 3, 1000),
    )  # fmt: skip


@pytest.mark.usefixtures("first_week")
def test_attendance_by_service_and_by_staff_has_no_hours_that_a_plan_requires(session: Session) -> None:
    table = report(session, "attendance", "service")
    assert [column.name for column in table.columns][-1] == "share_of_hours"
    assert table.rows == (
        ("Skills group", 1, 2, 1, 500, 0, 240, 120, 500),
        ("Urine tests", 1, 3, 2, 667, 0, 0, 0, None),
        ("–", 1, 0, 0, None, 0, 0, 0, None),
        ("All", 1, 5, 3, 600, 0, 240, 120, 500),
    )  # fmt: skip
    # Miriam stood in for Rosa in Friday's group. Leo noted Monday's.
    assert rows(session, "attendance", "staff") == (
        ("Leo", 1, 3, 2, 667, 0, 120, 120, 1000),
        ("Miriam", 1, 1, 0, 0, 0, 120, 0, 0),
        ("Rosa", 1, 1, 1, 1000, 0, 0, 0, None),
        ("All", 1, 5, 3, 600, 0, 240, 120, 500),
    )  # fmt: skip


@pytest.mark.usefixtures("services")
def test_an_absence_counts_for_who_recorded_it(session: Session) -> None:
    cast.visit(session, 0, Absence(None), actor=cast.rosa)
    cast.visit(session, 2, Absence("illness"), actor=cast.leo)
    assert [row[:6] for row in rows(session, "attendance", "staff", last_day=date(2026, 3, 5))] == [
        ("Leo", 1, 0, 0, None, 1),
        ("Rosa", 1, 2, 0, 0, 0),  # Monday's group is hers: she leads it, and nobody said anything
        ("All", 1, 2, 0, 0, 1),
    ]  # fmt: skip


@pytest.mark.usefixtures("services")
def test_what_was_earned_of_what_was_available_is_divided(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2, actor=cast.leo)
    # 10 and 15 points of 25 cents each. Friday's 60 points, with a bonus for three in a row, were Leo's to give.
    assert rows(session, "uptake", "staff") == (
        ("Leo", 1, 375, 1875, 200, 375),
        ("Rosa", 1, 250, 250, 1000, 250),
        ("All", 1, 625, 2125, 294, 625),
    )  # fmt: skip
    assert rows(session, "uptake", "service") == (
        ("Skills group", 1, 0, 0, None, 0),
        ("Urine tests", 1, 625, 2125, 294, 625),
        ("All", 1, 625, 2125, 294, 625),
    )  # fmt: skip
    assert rows(session, "equity", "service")[1] == ("Urine tests", 1, 294, 0, 667, 667)


@pytest.mark.usefixtures("services")
def test_who_rewards_at_once_is_seen(session: Session) -> None:
    given_minutes_ago(session, 10, day=2)
    given_minutes_ago(session, 45, day=4, actor=cast.leo)
    assert rows(session, "immediacy", "staff") == (
        ("Leo", 1, 1, 450, 0, 0, 0, 1, 0, None),
        ("Rosa", 1, 1, 100, 1, 1000, 0, 0, 0, None),
        ("All", 1, 2, 275, 1, 500, 0, 1, 0, None),
    )  # fmt: skip
    assert [row[:3] for row in rows(session, "immediacy", "service")] == [("Urine tests", 1, 2), ("All", 1, 2)]


@pytest.mark.usefixtures("first_week")
def test_the_list_of_missed_rewards_names_the_service_and_the_member_of_staff(session: Session) -> None:
    assert [row[0:1] + row[3:] for row in rows(session, "missed-rewards", "site")] == [
        (date(2026, 3, 6), "Nothing said", "cocaine-negative", "Urine tests", "Leo"),
        (date(2026, 3, 6), "Nothing said", "–", "Skills group", "Miriam"),
    ]  # fmt: skip


def test_a_test_without_a_plan_stands_in_no_service(session: Session) -> None:
    cast.visit(session, 0)
    # Three tests a week are expected of Amir: two of them were missed, and nobody recorded that.
    assert rows(session, "negatives", "service")[0] == ("–", 1, 3, 1, 0, 333, 1, 1000)
    assert [row[:3] for row in rows(session, "negatives", "staff")] == [("Rosa", 1, 1), ("–", 1, 2), ("All", 1, 3)]


def test_a_name_that_two_sites_have_tells_the_site(session: Session) -> None:
    for site_id in (cast.HARBOR, cast.MILL):
        tests = week.service(
            session, "Tests", "test_visit", week.meetings("0", time(9)), site_id=site_id, leader_id=None, actor=cast.zoe
        )  # fmt: skip
        week.plan(
            session, week.item(tests, "0", URINE), enrollment_id={1: cast.AMIR, 2: cast.BEA}[site_id], actor=cast.zoe
        )  # fmt: skip
    found = table_of(
        session, cast.zoe, "negatives", first_day=FIRST, last_day=LAST, now=cast.NOW, by="service", least=1
    )  # fmt: skip
    assert [row[0] for row in found.rows] == ["Tests, Harbor Street", "Tests, Mill Road", "All"]


def test_a_few_clients_are_hidden_with_another_group_by_staff_too(session: Session) -> None:
    tests = week.tests(session)
    for number in range(7):
        enrollment_id = week.newcomer(session, f"HS-2{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(tests, "0", URINE), enrollment_id=enrollment_id)
        cast.visit(session, 0, enrollment_id=enrollment_id, actor=cast.leo if number < 2 else cast.rosa)
    found = rows(session, "negatives", "staff", least=5, last_day=cast.START)
    assert [row[:3] for row in found] == [
        ("Leo", "under 5", "hidden"), ("Rosa", "hidden", "hidden"), ("All", 8, 7),
    ]  # fmt: skip


def test_a_group_opens_its_clients(session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "0", URINE))
    cast.visit(session, 0)
    assert [row[:3] for row in rows(session, "negatives", "service", of_group=1)] == [
        ("HS-1", 1, 1), ("Urine tests", 1, 1),
    ]  # fmt: skip


@pytest.mark.usefixtures("first_week")
def test_ratings_stand_beside_the_visits_of_who_led_the_session(session: Session) -> None:
    rate(session, ratings=rated(6, 6))
    rate(session, ratings=rated(3, 4, next=3))  # a mean of 3.5
    replaced = rate(session, person_id=cast.LEO, ratings=rated(1, 1))
    rate(session, person_id=cast.LEO, ratings=rated(4, 4, next=None), replaces_id=replaced)
    rate(session, person_id=cast.GRACE, ratings=rated(7, 7, next=2))  # she recorded nothing
    rate(session, session_on=date(2026, 3, 9))  # not in these days
    week.newcomer(session, "HS-90", is_practice=True)
    rate(session, client_code="HS-90")
    table = report(session, "fidelity", "staff")
    assert [column.name for column in table.columns][-4:] == ["more", "rated", "told", "well"]
    assert [(row[0], row[1], *row[-3:]) for row in table.rows] == [
        ("Grace", 0, 1, 0, 1000),
        ("Leo", 1, 1, None, 1000),
        ("Rosa", 1, 2, 500, 500),
        # Of the three sessions in which it was seen, the next value was told in one.
        ("All", 1, 4, 333, 750),
    ]
    assert [(row[0], *row[-3:]) for row in rows(session, "fidelity", "site")] == [
        ("Harbor Street", 4, 333, 750), ("All", 4, 333, 750),
    ]  # fmt: skip


@pytest.mark.usefixtures("first_week")
def test_without_a_rated_session_there_is_a_dash(session: Session) -> None:
    assert [row[-3:] for row in rows(session, "fidelity", "site")] == [(0, None, None), (0, None, None)]


@pytest.mark.usefixtures("first_week")
def test_ratings_belong_to_no_schedule_and_to_no_client(session: Session) -> None:
    rate(session)
    for more in ({"by": "schedule"}, {"by": "service"}, {"by": "staff", "of_group": 0}):
        columns = [column.name for column in report(session, "fidelity", **more).columns]  # type: ignore[arg-type]
        assert columns[-1] == "more"


@pytest.mark.parametrize("by", ["service", "staff"])
@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if report.groups])
def test_reports_of_whole_courses_are_not_divided(session: Session, name: str, by: str) -> None:
    if name in DIVIDED:
        assert f"By {by}: " in report(session, name, by).definition
    else:
        with pytest.raises(BadInput, match="This report counts whole courses"):
            report(session, name, by)


def test_only_reports_of_slots_are_divided() -> None:
    assert {name for name, one in REPORTS.items() if "staff" in one.groups} == DIVIDED
