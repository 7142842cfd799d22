"""Today's board of the demonstration is half done, whatever the time is at which it is made."""

from datetime import time

from sqlalchemy.orm import Session

from cm_tracker.cli.demo.today import today
from cm_tracker.queries.day.board import board
from tests import cast, week

STAFF = {"rosa": cast.rosa, "anna": cast.anna}


def test_a_part_of_what_was_expected_until_now_is_recorded(session: Session) -> None:
    week.a_group_of_four(session)  # at nine, and it is eleven
    evening = week.service(session, "Evening group", "skills", week.meetings("0", time(18)))
    week.plan(session, week.item(evening, "0"), from_on=week.TODAY, reason="services")
    today(cast.NOW, STAFF)
    found = board(session, cast.rosa, cast.HARBOR, cast.NOW)
    assert [(line.person.code, line.state) for line in found.lines] == [
        ("HS-11", "attended"),
        ("HS-12", "arrived"),
        ("HS-13", "attended"),
        ("HS-1", "later"),
    ]
