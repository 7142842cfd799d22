"""What a program asks that watches this one: `/healthz` and `/readyz`, without a cookie, a name or a page."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import text

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from cm_tracker.version import newest_migration
from tests import cast
from tests.conftest import SETTINGS
from tests.web.conftest import Person
from tests.web.ledger.test_verifications import tamper, verify

Given = Callable[..., Any]
WELL = {"database": "ok", "migration": "ok", "verification": "none yet", "backup": "none yet", "disk": "ok"}


class Room(NamedTuple):
    """What `shutil.disk_usage` returns."""

    total: int
    used: int
    free: int


def test_both_answer_everybody_without_a_cookie_and_are_never_cached(app: Flask, rosa: Person) -> None:
    for person in (Person(app, tablet=None), rosa):
        for path, status, kind in (("/healthz", 200, "text/plain"), ("/readyz", 200, "application/json")):
            answer = person.get(path)
            assert (answer.status_code, answer.mimetype) == (status, kind)
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Set-Cookie" not in answer.headers
    assert rosa.get("/healthz").get_data(as_text=True) == "ok\n"
    assert rosa.get("/readyz").json == WELL


def test_one_asks_the_database_nothing_and_the_other_two_things(
    app: Flask, rosa: Person, statements: list[str]
) -> None:
    rosa.get("/healthz")
    assert statements == []
    rosa.get("/readyz")
    read = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    # Where no verification is open, it asks for the newest one, too. The last one asks for the newest backup.
    assert len(read) == 4


@pytest.mark.owner
def test_a_ledger_that_does_not_hold_is_not_ready_until_an_admin_has_looked(
    app: Flask, kind: str, given: Given, tmp_path: Path
) -> None:
    app.instance_path = str(tmp_path)
    given(cast.rich)
    visitor, miriam = Person(app, tablet=None), Person(app, "miriam")
    verify(miriam)
    assert visitor.get("/readyz").json == WELL | {"verification": "ok"}
    tamper(app, kind)
    verify(miriam)
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json) == (503, WELL | {"verification": "failed"})
    assert visitor.get("/healthz").status_code == 200
    sam = Person(app, "sam")
    assert sam.send("/ledger/checks/2", reason="A repair by hand, see ticket 12").status_code == 303
    assert visitor.get("/readyz").status_code == 200


@pytest.mark.owner
@pytest.mark.parametrize(("number", "word"), [("0001", "older"), ("9999", "newer")])
def test_a_database_of_another_version_is_not_ready(app: Flask, number: str, word: str) -> None:
    with app.app_context():
        there = db.session().execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        assert there == newest_migration()
        db.session().execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
        db.session().commit()
        db.session.remove()
    answer = Person(app, tablet=None).get("/readyz")
    assert (answer.status_code, answer.json) == (503, WELL | {"migration": word, "backup": "unknown"})


def test_a_full_disk_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Room(2**40, 2**40 - 2**20, 2**20))
    answer = Person(app, tablet=None).get("/readyz")
    assert (answer.status_code, answer.json) == (503, WELL | {"disk": "low"})


def test_an_instance_folder_that_is_gone_is_not_ready(app: Flask, tmp_path: Path) -> None:
    app.instance_path = str(tmp_path / "gone")
    answer = Person(app, tablet=None).get("/readyz")
    assert (answer.status_code, answer.json) == (503, WELL | {"disk": "unknown"})


def test_a_database_that_cannot_be_reached_is_said_in_the_same_words() -> None:
    app = create_app({**SETTINGS, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    visitor = app.test_client()
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert {name: answer.json[name] for name in ("database", "migration", "verification")} == {
        "database": "down", "migration": "unknown", "verification": "unknown",
    }  # fmt: skip
    assert visitor.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("hours_ago", "is_done", "word", "status"),
    [(1, True, "ok", 200), (36, True, "ok", 200), (37, True, "late", 503), (1, False, "failed", 503)],
)
def test_an_old_or_failed_backup_is_not_ready(
    app: Flask, given: Given, hours_ago: int, is_done: bool, word: str, status: int
) -> None:
    at = cast.NOW - timedelta(hours=hours_ago)
    given(
        note_upkeep, task="backup", started_at=at, is_done=is_done, says="Of a test.", version="0.2.0", actor=command(),
        now=at,
    )  # fmt: skip
    answer = Person(app, tablet=None).get("/readyz")
    assert (answer.status_code, answer.json) == (status, WELL | {"backup": word})
