"""Level 4 finds a client who is at another site than the sealed transfers say, and an old code of somebody else."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "level", "table", "sentence"),
    [
        (
            "UPDATE client SET site_id = 2 WHERE id = 1",
            4,
            "client_transfer",
            "client_transfer:2 is the client's newest, but the client belongs to another site",
        ),
        (
            "UPDATE client_transfer SET client_id = 1 WHERE id = 3",
            4,
            "client_transfer",
            "client_transfer:3 begins at another site than the one to which the transfer before it led",
        ),
        (
            "UPDATE client_transfer SET first_day = '2026-03-09' WHERE id = 1",
            3,
            "client_transfer",
            "client_transfer:1 differs from its sealed body in: first_day",
        ),
        (
            "UPDATE client_alias SET client_id = 2",
            4,
            "client_alias",
            "code_change:1 is of another client than the old code that it left",
        ),
        (
            "UPDATE client_alias SET code = 'HS-2'",
            4,
            "client_alias",
            "code_change:1 left another old code than the one that it sealed",
        ),
    ],
)
def test_what_the_sealed_records_contradict_is_found(
    app: Flask, kind: str, statement: str, level: int, table: str, sentence: str
) -> None:
    with app.app_context():
        session: Session = db.session()
        cast.transfer(session, first_day="2026-03-10")
        cast.transfer(session, to_site_id=cast.HARBOR, first_day="2026-03-12")
        cast.transfer(session, client_id=cast.BEA, to_site_id=cast.HARBOR)
        correct_code(
            session, client_id=cast.AMIR, code="HS-50", reason="x", key=cast.key(), actor=cast.rosa, now=cast.NOW
        )
        assert verify_ledger(session).findings == []
        session.rollback()
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        findings = [(f.level, f.table, f.says) for f in verify_ledger(session).findings]
        put_guards_back(session, kind)
    assert (level, table, sentence) in findings
