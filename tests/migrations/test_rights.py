"""On PostgreSQL the program's account has the permissions for daily work, and none to change the ledger."""

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import billing, cast
from tests.conftest import Databases
from tests.redeeming import redeem_at_once

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)

FORBIDDEN = [
    "UPDATE log SET body = leaf",
    "UPDATE visit SET outcome = 'met'",
    "UPDATE entry SET amount = 1000",
    "UPDATE ledger_transaction SET kind = 'gift'",
    "UPDATE schedule_version SET document = '{}'",
    "UPDATE audit_event SET tag = 'nothing:happened'",
    "UPDATE consent SET until = NULL",
    "DELETE FROM consent_revocation",
    "UPDATE disclosure SET basis = 'audit'",
    "DELETE FROM agreement",
    "UPDATE passkey SET public_key = 'x'",
    "UPDATE passkey SET staff_id = 2",
    "UPDATE recovery_code SET code_hash = 'x'",
    "DELETE FROM second_factor",
    "UPDATE viewing SET staff_id = 1",
    "DELETE FROM viewing",
    "TRUNCATE viewing",
    "UPDATE identity_opening SET ends_at = opened_at",
    "DELETE FROM identity_opening",
    "UPDATE note SET text = 'another reason'",
    "UPDATE checkpoint SET note = ''",
    "UPDATE ledger_check SET findings = 0",
    "UPDATE upkeep SET is_done = true",
    "DELETE FROM upkeep",
    "UPDATE adjustment_request SET amount = 1000",
    "UPDATE stock_count SET lines = '[]'",
    "UPDATE count_check SET staff_id = 1",
    "UPDATE count_round SET site_id = 1",
    "UPDATE account SET balance = 1000",
    "UPDATE account SET last_entry_id = last_entry_id + 1",
    "UPDATE log_head SET size = 0",
    "UPDATE program SET point_value_cents = 50",
    "DELETE FROM program",
    "UPDATE id_card SET client_id = 2",
    "UPDATE kiosk_device SET site_id = 2",
    "UPDATE kiosk_device SET token_hash = 'x'",
    "DELETE FROM kiosk_device",
    "UPDATE kiosk_pairing SET site_id = 2",
    "DELETE FROM kiosk_use",
    "UPDATE pin_approval SET client_id = 2",
    "UPDATE id_card SET number = '1'",
    "DELETE FROM id_card",
    "DELETE FROM prize_request",
    "UPDATE prize_request SET client_id = 2",
    "DELETE FROM moment_shown",
    "DELETE FROM question",
    "UPDATE question SET topic = 'talk'",
    "UPDATE goal SET behavior = 'goal'",
    "UPDATE goal_change SET visit_id = 1",
    "UPDATE review_change SET what = 'done'",
    "UPDATE meeting_slip SET on_day = '2026-03-01'",
    "UPDATE slip_decision SET visit_id = 1",
    "UPDATE no_show_call SET outcome = 'reached'",
    "UPDATE client_counselor SET counselor_id = 2",
    "UPDATE funding_source SET name = 'x'",
    "UPDATE funding_terms SET client_cents = NULL",
    "UPDATE enrollment_funding SET source_id = NULL",
    "DELETE FROM enrollment_funding",
    "UPDATE purchase SET unit_cents = 1",
    "UPDATE purchase_decision SET decision = 'authorized'",
    "DELETE FROM purchase_receipt",
    "DELETE FROM signature_withdrawal",
    "UPDATE purchase_end SET note_digest = 'x'",
    "DELETE FROM use_promise",
    "UPDATE key_holding SET holder_id = 1",
    "DELETE FROM key_return",
    "DELETE FROM saved_report",
    "UPDATE saved_report SET report = 'clients'",
    "UPDATE saved_report_site SET site_id = 2",
    "UPDATE service_codes SET procedure_code = ''",
    "DELETE FROM service_codes",
    "DELETE FROM closed_day",
    "DELETE FROM no_show_call",
    "DELETE FROM listed_goal",
    "UPDATE log_head SET id = 1",
    "INSERT INTO visit_claim (claim, visit_id) VALUES ('event:x', 1)",
    "DELETE FROM visit_claim",
    "DELETE FROM log",
    "DELETE FROM entry",
    "DELETE FROM visit_result",
    "DELETE FROM ledger_transaction",
    "DELETE FROM idempotency_key",
    "UPDATE idempotency_key SET answer = 900",
    "UPDATE idempotency_key SET fingerprint = 'x'",
    "UPDATE prize SET created_at = now()",
    "UPDATE staff SET created_at = now()",
    "UPDATE schedule SET created_at = now()",
    "UPDATE audit_head SET last_id = last_id + 1",
    "UPDATE audit_head SET id = 1",
    "DELETE FROM audit_head",
    "UPDATE audit_anchor SET events = 0",
    "DELETE FROM state_salt",
    "UPDATE note SET text = NULL",
    "DELETE FROM note",
    "INSERT INTO audit_event (id, at, tag, via, subject, detail, hash) "
    "VALUES (9000, now(), 'nothing:happened', 'web', 'visit:1', '{}', decode(repeat('00', 32), 'hex'))",
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


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_programs_account_cannot_run_a_forbidden_statement(app: Flask, statement: str) -> None:
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


# What the program changes only together with a line of the audit trail: COMMIT refuses it alone.
WITHOUT_A_LINE = [
    "UPDATE adjustment_request SET decision = 'approved', decided_by_id = 4",
    "UPDATE adjustment_request SET decision = 'declined', decided_by_id = 4",
    "UPDATE prize SET price_cents = 1",
    "UPDATE staff SET roles = 'admin'",
    "UPDATE staff SET is_active = false",
    "UPDATE client SET code = 'HS-77' WHERE id = 1",
    "UPDATE client SET site_id = 2",
    "UPDATE client SET preferred_name = ''",
    "UPDATE offer SET withdrawn_at = now()",
    "UPDATE site SET settings = '{}'",
    "UPDATE schedule SET retired_at = now()",
    "UPDATE saved_report SET name = 'Mine'",
]


@pytest.mark.parametrize("statement", WITHOUT_A_LINE)
def test_the_programs_account_changes_nothing_that_is_watched_without_a_line_of_the_trail(
    app: Flask, statement: str
) -> None:
    with app.app_context():
        cast.rich(db.session())
        request_adjustment(
            db.session(), client_id=cast.AMIR, unit="points", amount=5, reason="A prize was broken", key=cast.key(),
            actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
        redeem_at_once(db.session())
        billing.save(db.session())
        db.session.remove()
        with db.engine.connect() as connection:
            assert connection.execute(text(statement)).rowcount
            with pytest.raises(DBAPIError, match=r"without a line on the audit trail|nothing sealed is behind"):
                connection.commit()
        db.session.remove()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_the_programs_account_erases_a_note_and_does_nothing_else_to_it(app: Flask) -> None:
    with app.app_context():
        cast.visit(db.session(), 7, note="a quiet day")
        db.session.execute(
            text("SELECT cm_erase_note(digest) FROM note WHERE digest IN (SELECT note_digest FROM visit)")
        )
        db.session.commit()
        notes = db.session.execute(text("SELECT text, length(salt) FROM note WHERE text IS NULL")).all()
        assert [tuple(note) for note in notes] == [(None, 0)]
        db.session.remove()


def test_the_programs_account_changes_the_settings_of_a_site_but_not_its_name_or_zone(app: Flask) -> None:
    with app.app_context():
        cast.set_site(db.session(), undo_minutes=5)
        db.session.remove()
        for column in ("name", "time_zone", "created_at"):
            with db.engine.connect() as connection, pytest.raises(DBAPIError):
                connection.execute(text(f"UPDATE site SET {column} = {column}"))


def test_the_programs_account_may_insert_into_every_table_except_those_that_triggers_write(app: Flask) -> None:
    """Without the permission for a table that is added later, the program cannot use it."""
    with app.app_context():
        heads = {"log_head", "audit_head"}
        tables = set(inspect(db.engine).get_table_names()) - {"alembic_version", "visit_claim"} - heads
        with db.engine.connect() as connection:
            for table in sorted(tables):
                assert connection.execute(text(f"SELECT has_table_privilege('{table}', 'INSERT')")).scalar_one(), table
            for table in ("alembic_version", "log_head", "audit_head", "visit_claim"):
                assert not connection.execute(text(f"SELECT has_table_privilege('{table}', 'INSERT')")).scalar_one()


@pytest.mark.parametrize("name", ["log_head", "account", "entry", "visit", "visit_claim"])
def test_a_temporary_table_with_the_same_name_does_not_mislead_the_triggers(app: Flask, name: str) -> None:
    """The triggers read the tables of their own schema, even if a temporary table comes first in the search path."""
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        with db.engine.connect() as connection:
            before = connection.execute(text("SELECT size, hash FROM log_head")).one()
            connection.execute(text(f"CREATE TEMPORARY TABLE {name} (LIKE public.{name})"))
            connection.execute(text(f"GRANT ALL ON pg_temp.{name} TO PUBLIC"))
            if name == "log_head":
                connection.execute(text("INSERT INTO pg_temp.log_head VALUES (1, -11, 'x')"))
            with pytest.raises(DBAPIError):
                connection.execute(
                    text(
                        "INSERT INTO public.visit (enrollment_id, site_id, behavior, happened_on, day_place, outcome, "
                        "excuse, recorded_at, via) VALUES (1, 1, 'cocaine-negative', '2026-03-20', 1, 'excused', "
                        "'illness', now(), 'web')"
                    )
                )
                connection.execute(
                    text(
                        "INSERT INTO public.log (seq, record, body, leaf, hash) "
                        "SELECT -10, 'visit:' || max(id), 'x', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') "
                        "FROM public.visit"
                    )
                )
                connection.commit()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT size, hash FROM log_head")).one() == before


def test_the_programs_account_cannot_make_temporary_tables(databases: Databases, kind: str) -> None:
    name = databases.empty(kind)
    app = create_app(databases.settings(kind, name, as_owner=True))
    with app.app_context():
        upgrade()
        privilege = db.session.execute(text("SELECT has_database_privilege('cm_clinic', current_database(), 'TEMP')"))
        assert privilege.scalar_one() is False
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)
