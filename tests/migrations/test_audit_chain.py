"""Migration of the audit trail: what is there is taken over, and what is taken over is verified."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import Signer
from tests import cast
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.owner

BEFORE = "0042"


def test_lines_and_rows_of_before_are_taken_over(app: Flask) -> None:
    with app.app_context():
        session = db.session()
        cast.rich(session)
        redeem_at_once(session)
        request_adjustment(
            session, client_id=cast.AMIR, unit="points", amount=5, reason="A prize was broken", key=cast.key(), actor=cast.miriam,
            now=cast.NOW,
        )  # fmt: skip
        lines = session.execute(text("SELECT COUNT(*) FROM audit_event")).scalar_one()
        db.session.remove()
        downgrade(revision=BEFORE)
        upgrade()
        verification = verify_ledger(db.session())
        assert verification.findings == []
        looked_at = {one.what: one.count for one in verification.looked_at if one.level == 3}
        assert (looked_at["rows of prize, by the audit trail"], looked_at["rows of offer, by the audit trail"]) == (
            2,
            1,
        )
        # One for the roles of accounts before and after; a line for each of client, staff, site, prize, offer, program, schedule and adjustment request, and one for forms.
        assert db.session.execute(text("SELECT last_id, size FROM audit_head")).one() == (lines + 11, lines + 11)
        for statement in ("UPDATE audit_event SET tag = 'x'", "DELETE FROM audit_event"):
            with pytest.raises(Exception, match="written once"):
                db.session.execute(text(statement))
            db.session.rollback()
        # The program goes on from there.
        cast.visit(db.session(), 7)
        cast.another_lead(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_an_anchor_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        take_checkpoint(db.session(), signer=Signer(bytes(32)), actor=command(), now=cast.NOW)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert "audit_anchor holds what 0042 has no place for" in caplog.text
        db.session.remove()
