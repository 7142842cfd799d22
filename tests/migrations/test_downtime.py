"""Migration 0058: lines typed from paper. Only their signature changes, and going back loses none of them."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cm_tracker.db import db
from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast

BEFORE = "0057"


def test_nothing_that_was_typed_is_lost_by_going_back(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        line = PaperLine(cast.NOW.date(), (), PaperPrize(cast.MUG, 1, 20))
        record_downtime(db.session(), enrollment_id=cast.AMIR, line=line, key=cast.key(), actor=cast.rosa, now=cast.NOW)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "downtime_line holds what was typed from paper" in caplog.text
        db.session.remove()


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE downtime_line SET signed_at = recorded_at", "signature_is_whole"),
        ("UPDATE downtime_line SET signed_at = recorded_at, signed_by_id = staff_id", "second_person_signs"),
    ],
)
def test_the_database_keeps_the_rules_of_a_signature(app: Flask, statement: str, rule: str) -> None:
    with app.app_context():
        cast.rich(db.session())
        line = PaperLine(cast.NOW.date(), (), PaperPrize(cast.MUG, 1, 20))
        record_downtime(db.session(), enrollment_id=cast.AMIR, line=line, key=cast.key(), actor=cast.rosa, now=cast.NOW)
        with pytest.raises(DBAPIError, match=rule):
            db.session().execute(text(statement))
        db.session.remove()
