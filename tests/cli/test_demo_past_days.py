"""The demonstration's last week is settled, its last day closed, and somebody was called."""

from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.cli.demo.past_days import past_days
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.queries.day.board import board
from cm_tracker.queries.day.calls import no_shows
from cm_tracker.queries.day.closed_day_pages import unsettled_days
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week

STAFF = {"rosa": cast.rosa, "anna": cast.anna}
FRIDAY = date(2026, 3, 13)


def test_the_last_week_is_settled_and_its_last_day_closed(session: Session) -> None:
    week.a_group_of_four(session)
    tests = week.tests(session)
    for number in (20, 21, 22):
        client = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(tests, "024", "cocaine-negative"), enrollment_id=client)
    wednesday = date(2026, 3, 11)
    add_closure(
        session, site_id=cast.HARBOR, first_day=wednesday, last_day=wednesday, name="Snow", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    past_days(cast.NOW, STAFF)
    friday = board(session, cast.rosa, cast.HARBOR, cast.NOW, FRIDAY)
    assert friday.closed_at == cast.NOW
    # The first of those who did not come for a test was absent, the others are excused.
    tests_of_friday = [line.state for line in friday.lines if line.service.id == tests]
    assert tests_of_friday == ["absent", "excused", "excused"]
    assert unsettled_days(session, cast.rosa, cast.HARBOR, week.TODAY, cast.NOW) == ()
    shown = no_shows(session, cast.rosa, cast.HARBOR, cast.NOW)
    # One of the group did not come, either. The first of the two was reached, and the other one got word.
    assert [one.code for one in shown.done] == ["HS-12"]
    assert [(one.code, one.call and one.call.outcome) for one in shown.open] == [("HS-20", "left_word")]
    assert verify_ledger(session).findings == []
