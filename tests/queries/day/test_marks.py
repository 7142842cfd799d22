"""The marks of the board's rows, with which a page asks for changes: they tell the front desk no result."""

from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker import labels
from cm_tracker.domain.day.states import WAITS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.day.attendance import as_seen_by
from cm_tracker.queries.day.lines import Earns, SlotLine, day_lines
from tests import cast, week

URINE = "cocaine-negative"


def marks(actor: Actor, lines: tuple[SlotLine, ...]) -> set[str]:
    return {labels.day.mark(line, None, cast.NOW, "") for line in as_seen_by(actor, lines)}


def test_whatever_was_found_the_front_desk_gets_one_mark(app: Flask, session: Session) -> None:
    tests = week.tests(session)
    week.plan(session, week.item(tests, "024", URINE))
    record_slot(
        session, enrollment_id=cast.AMIR, service_id=tests, on_day=week.TODAY, way="negative", key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    [line] = day_lines(session, cast.HARBOR, week.TODAY, cast.NOW)
    assert line.visit is not None
    positive = replace(line, visit=line.visit._replace(outcome="not_met"))
    waits = replace(line, state=WAITS, visit=line.visit._replace(outcome="pending"))
    paid = replace(line, earns=Earns(10, "points"))
    with app.test_request_context():
        assert len(marks(cast.front_desk(session), (line, positive, waits, paid))) == 1
        assert len(marks(cast.rosa, (line, positive, waits, paid))) == 4
