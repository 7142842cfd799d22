"""Migration 0035: paired tablets. Cards that are open close, waits end, and clients, PINs and the ledger stay.

Going back forgets which tablets were paired: the earlier version opens the kiosk in any browser.
"""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from cm_tracker.db import db
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_migrations import refuses

pytestmark = pytest.mark.owner
# The migration before 0035.
BEFORE = "0034"
NEW = {"kiosk_device", "kiosk_pairing", "kiosk_use", "pin_approval"}
AN_OPEN_CARD = """
INSERT INTO kiosk_session (token_hash, client_id, started_at, ends_at)
SELECT pin_bytes, 1, created, created FROM (SELECT CAST('card' AS {bytes}) AS pin_bytes, created_at AS created FROM staff) s
LIMIT 1
"""
A_WAIT = "INSERT INTO throttle (subject, failures, last_failed_at) SELECT 'kiosk:x', 5, created_at FROM staff LIMIT 1"


def open_card() -> str:
    return open_kiosk(
        db.session(), code="HS-1", pin=cast.PIN, device_id=cast.TABLET, hasher=Hasher(64, 1),
        limit=Limit(5, timedelta(minutes=10)), lasts=timedelta(minutes=1), now=cast.NOW,
    )  # fmt: skip


def test_a_program_of_an_earlier_version_gets_tablets_and_verifies_as_before(app: Flask, kind: str) -> None:
    with app.app_context():
        cast.rich(db.session())
        open_card()
        db.session.remove()
        downgrade(revision=BEFORE)
        assert NEW.isdisjoint(inspect(db.engine).get_table_names())
        assert "device_id" not in {column["name"] for column in inspect(db.engine).get_columns("kiosk_session")}
        db.session.execute(text(AN_OPEN_CARD.format(bytes="BLOB" if kind == "sqlite" else "BYTEA")))
        db.session.execute(text(A_WAIT))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        upgrade()
        for table in ("kiosk_session", "throttle"):
            assert db.session.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one() == 0
        db.session.rollback()
        assert cast.pair(db.session(), cast.HARBOR, "Front room tablet", "a token") == cast.TABLET
        assert open_card(), "the PIN of before opens the card"
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


def test_one_token_is_one_tablet_and_a_client_is_known_once_at_each(app: Flask) -> None:
    with app.app_context():
        open_card()
        tablet = "INSERT INTO kiosk_device (site_id, name, language, token_hash, paired_at, last_seen_at) "
        assert refuses(
            db.session(), f"{tablet} SELECT 1, 'x', 'en', token_hash, paired_at, paired_at FROM kiosk_device"
        )
        use = "INSERT INTO kiosk_use (client_id, device_id, opened_at) "
        assert refuses(db.session(), f"{use} SELECT client_id, device_id, opened_at FROM kiosk_use")
        db.session.remove()
