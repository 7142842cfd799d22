"""Migrations of the settings of sites and of clients' search keys keep every value."""

from datetime import date

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.staff.site_settings import settings_of
from tests import cast

pytestmark = pytest.mark.owner


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
        keep_states(db.session(), "site:1", "prize:1", "schedule:1")
        note_audit(db.session(), "settings:changed", "site:1", actor=cast.miriam, now=cast.NOW)
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
        keys = "SELECT code, {} FROM client WHERE site_id = 1 ORDER BY code"
        downgrade(revision="0044")
        with db.engine.connect() as connection:
            assert [tuple(row) for row in connection.execute(text(keys.format("search_key")))] == [
                ("HS-1", "hs1 amir"),
                ("HS-118", "hs118 inesmaria"),
                ("HS-119", "hs119 "),
                ("HS-120", "hs120 100%_\\"),
            ]
        downgrade(revision="0015")
        assert "search_key" not in {column["name"] for column in inspect(db.engine).get_columns("client")}
        upgrade()
        with db.engine.connect() as connection:
            assert [tuple(row) for row in connection.execute(text(keys.format("plain_code")))] == [
                ("HS-1", "hs1"),
                ("HS-118", "hs118"),
                ("HS-119", "hs119"),
                ("HS-120", "hs120"),
            ]
        for search, code in (("ines", "HS-118"), ("maria", "HS-118"), ("00%", "HS-120"), ("hs119", "HS-119")):
            found = client_list(db.session(), command(), search=search, page=1, now=cast.NOW).lines
            assert [line.code for line in found] == [code]
        db.session.remove()
        db.engine.dispose()
