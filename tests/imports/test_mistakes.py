"""An enrollment that was entered by mistake takes no rows of a file, and stands in no client's way."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import Client, Enrollment, VisitRow
from tests import cast, uploads, week

TESTS = (
    "client_code,date,temperature_ok,positive_for,tested_for\n"
    "HS-70,2026-03-09,yes,none,Cocaine\nHS-70,2026-03-11,yes,none,Cocaine\n"
)


def mistaken(session: Session) -> int:
    """Enroll HS-70 on March 9, and end the enrollment as a mistake. Return its id."""
    enrollment_id = week.newcomer(session, "HS-70", version_id=cast.HIGGINS, starts_on=date(2026, 3, 9))
    cast.end(session, enrollment_id, "2026-03-09", "mistake")
    return enrollment_id


def test_no_test_is_paid_into_a_mistaken_enrollment(session: Session) -> None:
    mistaken(session)
    found = uploads.imported(session, TESTS, "tests")
    assert [(row.became, row.what) for row in found.rows] == [("refused", "no enrollment")] * 2
    assert (found.points, session.execute(select(VisitRow.id)).all()) == (0, [])


def test_a_roster_enrolls_a_client_again_after_a_mistake_and_tests_go_there(session: Session) -> None:
    """The mistake began later than the right enrollment."""
    wrong = mistaken(session)
    assert uploads.imported(session, "client_code,enrolled_on\nHS-70,2026-03-02\n").counts == {"added": 1}
    other_day = uploads.imported(session, "client_code,enrolled_on\nHS-70,2026-03-09\n")
    assert other_day.rows[0].note == "The client HS-70 is enrolled already, from Mar 2, 2026 on."
    right = session.execute(
        select(Enrollment.id).join(Client, Client.id == Enrollment.client_id)
        .where(Client.code == "HS-70", Enrollment.starts_on == date(2026, 3, 2))
    ).scalar_one()  # fmt: skip
    # The first two negative tests in a row earn 10 and 15.
    assert uploads.imported(session, TESTS, "tests").points == 10 + 15
    assert set(session.execute(select(VisitRow.enrollment_id)).scalars()) == {right} != {wrong}


def test_the_right_enrollment_may_begin_on_the_day_of_the_mistake(session: Session) -> None:
    mistaken(session)
    assert uploads.imported(session, "client_code,enrolled_on\nHS-70,2026-03-09\n").counts == {"added": 1}
    assert uploads.imported(session, "client_code,enrolled_on\nHS-70,2026-03-09\n").counts == {"already": 1}
    assert uploads.imported(session, TESTS, "tests").points == 10 + 15
