"""The checks before the application starts to serve. `flask serve` and gunicorn run the same ones."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.domain.errors import LedgerInDoubt
from cm_tracker.ready import check_ready
from tests import cast
from tests.conftest import SETTINGS, Databases
from tests.queries.ledger.guards import drop_guards, put_guards_back


@pytest.mark.owner
def test_with_a_broken_ledger_the_application_serves_but_does_not_write(
    app: Flask, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        cast.rich(db.session())
        db.session.remove()
    check_ready(app)
    assert caplog.text == ""
    with app.app_context():
        cast.visit(db.session(), 7)
        drop_guards(db.session(), kind)
        db.session.execute(text("UPDATE entry SET amount = amount + 1 WHERE id = 1"))
        db.session.commit()
        put_guards_back(db.session(), kind)
    check_ready(app)
    assert "nothing is written until an admin has looked" in caplog.text
    with app.app_context(), pytest.raises(LedgerInDoubt):
        cast.visit(db.session(), 9)


def test_the_application_does_not_serve_a_database_without_tables(databases: Databases, kind: str) -> None:
    name = databases.empty(kind)
    app = create_app(databases.settings(kind, name))
    with pytest.raises(RuntimeError, match="flask init"):
        check_ready(app)
    with app.app_context():
        db.engine.dispose()
    databases.drop(kind, name)


def test_the_application_does_not_serve_a_database_file_that_cannot_be_opened(tmp_path: Path) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/clinic.db"})
    with pytest.raises(RuntimeError, match="cannot be opened"):
        check_ready(app)


def test_the_application_starts_even_if_its_database_server_does_not_answer(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    check_ready(app)
    assert "The database cannot be reached." in caplog.text
