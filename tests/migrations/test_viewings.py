"""Migration 0041: who looked at which record. It is only added to, and a downgrade that would lose it is refused."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select

from cm_tracker.db import db
from cm_tracker.models import ViewingRow
from cm_tracker.operations.audit.note_viewings import note_viewings
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.migrations.test_migrations import refuses
from tests.operations.audit.test_note_viewings import viewing
from tests.operations.audit.test_open_identity import opened

pytestmark = pytest.mark.owner
BEFORE = "0040"
NEW = {"viewing", "identity_opening"}


def test_a_program_of_an_earlier_version_notes_viewings_and_verifies_as_before(app: Flask) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
        downgrade(revision=BEFORE)
        assert not NEW & set(inspect(db.engine).get_table_names())
        db.engine.dispose()
        upgrade()
        note_viewings(db.session(), viewings=[viewing(("client", cast.AMIR))], dropped=0, now=cast.NOW)
        opened(db.session())
        assert db.session().execute(select(ViewingRow.client_id)).scalars().all() == [cast.AMIR]
        assert verify_ledger(db.session()).findings == []
        db.session.remove()


@pytest.mark.parametrize("kept", sorted(NEW))
def test_what_was_noted_is_never_changed_and_a_downgrade_that_would_lose_it_is_refused(
    app: Flask, kept: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        if kept == "viewing":
            note_viewings(db.session(), viewings=[viewing(("client", cast.AMIR))], dropped=0, now=cast.NOW)
            assert refuses(
                db.session(),
                "INSERT INTO viewing SELECT 9, at, 'peek', page, subject, client_id, site_id, "
                "staff_id, address, browser FROM viewing",
            )
        else:
            opened(db.session())
            assert refuses(
                db.session(),
                "INSERT INTO identity_opening SELECT 9, client_id, site_id, staff_id, opened_at, "
                "opened_at, note_digest FROM identity_opening",
            )
        for statement in (f"UPDATE {kept} SET client_id = 2", f"DELETE FROM {kept}"):
            assert refuses(db.session(), statement)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(revision=BEFORE)
        assert f"{kept} holds what 0040 has no place for" in caplog.text
        db.session.remove()
