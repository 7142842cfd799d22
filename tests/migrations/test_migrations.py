"""Migrations run up and down, and the database itself refuses plain SQL that would break the ledger."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker import create_app
from cm_tracker.db import SQLITE_SETTINGS, check_settings, db, of_transaction
from cm_tracker.domain.errors import SameSpecimen
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, client_account, items, site_account
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.evidence import Collection, Hours, NewVisit, Specimen, Test
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.models import ScheduleVersion
from cm_tracker.models.sealed import table_of
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.prizes.begin_count import begin_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.set_point_value import set_point_value
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.lock_client import LOCKED_CLIENTS
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.counts import counts
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.schedules.schedules import draft, versions
from cm_tracker.queries.staff.site_settings import settings_of
from tests import cast, merging
from tests.conftest import Databases
from tests.operations.visits import test_readings as readings
from tests.program_hours import program, week
from tests.redeeming import redeem_at_once

VERSIONS = Path(__file__).parents[2] / "cm_tracker" / "migrations" / "versions"

pytestmark = pytest.mark.owner
BEFORE_ROUNDS = "0018"
# The newest migration below that of merges.
BEFORE_MERGES = "0022"


def test_migrations_are_numbered_without_gaps_and_follow_one_another() -> None:
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    for n, name in enumerate(names, 1):
        source = (VERSIONS / name).read_text(encoding="utf-8")
        below = "None" if n == 1 else f'"{n - 1:04}"'
        assert re.search(rf'^revision = "{n:04}"$', source, re.M)
        assert re.search(rf"^down_revision = {below}$", source, re.M)


def test_an_empty_database_migrates_up_down_and_up_again(databases: Databases, kind: str) -> None:
    name = databases.empty(kind)
    app = create_app(databases.settings(kind, name))
    with app.app_context():
        upgrade()
        assert "log_head" in inspect(db.engine).get_table_names()
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT size FROM log_head")).scalar_one() == 0
        db.engine.dispose()
    databases.drop(kind, name)


def test_a_database_with_data_migrates_down_and_up(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0001")
        upgrade()
        cast.rich(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_sealed_rows_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0002")
        assert "Restore a backup instead." in caplog.text
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


EXPIRES = '{"expiry_weeks": {"since": "2026-03-16", "value": 6}}'
TRADES = '{"trade_days": {"since": null, "value": 5}}'
UNDOES = '{"undo_minutes": {"since": "2026-03-16", "value": 5}}'


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (f"UPDATE site SET settings = '{EXPIRES}' WHERE id = 1", "points expire here"),
        ("UPDATE prize SET tier = 'small' WHERE id = 1", "prize holds what 0008 has no place for"),
        (f"UPDATE site SET settings = '{TRADES}' WHERE id = 1", "site holds what 0011 has no place for"),
        (f"UPDATE site SET settings = '{UNDOES}' WHERE id = 1", "site holds what 0014 has no place for (undo_minutes)"),
        ("UPDATE prize SET limit_count = 2 WHERE id = 1", "prize holds what 0009 has no place for (limit_count)"),
        (
            "UPDATE schedule SET retired_at = '2026-03-16 15:00:00' WHERE id = 1",
            "schedule holds what 0017 has no place for (retired_at)",
        ),
        (
            "INSERT INTO adjustment_request (client_id, site_id, unit, amount, note_digest, requested_at, "
            "decision_note_digest) SELECT 1, 1, 'points', 5, digest, '2026-03-16 15:00:00', digest FROM note LIMIT 1",
            "adjustment_request holds what 0012 has no place for",
        ),
    ],
)
def test_a_downgrade_that_would_lose_values_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, statement: str, message: str
) -> None:
    with app.app_context():
        db.session.execute(text(statement))
        db.session.commit()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0007")
        assert message in caplog.text
        db.session.remove()


def test_the_settings_of_sites_migrate_down_and_up(app: Flask) -> None:
    """One site has every setting of 0014, one has a rule that was withdrawn, and one has the defaults."""
    with app.app_context():
        add_site(db.session(), name="Lake View", time_zone="America/Denver", actor=command(), now=cast.NOW)
        for site_id, values in ((cast.HARBOR, {"expiry_weeks": 6, "trade_days": 14}), (cast.MILL, {"expiry_weeks": 8})):
            cast.set_site(db.session(), site_id=site_id, actor=command(), **values)
        # A value that was changed and set back to the default does not block the downgrade.
        for values in ({"expiry_weeks": None, "undo_minutes": 5}, {"undo_minutes": 15}):
            cast.set_site(db.session(), site_id=cast.MILL, actor=command(), **values)
        db.session.remove()
        downgrade(revision="0014")
        columns = "SELECT id, expiry_weeks, CAST(expiry_since AS CHAR(10)), trade_days FROM site ORDER BY id"
        with db.engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(columns))]
        assert rows == [(1, 6, "2026-03-16", 14), (2, None, None, None), (3, None, None, None)]
        upgrade()
        with db.engine.connect() as connection:
            stored = connection.execute(text("SELECT settings FROM site ORDER BY id")).scalars().all()
        # The older version does not store since when small prizes can be traded.
        assert stored == [
            '{"expiry_weeks":{"since":"2026-03-16","value":6},"trade_days":{"since":null,"value":14}}', "{}", "{}",
        ]  # fmt: skip
        settings = settings_of(db.session(), cast.HARBOR)
        assert (settings.expiry_weeks, settings.since, settings.trade_days) == (
            6,
            {"expiry_weeks": date(2026, 3, 16)},
            14,
        )
        assert settings_of(db.session(), cast.MILL) == SiteSettings()
        db.session.remove()
        db.engine.dispose()


def test_clients_of_an_earlier_version_are_found_after_the_upgrade(app: Flask) -> None:
    with app.app_context():
        for code, name in (("HS-118", "Inés María"), ("HS-119", ""), ("HS-120", "100%_\\")):
            open_client(
                db.session(),
                code=code,
                preferred_name=name,
                site_id=cast.HARBOR,
                language="en",
                actor=command(),
                now=cast.NOW,
            )
        db.session.remove()
        keys = text("SELECT code, search_key FROM client WHERE site_id = 1 ORDER BY code")
        with db.engine.connect() as connection:
            before = [tuple(row) for row in connection.execute(keys)]
        downgrade(revision="0015")
        assert "search_key" not in {column["name"] for column in inspect(db.engine).get_columns("client")}
        upgrade()
        with db.engine.connect() as connection:
            after = [tuple(row) for row in connection.execute(keys)]
        assert after == [
            ("HS-1", "hs1 amir"),
            ("HS-118", "hs118 inesmaria"),
            ("HS-119", "hs119 "),
            ("HS-120", "hs120 100%_\\"),
        ]
        assert after == before, "the operations write the same"
        db.engine.dispose()


def test_counts_from_before_there_were_rounds_stay_as_they_are(app: Flask) -> None:
    """A count and a signature of the older version are read, shown and verified after the update."""
    with app.app_context():
        session: Session = db.session()
        old = {"site_id": 1, "recorded_at": cast.NOW, "via": "web", "round_id": None, "retail": None}
        first = add_record(session, "stock_count", **old, lines="[[1,5,5],[2,1,1]]", staff_id=cast.ROSA)
        signature = add_record(
            session, "count_signature", count_id=first.id, site_id=1, note_digest=None, transaction_id=None,
            lead_id=None, recorded_at=cast.NOW, staff_id=cast.LEO, via="web",
        )  # fmt: skip
        second = add_record(session, "stock_count", **old, lines="[[1,3,5],[2,1,1]]", staff_id=cast.ROSA)
        seal_records(session, [first, signature, second])
        session.commit()
        db.session.remove()
        downgrade(revision=BEFORE_ROUNDS)
        assert "round_id" not in {column["name"] for column in inspect(db.engine).get_columns("stock_count")}
        db.engine.dispose()
        upgrade()
        session = db.session()
        newest, signed = counts(session, cast.grace)
        assert [(line.counted, line.expected) for line in newest.lines] == [(3, 5), (1, 1)]
        assert (newest.signed_at, newest.is_open, signed.signed_by) == (None, False, "Leo")
        assert verify_ledger(session).findings == []
        count_stock(session, site_id=1, counted={1: 5, 2: 1}, key=cast.key(), actor=cast.rosa, now=cast.NOW)
        db.session.remove()
        db.engine.dispose()


def test_a_downgrade_that_would_lose_a_round_of_counts_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        begin_count(db.session(), site_id=1, actor=cast.rosa, now=cast.NOW)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE_ROUNDS)
        assert "count_round holds what" in caplog.text


def publish_before_0020(session: Session, name: str, published: dict[str, Any]) -> None:
    """Seal a version as an older program did, when each schedule set what its points are worth."""
    named = "INSERT INTO schedule (name, created_at) VALUES (:name, '2026-03-01 15:00:00') RETURNING id"
    row = {
        "schedule_id": session.execute(text(named), {"name": name}).scalar_one(),
        "number": 1,
        "document": json.dumps(published),
        "recorded_at": cast.NOW,
        "staff_id": None,
        "via": "cli",
    }
    # Only the columns that the table had then.
    written = insert(table_of("schedule_version")).values(**row).returning(ScheduleVersion.id)
    version_id = session.execute(written).scalar_one()
    empty = dict.fromkeys(("name", "preset", "starts_on", "sent_by_id", "statement_digest"))
    version = Record("schedule_version", {"id": version_id, **row, **empty})
    seal_records(session, [version])
    session.commit()


DRAWS_OF_A_DOLLAR = {**preset("va-prize"), "point_value_cents": 100}


@pytest.mark.parametrize(
    ("published", "cents"),
    [
        ((), 25),
        ((preset("higgins-voucher"),), 25),
        ((preset("roll-smoking"), preset("california-recovery-incentives")), 50),
        # Where every track pays draws, the value was never used.
        ((preset("roll-smoking"), DRAWS_OF_A_DOLLAR), 50),
        ((DRAWS_OF_A_DOLLAR,), 100),
    ],
)
def test_the_value_of_the_published_versions_becomes_the_programs(
    bare_app: Flask, published: tuple[dict[str, Any], ...], cents: int
) -> None:
    with bare_app.app_context():
        downgrade(revision="0019")
        for document in published:
            publish_before_0020(db.session(), document["name"], document)
        db.session.remove()
        upgrade()
        assert point_value(db.session()) == cents
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        downgrade(revision="0019")
        upgrade()
        assert point_value(db.session()) == cents
        db.session.remove()


def test_versions_that_pay_points_of_different_values_refuse_the_upgrade(
    bare_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with bare_app.app_context():
        downgrade(revision="0019")
        for name in ("higgins-voucher", "roll-smoking"):
            publish_before_0020(db.session(), name, preset(name))
        db.session.remove()
        with pytest.raises(SystemExit):
            upgrade()
        assert "The published schedules value a point at 25 and 50 cents." in caplog.text
        assert "begin a new program with flask init" in caplog.text
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0019"
        assert "program" not in inspect(db.engine).get_table_names()
        db.session.remove()


def test_a_downgrade_that_would_lose_the_value_of_a_point_is_refused(
    bare_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with bare_app.app_context():
        set_point_value(db.session(), point_value_cents=50, actor=command(), now=cast.NOW)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0019")
        assert "program holds what 0019 has no place for (point_value_cents)" in caplog.text
        db.session.remove()


def redeem_before_0017(session: Session) -> None:
    """Hand a mug to Amir for 20 points as an older program did, and offer him another one."""
    purse, spent = client_account(cast.AMIR, "points"), site_account("spent", cast.HARBOR, "points")
    shelf, given = cabinet_account(cast.HARBOR, cast.MUG), site_account("given", cast.HARBOR, items(1), cast.MUG)
    # `lock_client` reads a column that this version does not have yet.
    session.connection()
    of_transaction(session, LOCKED_CLIENTS)[str(cast.AMIR)] = cast.AMIR
    lock_balances(session, [purse, shelf])
    transaction = post_transaction(
        session,
        "redemption",
        [Entry(purse, -20), Entry(spent, 20), Entry(shelf, -1), Entry(given, 1)],
        site_id=cast.HARBOR,
        client_id=cast.AMIR,
        actor=cast.rosa,
        now=cast.NOW,
    )
    row = {
        "id": 1, "client_id": cast.AMIR, "site_id": cast.HARBOR, "prize_id": cast.MUG, "prize_name": "Travel mug",
        "price_points": 20, "quantity": 1, "transaction_id": transaction.id, "confirmed": "screen",
        "staff_id": cast.ROSA, "via": "web", "recorded_at": cast.NOW,
    }  # fmt: skip
    columns = ", ".join(row)
    session.execute(
        text(f"INSERT INTO redemption ({columns}) VALUES ({', '.join(f':{name}' for name in row)})"),
        {**row, "recorded_at": "2026-03-16 15:00:00.000000"},
    )
    session.execute(
        text(
            "INSERT INTO offer (client_id, prize_id, prize_name, price_points, quantity, is_set_aside, offered_at, via) "
            "VALUES (1, 1, 'Travel mug', 20, 1, FALSE, '2026-03-16 15:00:00.000000', 'web')"
        )
    )
    empty = dict.fromkeys(("tier", "way", "card_id", "note_digest", "price_cents"))
    seal_records(session, [transaction, Record("redemption", {**row, **empty})])
    session.commit()


def test_prizes_get_the_money_that_their_points_are_worth_and_old_redemptions_keep_their_points(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision="0015")
        with db.engine.connect() as connection:
            prices = connection.execute(text("SELECT price_points FROM prize ORDER BY id")).scalars().all()
        assert prices == [20, 80]
        redeem_before_0017(db.session())
        db.session.remove()
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT price_cents FROM prize ORDER BY id")).scalars().all() == [500, 2000]
            assert connection.execute(text("SELECT price_points, price_cents FROM offer")).one() == (20, 500)
            assert connection.execute(text("SELECT price_points, price_cents FROM redemption")).one() == (20, None)
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        downgrade(revision="0015")
        upgrade()
        redeem_at_once(db.session())
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_a_price_in_money_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE prize SET price_cents = 480 WHERE id = 1"))
        db.session.commit()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0015")
        assert "prize holds what 0019 has no place for (price_cents)" in caplog.text
        cast.rich(db.session())
        redeem_at_once(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0015")
        assert "redemption holds what 0019 has no place for (price_cents)" in caplog.text
        db.session.remove()


def test_a_downgrade_that_would_lose_a_confirmation_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision="0015")
        redeem_before_0017(db.session())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0010")
        assert "redemption holds what 0010 has no place for" in caplog.text
        db.session.remove()


def test_visits_of_one_specimen_migrate_down_and_up_with_their_claims(app: Flask) -> None:
    """What 0020 sealed equals its rows after the upgrade, and a label that it claimed is still refused."""
    with app.app_context():
        cast.visit(db.session(), 0, specimen_id="U1")
        waits = cast.visit(db.session(), 2, Test({"cocaine": "pending"}), specimen_id="U2")
        cast.put_right(db.session(), waits, "answer", cast.negative(), actor=cast.rosa, specimen_id="U2")
        db.session.remove()
        downgrade(revision="0020")
        with db.engine.begin() as connection:
            claims = {tuple(row) for row in connection.execute(text("SELECT claim, visit_id FROM visit_claim"))}
        assert claims == {
            ("event:1:cocaine-negative:2026-03-02:1", 1), ("specimen:1:U1", 1),
            ("event:1:cocaine-negative:2026-03-04:1", 3), ("specimen:1:U2", 3),
        }  # fmt: skip
        statement = (
            f"INSERT INTO visit ({COPIED}, happened_on, day_place, corrects_id, correction) "
            f"SELECT {COPIED}, happened_on, 1, id, 'specimen' FROM visit WHERE id = 1"
        )
        assert "correction_is_known" in refuses(db.session(), statement), "0020 does not know the word"
        db.session.remove()
        upgrade()
        assert verify_ledger(db.session()).findings == []
        with pytest.raises(SameSpecimen):
            cast.visit(db.session(), 4, specimen_id="U2")
        dilute = cast.visit(db.session(), 4, Test(specimen="dilute"), specimen_id="U3")
        cast.put_right(db.session(), dilute, "specimen", cast.negative(), actor=cast.rosa, specimen_id="U4")
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


HOURS = "0027"


def test_visits_of_before_hours_verify_as_they_were_and_weeks_of_hours_are_entered_afterwards(app: Flask) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(HOURS).down_revision)
        cast.rich(db.session())
        cast.visit(db.session(), 7, cast.ABSENT)
        db.session.remove()
        downgrade(revision=before)
        columns = {column["name"] for column in inspect(db.engine).get_columns("visit")}
        assert not columns & {"minutes_attended", "minutes_excused", "minutes_expected"}
        upgrade()
        rows = db.session.execute(text("SELECT minutes_attended, minutes_excused, minutes_expected FROM visit"))
        assert {tuple(row) for row in rows} == {(None, None, None)}
        week(db.session(), program(db.session()), "2026-03-08", Hours(500, 40, 600))
        rows = db.session.execute(
            text("SELECT minutes_attended, minutes_excused, minutes_expected FROM visit WHERE id = 5")
        )
        assert [tuple(row) for row in rows] == [(500, 40, 600)]
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_a_downgrade_that_would_lose_minutes_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(HOURS).down_revision)
        week(db.session(), program(db.session()), "2026-03-08", Hours(0, 0, 0))
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert f"visit holds what {before} has no place for (minutes_attended)" in caplog.text
        db.session.remove()


def test_the_database_takes_no_more_minutes_than_a_week_has(session: Session) -> None:
    week(session, program(session), "2026-03-08", Hours(0, 0, 10080))
    for column in ("minutes_attended", "minutes_excused", "minutes_expected"):
        for minutes in (-1, 10081):
            with pytest.raises(DBAPIError):
                session.execute(
                    text(
                        f"INSERT INTO visit (enrollment_id, site_id, behavior, happened_on, day_place, outcome, {column}, "
                        "recorded_at, via) SELECT enrollment_id, site_id, behavior, '2026-03-15', 1, outcome, "
                        f"{minutes}, recorded_at, via FROM visit WHERE id = 1"
                    )
                )
            session.rollback()


TWO_LEADS = "0025"


def test_versions_of_before_two_leads_published_stay_as_they_were_sealed(app: Flask) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(TWO_LEADS).down_revision)
        cast.rich(db.session())
        draft_id = save_draft(db.session(), document=preset("va-prize"), actor=cast.miriam, now=cast.NOW)
        db.session.remove()
        downgrade(revision=before)
        assert "lead_statement" not in inspect(db.engine).get_table_names()
        columns = {column["name"] for column in inspect(db.engine).get_columns("schedule_version")}
        assert not columns & {"name", "preset", "starts_on", "sent_by_id", "statement_digest"}
        publish_before_0020(db.session(), "Attendance, again", {**preset("attendance-points"), "name": "Again"})
        db.session.remove()
        upgrade()
        assert verify_ledger(db.session()).findings == []
        lines = versions(db.session(), cast.miriam, cast.NOW.date())
        assert [(line.starts_on, line.sent_by, line.is_alone) for line in lines] == [(None, None, False)] * 3
        assert not draft(db.session(), draft_id).waits
        db.session.remove()


@pytest.mark.parametrize(
    ("evidence", "earlier", "column"),
    [
        (Test({"cocaine": "negative"}), (Specimen(Test(specimen="dilute")),), "specimens"),
        (Test(specimen="leaked"), (), "specimen"),
    ],
)
def test_a_downgrade_that_would_lose_a_specimen_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, evidence: Test, earlier: tuple[Specimen, ...], column: str
) -> None:
    with app.app_context():
        cast.visit(db.session(), 0, evidence, earlier=earlier)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0020")
        assert f"visit holds what 0020 has no place for ({column})" in caplog.text
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE schedule_draft SET sent_at = '2026-03-16 15:00:00'", "schedule_draft holds what"),
        (
            "INSERT INTO lead_statement (staff_id, note_digest, stated_at) SELECT 3, digest, '2026-03-16 15:00:00' "
            "FROM note LIMIT 1",
            "lead_statement holds what",
        ),
    ],
)
def test_a_downgrade_that_would_lose_who_publishes_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, statement: str, message: str
) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(TWO_LEADS).down_revision)
        save_draft(db.session(), document=preset("va-prize"), actor=cast.miriam, now=cast.NOW)
        db.session.execute(text(statement))
        db.session.commit()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert message in caplog.text and "Restore a backup instead." in caplog.text
        db.session.remove()


def test_a_downgrade_that_would_lose_the_first_day_of_a_version_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        before = str(ScriptDirectory(str(VERSIONS.parent)).get_revision(TWO_LEADS).down_revision)
        publish_schedule(
            db.session(), document=preset("va-prize"), starts_on=date(2026, 3, 23), reason="x", key=cast.key(),
            actor=command(), now=cast.NOW,
        )  # fmt: skip
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=before)
        assert "schedule_version holds what" in caplog.text and "(starts_on)" in caplog.text


def test_panels_are_added_and_visits_from_before_verify_as_they_were(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0021")
        upgrade()
        cast.visit(db.session(), 0)
        assert verify_ledger(db.session()).findings == []
        body = db.session.execute(text("SELECT body FROM log WHERE record = 'visit:1'")).scalar_one()
        assert "panel_id" not in json.loads(bytes(body))
        db.session.remove()
        downgrade(revision="0021")
        assert "panel_id" not in {column["name"] for column in inspect(db.engine).get_columns("visit")}
        assert not {"panel", "panel_strip", "kit_lot"} & set(inspect(db.engine).get_table_names())
        upgrade()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        db.engine.dispose()


def test_readings_are_added_and_visits_from_before_verify_as_they_were(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="0025")
        assert "reading" not in {column["name"] for column in inspect(db.engine).get_columns("visit")}
        upgrade()
        cast.visit(db.session(), 0)
        assert verify_ledger(db.session()).findings == []
        body = db.session.execute(text("SELECT body FROM log WHERE record = 'visit:1'")).scalar_one()
        assert "reading" not in json.loads(bytes(body))
        db.session.remove()
        downgrade(revision="0025")
        upgrade()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        db.engine.dispose()


def test_a_downgrade_that_would_lose_a_reading_is_refused(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        enrollment_id = readings.enrolled(db.session(), readings.by(readings.CO))
        readings.record(db.session(), enrollment_id, 0, Test(reading=11))
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0025")
        assert "visit holds what 0025 has no place for" in caplog.text
        db.session.remove()


@pytest.mark.parametrize("is_used", [False, True])
def test_a_downgrade_that_would_lose_a_panel_is_refused(
    app: Flask, caplog: pytest.LogCaptureFixture, is_used: bool
) -> None:
    with app.app_context():
        if is_used:
            said = Collection(observed="yes")
            seen = NewVisit("cocaine-negative", cast.START, Test({"cocaine": "negative"}), collection=said)
            record_visit(
                db.session(), enrollment_id=cast.AMIR, visit=seen, key=cast.key(), actor=cast.rosa, now=cast.NOW
            )  # fmt: skip
        else:
            strips = [Strip("cocaine", 150)]
            add_panel(
                db.session(), site_id=1, name="Cup", strips=strips, key=cast.key(), actor=cast.miriam, now=cast.NOW
            )  # fmt: skip
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision="0021")
        assert f"{'visit' if is_used else 'panel'} holds what 0021 has no place for" in caplog.text
        db.session.remove()


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


def test_the_models_match_the_migrated_tables(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_sqlite_has_the_settings_that_the_ledger_needs(app: Flask, kind: str) -> None:
    with app.app_context():
        check_settings(db.engine)
        if kind == "sqlite":
            with db.engine.connect() as connection:
                settings_found = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SQLITE_SETTINGS
                }
            assert settings_found == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "recursive_triggers": 1,
            }


def refuses(session: Session, *statements: str) -> str:
    """Run statements and commit. Assert that the database refuses, and return its message."""
    with pytest.raises(DBAPIError) as error:
        for statement in statements:
            session.execute(text(statement))
        session.commit()
    session.rollback()
    return str(error.value.orig)


SEALED = (
    "log",
    "ledger_transaction",
    "entry",
    "visit",
    "visit_result",
    "enrollment",
    "schedule_version",
    "audit_event",
)
COLUMN = {
    "log": "record = 'x:1'",
    "ledger_transaction": "kind = 'gift'",
    "entry": "amount = 1000",
    "visit": "outcome = 'met'",
    "visit_result": "result = 'negative'",
    "enrollment": "starts_on = '2020-01-01'",
    "schedule_version": "document = '{}'",
    "audit_event": "tag = 'nothing:happened'",
}


@pytest.mark.parametrize("table", SEALED)
def test_a_sealed_row_cannot_be_changed_or_deleted(session: Session, table: str) -> None:
    cast.rich(session)
    assert "written once" in refuses(session, f"UPDATE {table} SET {COLUMN[table]}")
    assert refuses(session, f"DELETE FROM {table}")


def test_a_row_cannot_be_replaced(session: Session, kind: str) -> None:
    cast.rich(session)
    insert = "INSERT OR REPLACE INTO" if kind == "sqlite" else "INSERT INTO"
    refuses(session, f"{insert} log SELECT * FROM log WHERE seq = 1")
    refuses(session, f"{insert} visit_result SELECT * FROM visit_result")
    refuses(session, f"{insert} account SELECT * FROM account")


@pytest.mark.parametrize("same", ["enrollment_id, behavior, happened_on, day_place", "site_id, specimen_id"])
def test_a_visit_cannot_be_replaced_by_a_row_with_another_id(session: Session, kind: str, same: str) -> None:
    """A row with a new id is the same visit if it has the same day and track, or the same specimen."""
    cast.visit(session, 0, specimen_id="U1")
    values = {
        "enrollment_id": "2", "site_id": "2", "behavior": "'other'", "happened_on": "'2026-03-09'", "day_place": "2",
        "outcome": "'met'", "specimen_id": "'U2'", "recorded_at": "recorded_at", "via": "'web'",
    }  # fmt: skip
    values.update({name: name for name in same.split(", ")})
    insert = "INSERT OR REPLACE INTO" if kind == "sqlite" else "INSERT INTO"
    refuses(
        session, f"{insert} visit ({', '.join(values)}) SELECT {', '.join(values.values())} FROM visit WHERE id = 1"
    )
    assert session.execute(text("SELECT COUNT(*) FROM visit WHERE id = 1")).scalar_one() == 1


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_no_table_can_be_emptied_at_once(session: Session) -> None:
    cast.rich(session)
    for table in (*SEALED, "account", "log_head"):
        assert "written once" in refuses(session, f"TRUNCATE {table} CASCADE")


def test_a_balance_changes_only_by_an_entry(session: Session) -> None:
    cast.rich(session)
    assert "only by an entry" in refuses(session, "UPDATE account SET balance = 1000 WHERE kind = 'client'")
    assert "only by an entry" in refuses(
        session, "UPDATE account SET balance = balance + 10, last_entry_id = last_entry_id + 1 WHERE kind = 'client'"
    )
    assert refuses(session, "DELETE FROM account WHERE kind = 'client'")


def test_an_account_starts_at_zero(session: Session) -> None:
    insert = "INSERT INTO account (key, kind, unit, balance) VALUES ('client:9:points', 'client', 'points', {})"
    assert "starts at zero" in refuses(session, insert.format(5))
    assert refuses(session, insert.format("NULL"))


def test_an_entry_cannot_be_added_to_a_sealed_transaction(session: Session) -> None:
    cast.rich(session)
    assert "sealed" in refuses(
        session,
        "INSERT INTO entry (transaction_id, position, account_id, unit, amount) "
        "SELECT MAX(transaction_id), 9, MAX(account_id), 'points', 5 FROM entry",
    )


def test_a_result_cannot_be_added_to_a_sealed_visit(session: Session) -> None:
    cast.visit(session, 0)
    assert "sealed" in refuses(
        session, "INSERT INTO visit_result (visit_id, analyte, result) SELECT MAX(id), 'thc', 'negative' FROM visit"
    )


NEW = (
    "INSERT INTO ledger_transaction (id, kind, site_id, recorded_at, via) "
    "VALUES (900, 'gift', 1, '2026-03-16 15:00:00', 'web')"
)


def log_row(record: str, seq: str = "(SELECT size + 1 FROM log_head)", octets: int = 32) -> str:
    hexa = "00" * octets
    return (
        f"INSERT INTO log (seq, record, body, leaf, hash) SELECT {seq}, '{record}', "
        f"{{b}}'{hexa}'{{e}}, {{b}}'{hexa}'{{e}}, {{b}}'{hexa}'{{e}}"
    )


def blob(statement: str, kind: str) -> str:
    return statement.format(b="X", e="") if kind == "sqlite" else statement.format(b="decode(", e=", 'hex')")


def entry(amount: int, position: int, account: str = "client") -> str:
    return (
        "INSERT INTO entry (transaction_id, position, account_id, unit, amount) "
        f"SELECT 900, {position}, id, unit, {amount} FROM account WHERE kind = '{account}' AND unit = 'points' LIMIT 1"
    )


def test_a_commit_without_a_seal_is_refused(session: Session) -> None:
    cast.rich(session)
    assert refuses(session, NEW, entry(5, 1), entry(-5, 2, "issued"))


def test_a_seal_needs_two_entries_that_sum_to_zero(session: Session, kind: str) -> None:
    cast.rich(session)
    seal = blob(log_row("transaction:900"), kind)
    assert "at least two entries" in refuses(session, NEW, seal)
    assert "sums to zero" in refuses(session, NEW, entry(5, 1), entry(-4, 2, "issued"), seal)


def test_a_seal_must_have_the_next_number(session: Session, kind: str) -> None:
    cast.rich(session)
    for wrong in ("(SELECT size + 2 FROM log_head)", "(SELECT size FROM log_head)", "0"):
        assert refuses(session, NEW, entry(5, 1), entry(-5, 2, "issued"), blob(log_row("transaction:900", wrong), kind))


def test_a_hash_has_32_bytes(session: Session, kind: str) -> None:
    cast.rich(session)
    seal = blob(log_row("transaction:900", octets=31), kind)
    assert "32 bytes" in refuses(session, NEW, entry(5, 1), entry(-5, 2, "issued"), seal)


def test_the_head_changes_only_with_the_log(session: Session) -> None:
    cast.rich(session)
    assert "only with the log" in refuses(session, "UPDATE log_head SET size = size + 1")
    assert refuses(session, "DELETE FROM log_head")


def test_an_entry_is_never_zero_and_a_balance_never_negative(session: Session) -> None:
    cast.rich(session)
    assert refuses(session, NEW, entry(0, 1))
    assert refuses(session, NEW, entry(-1000, 1))


def test_the_database_refuses_the_same_visit_twice(session: Session) -> None:
    cast.visit(session, 0, specimen_id="U1")
    columns = "enrollment_id, site_id, behavior, happened_on, day_place, outcome, specimen_id, recorded_at, via"
    message = refuses(session, f"INSERT INTO visit ({columns}) SELECT {columns} FROM visit")
    assert "unique" in message.lower() or "another visit stands" in message


COPIED = "enrollment_id, site_id, behavior, outcome, recorded_at, via"


def test_a_correction_stays_in_its_enrollment_and_track(session: Session) -> None:
    cast.visit(session, 0)
    copy = (
        "INSERT INTO visit (enrollment_id, site_id, behavior, outcome, recorded_at, via, happened_on, day_place, "
        "corrects_id, correction) SELECT {}, {}, outcome, recorded_at, via, happened_on, day_place, id, 'corrected' "
        "FROM visit WHERE id = 1"
    )
    for values in (("2, site_id", "behavior"), ("enrollment_id, site_id", "'other'")):
        assert "its enrollment and track" in refuses(session, copy.format(*values))


def test_a_correction_cannot_take_the_day_of_another_visit(session: Session) -> None:
    cast.visit(session, 0)
    cast.visit(session, 2)
    message = refuses(
        session,
        f"INSERT INTO visit ({COPIED}, happened_on, day_place, corrects_id, correction) "
        f"SELECT {COPIED}, '2026-03-02', 1, id, 'corrected' FROM visit WHERE id = 2",
    )
    assert "unique" in message.lower() or "another visit stands" in message


def test_an_unknown_correction_is_refused(session: Session) -> None:
    cast.visit(session, 0)
    assert refuses(
        session,
        f"INSERT INTO visit ({COPIED}, happened_on, day_place, corrects_id, correction) "
        f"SELECT {COPIED}, happened_on, 1, id, 'because I say so' FROM visit WHERE id = 1",
    )


def adjustment_request(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO adjustment_request (client_id, site_id, unit, amount, note_digest, requested_at, staff_id) "
            "SELECT 1, 1, 'points', 5, digest, '2026-03-16 15:00:00', 3 FROM note LIMIT 1"
        )
    )
    session.commit()


def test_an_adjustment_is_decided_once_by_a_second_person(session: Session) -> None:
    adjustment_request(session)
    decide = "UPDATE adjustment_request SET decision = 'approved', decided_by_id = {}"
    assert refuses(session, decide.format(3))
    assert "decided once" in refuses(session, "UPDATE adjustment_request SET amount = 500, decision = 'declined'")
    session.execute(text(decide.format(1)))
    session.commit()
    assert "decided once" in refuses(session, decide.format(2))
    assert refuses(session, "DELETE FROM adjustment_request")


def test_visits_of_the_first_release_get_their_claims(app: Flask) -> None:
    """The rows are as the first release wrote them: a pending visit, the test result for it, and another visit."""
    columns = (
        "enrollment_id, site_id, behavior, happened_on, day_place, outcome, specimen_id, corrects_id, recorded_at, via"
    )
    rows = (
        "1, 1, 'goal', '2026-03-02', 1, 'pending', 'U1', NULL",
        "1, 1, 'goal', '2026-03-02', 1, 'met', 'U1', 1",
        "1, 1, 'goal', '2026-03-04', 1, 'met', NULL, NULL",
    )
    with app.app_context():
        downgrade(revision="0002")
        with db.engine.begin() as connection:
            if db.engine.dialect.name == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for n, row in enumerate(rows, 1):
                connection.execute(
                    text(f"INSERT INTO visit ({columns}) VALUES ({row}, '2026-03-16 15:00:00', 'import')")
                )
                seal = blob(log_row(f"visit:{n}"), db.engine.dialect.name)
                connection.execute(text(seal))
        upgrade()
        with db.engine.connect() as connection:
            claims = {tuple(row) for row in connection.execute(text("SELECT claim, visit_id FROM visit_claim"))}
        assert claims == {("event:1:goal:2026-03-02:1", 2), ("specimen:1:U1", 2), ("event:1:goal:2026-03-04:1", 3)}
        db.engine.dispose()
