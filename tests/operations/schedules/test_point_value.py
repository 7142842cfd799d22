"""The value of a point: set before the program begins, then fixed, and the same in every published document."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import BadInput, NotAllowed, OtherPointValue, PointValueFixed
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.set_point_value import set_point_value
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.schedules.schedules import draft
from tests import cast
from tests.domain.schedules.documents import document, phase, track


def publish(session: Session, published: dict[str, Any]) -> int:
    return publish_schedule(
        session, document=published, reason="Opening", key=cast.key(), actor=command(), now=cast.NOW
    )


def set_to(session: Session, cents: int) -> None:
    set_point_value(session, point_value_cents=cents, actor=command(), now=cast.NOW)


def test_a_program_starts_with_25_cents_and_can_be_set_to_another_value_before_it_begins(bare_app: Flask) -> None:
    with bare_app.app_context():
        assert point_value(db.session()) == 25
        set_to(db.session(), 50)
        assert point_value(db.session()) == 50
        set_to(db.session(), 50)
        db.session.remove()


def test_the_value_is_fixed_once_a_schedule_is_published(session: Session) -> None:
    set_to(session, 25)
    with pytest.raises(PointValueFixed):
        set_to(session, 50)
    assert point_value(session) == 25


@pytest.mark.parametrize("cents", [0, -1, 10_001])
def test_a_point_is_worth_one_cent_to_a_hundred_dollars(session: Session, cents: int) -> None:
    with pytest.raises(BadInput):
        set_to(session, cents)


def test_nobody_sets_the_value_on_a_page(session: Session) -> None:
    for actor in (cast.rosa, cast.miriam, cast.grace, cast.sam):
        with pytest.raises(NotAllowed):
            set_point_value(session, point_value_cents=50, actor=actor, now=cast.NOW)


def test_the_database_refuses_another_value_once_a_point_was_issued(session: Session) -> None:
    cast.rich(session)
    for statement in (
        "UPDATE program SET point_value_cents = 50",
        "DELETE FROM program",
        "INSERT INTO program (id, point_value_cents) VALUES (2, 50)",
        "INSERT INTO program (id, point_value_cents) VALUES (1, 50)",
    ):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
    assert point_value(session) == 25


@pytest.mark.parametrize("pays", ["points", "draws"])
def test_a_document_of_another_value_is_not_published(session: Session, pays: str) -> None:
    bowl = {"name": "Bowl", "slips": [{"tier": "small", "count": 1, "cents": 100}]} if pays == "draws" else None
    with pytest.raises(OtherPointValue) as refused:
        publish(session, document(track(phase(), pays=pays), bowl=bowl, point_value_cents=10))
    assert (refused.value.value_cents, refused.value.program_cents) == (10, 25)


def test_a_draft_of_a_preset_is_saved_in_the_programs_value_and_can_be_published(session: Session) -> None:
    with pytest.raises(OtherPointValue):
        publish(session, preset("roll-smoking"))
    draft_id = save_draft(session, document=preset("roll-smoking"), actor=cast.miriam, now=cast.NOW)
    drafted = draft(session, draft_id).document
    # $3.00, $0.50 more each time up to $10.00, and $10.00 at every third: 12, 2, 40 and 40 points of 25 cents.
    first = drafted["tracks"][0]["phases"][0]
    assert (first["base"], first["step"], first["cap"], first["run_bonus"]["amount"]) == (12, 2, 40, 40)
    publish(session, drafted)
