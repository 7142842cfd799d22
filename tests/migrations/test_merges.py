"""Migrations of merges, and what the database itself refuses of a merge."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, merging

pytestmark = pytest.mark.owner


# The newest migration below that of merges.
BEFORE_MERGES = "0022"


def test_clients_migrate_down_and_up_and_can_be_merged_afterwards(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        second = merging.second_record(db.session())
        db.session.remove()
        downgrade(revision=BEFORE_MERGES)
        assert {"client_merge", "merge_request"}.isdisjoint(inspect(db.engine).get_table_names())
        upgrade()
        merging.merge(db.session(), second)
        rows = db.session.execute(text("SELECT id, merged_into_id FROM client ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [(1, None), (2, None), (second, 1)]
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.mark.parametrize("is_decided", [True, False])
def test_a_downgrade_that_would_lose_a_merge_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, is_decided: bool
) -> None:
    with app.app_context():
        request = merging.ask(db.session(), merging.second_record(db.session()))
        if is_decided:
            merging.decide(db.session(), request)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE_MERGES)
        table = "client_merge" if is_decided else "merge_request"
        assert f"{table} holds what 0022 has no place for" in caplog.text
        db.session.remove()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE merge_request SET decision = NULL",
        "UPDATE merge_request SET decision = 'declined'",
        "UPDATE merge_request SET into_client_id = 2",
        "DELETE FROM merge_request",
        "UPDATE client_merge SET into_client_id = 2",
        "DELETE FROM client_merge",
    ],
)
def test_a_merge_is_decided_once_and_never_changed_by_plain_sql(session: Session, statement: str) -> None:
    merging.merge(session, merging.second_record(session))
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
    session.rollback()


def test_a_record_waits_for_one_merge_at_a_time_and_nobody_approves_their_own(session: Session) -> None:
    request = merging.ask(session, merging.second_record(session))
    for statement in (
        "INSERT INTO merge_request (from_client_id, into_client_id, site_id, note_digest, requested_at) "
        "SELECT from_client_id, 2, site_id, note_digest, requested_at FROM merge_request",
        f"UPDATE merge_request SET decision = 'approved', decided_by_id = staff_id WHERE id = {request}",
    ):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
