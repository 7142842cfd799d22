"""How soon rewards follow, how long the laboratory takes, and the list of clients."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.measures.tables import Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.reports.registry import table_of
from tests import cast, drawing, week
from tests.operations.day.test_record_downtime import typed
from tests.redeeming import redeem_at_once

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 16)
URINE = "cocaine-negative"


def report(session: Session, name: str, **more: Any) -> Table:
    asked: dict[str, Any] = {"first_day": FIRST, "last_day": LAST, "now": cast.NOW, "least": 1, **more}
    return table_of(session, cast.zoe, name, **asked)


def last_row(table: Table) -> dict[str, object]:
    return dict(zip([column.name for column in table.columns], table.rows[-1], strict=True))


def given_minutes_ago(
    session: Session, minutes: int, result: str = "negative", *, day: int = 14, actor: Actor = cast.rosa
) -> int:
    """Record a test whose specimen was collected so many minutes before."""
    return record_visit(
        session,
        enrollment_id=cast.AMIR,
        visit=NewVisit(
            URINE, cast.START + timedelta(days=day), Test({"cocaine": result}, temperature="in_range"),
            collected_at=cast.NOW - timedelta(days=14 - day, minutes=minutes),
        ),
        key=cast.key(),
        actor=actor,
        now=cast.NOW - timedelta(days=14 - day),
    )  # fmt: skip


def test_minutes_are_those_from_the_specimen_to_the_award(session: Session) -> None:
    for minutes, day in ((10, 9), (20, 11), (45, 14)):
        given_minutes_ago(session, minutes, day=day)
    found = last_row(report(session, "immediacy"))
    assert (found["rewards"], found["minutes"], found["same_visit"], found["late"]) == (3, 200, 2, 1)
    assert found["same_visit_share"] == 667
    assert (found["prizes"], found["minutes_to_prize"]) == (0, None)


def test_a_draw_after_the_award_is_its_prize(session: Session) -> None:
    drawing.won(session)
    found = last_row(report(session, "immediacy"))
    assert (found["rewards"], found["prizes"], found["minutes_to_prize"]) == (1, 1, 0)


def prizes(session: Session) -> tuple[object, object]:
    found = last_row(report(session, "immediacy"))
    return found["prizes"], found["minutes_to_prize"]


def test_a_prize_that_was_undone_followed_no_award(session: Session) -> None:
    cast.rich(session)
    given_minutes_ago(session, 5)
    later = cast.NOW + timedelta(minutes=4)
    redemption_id = redeem_at_once(session, now=later)
    assert prizes(session)[0] == 4
    undo_redemption(
        session, redemption_id=redemption_id, is_back=True, reason="The wrong mug", key=cast.key(), actor=cast.rosa,
        now=later,
    )  # fmt: skip
    assert prizes(session) == (0, None)


def test_a_prize_that_was_given_by_hand_counts_when_it_was_given(session: Session) -> None:
    # Awarded on March 11 at 15:00 UTC, and the mug was given 20 minutes later. It is typed on March 16.
    given_minutes_ago(session, 10, day=9)
    given_minutes_ago(session, 10, day=14)
    down = date(2026, 3, 11)
    typed(
        session,
        PaperLine(down, (), PaperPrize(cast.MUG, 1, 20), datetime(2026, 3, 11, 15, 20, tzinfo=UTC)),
        now=cast.NOW + timedelta(minutes=1),
    )
    assert prizes(session) == (1, 200)


def test_the_laboratory_is_late_after_a_day(session: Session) -> None:
    waiting = given_minutes_ago(session, 60, "pending", day=9)
    cast.put_right(
        session, waiting, "answer", cast.negative(), actor=cast.rosa, now=datetime(2026, 3, 13, 14, tzinfo=UTC)
    )
    given_minutes_ago(session, 30, "pending", day=14)
    found = report(session, "laboratory")
    # Given on March 11 at 14:00 UTC, and answered 48 hours later. The other one waits since half an hour.
    assert found.rows[-1] == ("All", 1, 1, 480, 1, 1, 0)
    assert found.rows[0] == ("Harbor Street", 1, 1, 480, 1, 1, 0)


def test_a_voided_specimen_was_never_answered(session: Session) -> None:
    cast.put_right(session, given_minutes_ago(session, 30, "pending", day=9), "void")
    assert report(session, "laboratory").rows[-1] == ("All", 0, 0, None, 0, 0, 0)


def test_each_client_has_a_line(session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "024", URINE))
    for day, evidence in ((0, None), (2, None), (4, cast.positive()), (7, None)):
        cast.visit(session, day, evidence)
    table = report(session, "clients")
    assert table.names_clients
    rows = {row[0]: dict(zip([column.name for column in table.columns], row, strict=True)) for row in table.rows}
    amir = rows["HS-1"]
    # Six tests were due by March 15: N N P N, and nothing was said of two. Two of three a week make 0.7 weeks.
    assert (amir["expected"], amir["negative"], amir["of_expected"], amir["of_submitted"]) == (6, 3, 500, 750)
    assert (amir["longest"], amir["longest_weeks"], amir["effectiveness"], amir["tests_to_first"]) == (2, 7, 3, 1)
    assert (amir["weeks_retained"], amir["basis"]) == (11, "Planned")
    assert rows["MR-1"]["basis"] == "Estimated"
    assert table.notes == (
        "Where no plan says when tests are, such as in an imported history, the schedule's visits a week were expected, "
        "and the rest of them counts as missed. This holds for 1 of the enrollments here.",
    )
