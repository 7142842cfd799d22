"""Migration 0028: the program's currency. A program with rows pays in dollars, and goes back as long as it does."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.models import ScheduleDraft
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.set_currency import set_currency
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import program_money
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0028.
BEFORE = "0027"


def test_a_program_of_an_earlier_version_pays_in_dollars_after_the_upgrade(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        save_draft(db.session(), document=preset("higgins-voucher"), actor=cast.miriam, now=cast.NOW)
        db.session.remove()
        downgrade(revision=BEFORE)
        assert {column["name"] for column in inspect(db.engine).get_columns("program")} == {"id", "point_value_cents"}
        assert "not_exchanged_from" not in {
            column["name"] for column in inspect(db.engine).get_columns("schedule_draft")
        }
        db.engine.dispose()
        upgrade()
        assert program_money(db.session()) == (25, "USD")
        assert db.session().execute(select(ScheduleDraft.not_exchanged_from)).scalars().all() == [None]
        assert "currency cannot change" in refuses(db.session(), "UPDATE program SET currency = 'GBP'")
        assert "cannot change once a point was issued" in refuses(
            db.session(), "UPDATE program SET point_value_cents = 50"
        )
        cast.visit(db.session(), 7)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_an_empty_program_of_an_earlier_version_can_still_get_another_currency(bare_app: Flask) -> None:
    with bare_app.app_context():
        downgrade(revision=BEFORE)
        db.engine.dispose()
        upgrade()
        assert "currency_is_a_code" in refuses(db.session(), "UPDATE program SET currency = 'GB'")
        set_currency(db.session(), currency="GBP", actor=command(), now=cast.NOW)
        assert program_money(db.session()) == (25, "GBP")
        db.session.remove()


@pytest.mark.parametrize(("what", "lost"), [("currency", "program"), ("draft", "schedule_draft")])
def test_a_downgrade_that_would_lose_a_currency_is_refused(
    bare_app: Flask, caplog: pytest.LogCaptureFixture, what: str, lost: str
) -> None:
    with bare_app.app_context():
        if what == "currency":
            set_currency(db.session(), currency="GBP", actor=command(), now=cast.NOW)
        else:
            pounds = {**preset("higgins-voucher"), "format": "cm-schedule/2", "currency": "GBP"}
            save_draft(
                db.session(), document=pounds, actor=Actor(None, frozenset({"lead"}), None, "command"), now=cast.NOW
            )
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"{lost} holds what 0027 has no place for" in caplog.text
        db.session.remove()
