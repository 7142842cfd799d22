"""In the demonstration most clients have signed, one has not, and one was moved to another version since."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.cli.demo import agreements
from cm_tracker.queries.clients.agreements import signed_of, unsigned_at
from tests import cast, merging

TODAY = date(2026, 3, 16)


def test_everybody_signs_but_two(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(agreements, "HAS_NOT_SIGNED", "HS-2")
    monkeypatch.setattr(agreements, "SIGNED_BEFORE", "HS-1")
    merging.enroll(session, merging.second_record(session), "2026-03-02")
    agreements.sign(cast.AMIR, agreements.ACTOR, cast.NOW)
    cast.move(session, cast.AMIR, cast.ATTENDANCE, "2026-03-16")
    agreements.agreements(cast.NOW)
    assert [one.code for one in unsigned_at(session, cast.HARBOR, TODAY)] == ["HS-1", "HS-2"]
    assert unsigned_at(session, cast.MILL, TODAY) == ()
    assert [line.schedule_name for line in signed_of(session, cast.AMIR)] == ["Voucher ladder for cocaine, 12 weeks"]
    assert [(line.way, line.signed_on) for line in signed_of(session, cast.BEA)] == [("screen", TODAY)]
