"""Migration 0024: transfers and corrected codes. A program with rows is updated, and goes back as long as it has none."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from cm_tracker.db import db
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast

pytestmark = pytest.mark.owner
# The migration before 0024.
BEFORE = "0023"


def correct() -> None:
    correct_code(
        db.session(), client_id=cast.AMIR, code="HS-50", reason="Typed wrongly", key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip


def test_clients_of_an_earlier_version_are_transferred_and_get_another_code_after_the_upgrade(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not {"client_transfer", "code_change", "client_alias"} & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        cast.transfer(db.session(), first_day="2026-03-06")
        # The fourth in a row earns 10 + 3 times 5.
        cast.visit(db.session(), 7, actor=cast.anna)
        assert balances_of(db.session(), cast.AMIR)["points"] == 85 + 25
        db.session.rollback()
        correct_code(
            db.session(), client_id=cast.AMIR, code="MR-50", reason="Typed wrongly", key=cast.key(), actor=cast.anna,
            now=cast.NOW,
        )  # fmt: skip
        assert client_with_code(db.session(), cast.anna, "HS-1") == cast.AMIR
        db.session.rollback()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("what", "table"), [("transfer", "client_transfer"), ("code", "code_change")])
def test_a_downgrade_that_would_lose_one_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, what: str, table: str
) -> None:
    with app.app_context():
        if what == "transfer":
            cast.transfer(db.session())
        else:
            correct()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"{table} holds what 0023 has no place for" in caplog.text
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE client_transfer SET to_site_id = 1",
        "DELETE FROM client_transfer",
        "UPDATE code_change SET client_id = 2",
        "DELETE FROM code_change",
    ],
)
def test_what_is_sealed_is_neither_changed_nor_deleted(app: Flask, statement: str) -> None:
    with app.app_context():
        correct()
        cast.transfer(db.session())
        db.session.remove()
        with db.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement))


def test_a_transfer_leads_to_another_site(app: Flask) -> None:
    with app.app_context():
        cast.transfer(db.session())
        db.session.remove()
        columns = "client_id, site_id, to_site_id, first_day, note_digest, recorded_at, via"
        with (
            db.engine.connect() as connection,
            pytest.raises(DBAPIError, match=r"(?i)to_another_site|check constraint"),
        ):
            connection.execute(
                text(
                    f"INSERT INTO client_transfer ({columns}) SELECT client_id, 2, 2, first_day, note_digest, "
                    "recorded_at, via FROM client_transfer"
                )
            )
