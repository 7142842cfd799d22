"""PostgreSQL: the account that the program runs as can do its day's work, and nothing against the ledger."""

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from cm_tracker.db import db
from tests import cast

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)

AGAINST = [
    "UPDATE log SET body = leaf",
    "UPDATE visit SET outcome = 'met'",
    "UPDATE entry SET amount = 1000",
    "UPDATE ledger_transaction SET kind = 'gift'",
    "UPDATE schedule_version SET document = '{}'",
    "UPDATE audit_event SET tag = 'nothing:happened'",
    "UPDATE note SET text = 'another reason'",
    "UPDATE checkpoint SET note = ''",
    "UPDATE ledger_check SET findings = 0",
    "UPDATE adjustment_request SET amount = 1000",
    "UPDATE account SET balance = 1000",
    "UPDATE account SET last_entry_id = last_entry_id + 1",
    "UPDATE log_head SET size = 0",
    "UPDATE log_head SET id = 1",
    "INSERT INTO visit_claim (claim, visit_id) VALUES ('event:x', 1)",
    "DELETE FROM visit_claim",
    "DELETE FROM log",
    "DELETE FROM entry",
    "DELETE FROM visit_result",
    "DELETE FROM ledger_transaction",
    "DELETE FROM idempotency_key",
    "DELETE FROM audit_event",
    "DELETE FROM client",
    "TRUNCATE log CASCADE",
    "TRUNCATE audit_event",
    "DROP TABLE log CASCADE",
    "DROP TRIGGER log_has_form ON log",
    "ALTER TABLE log DISABLE TRIGGER USER",
    "ALTER TABLE account DROP CONSTRAINT ck_account_balance_is_not_negative",
    "SET session_replication_role = replica",
    "CREATE TABLE log2 (id int)",
    "CREATE OR REPLACE FUNCTION cm_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER ROLE cm_clinic SUPERUSER",
    "SELECT cm_entry_moves_balance()",
    "CREATE RULE quiet AS ON INSERT TO log DO INSTEAD NOTHING",
    "SET ROLE postgres",
]


@pytest.mark.parametrize("statement", AGAINST)
def test_it_cannot(app: Flask, statement: str) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT current_user")).scalar_one() == "cm_clinic"
            with pytest.raises(DBAPIError):
                connection.execute(text(statement))
        with db.engine.connect() as connection:
            balance = connection.execute(text("SELECT balance FROM account WHERE key = 'client:1:points'")).scalar_one()
            assert balance == 85


def test_every_table_was_thought_of(app: Flask) -> None:
    """A table that is added later needs its rights, or the program cannot work on it."""
    with app.app_context():
        tables = set(inspect(db.engine).get_table_names()) - {"alembic_version", "log_head", "visit_claim"}
        with db.engine.connect() as connection:
            for table in sorted(tables):
                assert connection.execute(text(f"SELECT has_table_privilege('{table}', 'INSERT')")).scalar_one(), table
            for table in ("alembic_version", "log_head", "visit_claim"):
                assert not connection.execute(text(f"SELECT has_table_privilege('{table}', 'INSERT')")).scalar_one()
