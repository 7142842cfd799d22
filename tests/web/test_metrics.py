"""`/metrics`: numbers for Prometheus, for whoever has the token, and about nobody."""

import builtins
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from cm_tracker import config, create_app
from cm_tracker.db import db, wait_listeners
from cm_tracker.domain.errors import DatabaseBusy
from tests import cast
from tests.cli.test_serve import free_port, serving
from tests.conftest import SETTINGS, Databases
from tests.private_words import private_words_in
from tests.security.test_availability import held
from tests.web.conftest import Person
from tests.web.ledger.test_verifications import tamper, verify

TOKEN = "a token that only tests know"
Given = Callable[..., Any]


@pytest.fixture
def app(
    request: pytest.FixtureRequest, databases: Databases, kind: str, clock: time_machine.Traveller, tmp_path: Path
) -> Iterator[Flask]:
    """Yield an application of its own: whether it counts is decided when it is made."""
    name = databases.copy(kind, with_cast=True)
    as_owner = request.node.get_closest_marker("owner") is not None
    app = create_app({**databases.settings(kind, name, as_owner=as_owner), "METRICS_TOKEN": TOKEN})
    app.instance_path = str(tmp_path)
    app.config["VIEWINGS_IN_BACKGROUND"] = False
    yield app
    wait_listeners.clear()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)


def answered(app: Flask, **headers: str) -> Any:
    return app.test_client().get("/metrics", headers=headers or {"Authorization": f"Bearer {TOKEN}"})


def numbers(text: str) -> dict[str, float]:
    """Return each number by its name and labels."""
    rows = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in rows}


def read(app: Flask) -> dict[str, float]:
    answer = answered(app)
    assert answer.status_code == 200
    return numbers(answer.get_data(as_text=True))


def ask(person: Person, path: str) -> None:
    """Ask for a page, and read it to the end: then it is counted."""
    person.client.get(path, buffered=True).close()


def test_only_who_has_the_token_reads_them(app: Flask) -> None:
    answer = answered(app)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    for sent in ("", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ünicode"):
        refused = answered(app, Authorization=sent)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert refused.get_data(as_text=True) == "A token is needed.\n"
    # Whoever comes from this machine, or says so, needs it as well.
    assert answered(app, Forwarded="for=127.0.0.1").status_code == 401


def test_without_a_token_in_the_settings_there_is_no_such_page(databases: Databases, kind: str) -> None:
    name = databases.copy(kind, with_cast=False)
    app = create_app(databases.settings(kind, name))
    assert answered(app, Authorization="Bearer ").status_code == 404
    with app.app_context():
        db.engine.dispose()
    databases.drop(kind, name)


def test_a_short_token_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "nineteen characters")
    with pytest.raises(config.BadSettings, match="it must have at least 20 characters"):
        config.read(tmp_path)


def test_where_the_library_is_missing_the_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    known = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("prometheus_client"):
            raise ModuleNotFoundError(name)
        return known(name, *arguments, **more)

    monkeypatch.delitem(sys.modules, "cm_tracker.metrics", raising=False)
    monkeypatch.delattr("cm_tracker.metrics", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RuntimeError, match=r"pip install 'cm-tracker\[metrics\]'"):
        create_app({**SETTINGS, "METRICS_TOKEN": TOKEN})


def test_requests_are_counted_by_page_and_status(app: Flask) -> None:
    rosa = Person(app, "rosa")
    before = read(app)
    for path in ("/clients/1", "/clients/1", "/clients/999", "/nobody-of-this-name"):
        ask(rosa, path)
    after = read(app)
    found = 'cm_requests_total{endpoint="clients.show",status="200"}'
    missing = 'cm_requests_total{endpoint="clients.show",status="404"}'
    nowhere = 'cm_requests_total{endpoint="none",status="404"}'
    took = 'cm_request_seconds_bucket{endpoint="clients.show",le="+Inf"}'
    assert [after[name] - before.get(name, 0) for name in (found, missing, nowhere, took)] == [2, 1, 1, 3]


def test_no_label_names_anybody(app: Flask, given: Given) -> None:
    given(cast.rich)
    rosa = Person(app, "rosa")
    for path in ("/clients/1?q=Amir", "/enrollments/1", "/amir/HS-1", "/prizes"):
        ask(rosa, path)
    Person(app, tablet=None).send("/sign-in", username="amir", password="not the one").close()
    text = answered(app).get_data(as_text=True)
    assert private_words_in(text) == []
    labels = set(re.findall(r"(\w+)=\"", text))
    assert labels == {"endpoint", "status", "le", "version"}
    named = set(re.findall(r'endpoint="([^"]*)"', text))
    assert "clients.show" in named and named <= {*app.view_functions, "none"}


def test_what_the_database_knows(app: Flask, given: Given, clock: time_machine.Traveller) -> None:
    ages = ("cm_verification_holds", "cm_verification_age_seconds", "cm_checkpoint_age_seconds")
    new = read(app)
    assert [name for name in ages if name in new] == []
    assert new["cm_database_up"] == 1 and new['cm_program_info{version="0.2.0"}'] == 1
    records = new["cm_sealed_records"]
    given(cast.visit, 7)
    miriam = Person(app, "miriam")
    verify(miriam)
    assert miriam.send("/ledger/checkpoint").status_code in (200, 303)
    clock.move_to(cast.NOW + timedelta(minutes=5))
    now = read(app)
    assert now["cm_sealed_records"] > records
    assert [now[name] for name in ages] == [1, 300, 300]
    assert [now[name] for name in ("cm_days_left_open", "cm_import_running", "cm_writers_waiting")] == [0, 0, 0]


@pytest.mark.owner
def test_a_ledger_that_does_not_hold_is_a_zero(app: Flask, kind: str, given: Given) -> None:
    given(cast.rich)
    tamper(app, kind)
    verify(Person(app, "miriam"))
    assert read(app)["cm_verification_holds"] == 0


def test_a_scrape_sends_few_statements_however_much_there_is(app: Flask, given: Given, statements: list[str]) -> None:
    read(app)
    few = sum(one.lstrip().upper().startswith("SELECT") for one in statements)
    given(cast.rich)
    statements.clear()
    read(app)
    assert sum(one.lstrip().upper().startswith("SELECT") for one in statements) == few <= 10


def test_writers_that_wait_and_that_give_up_are_counted(
    app: Flask, kind: str, given: Given, databases: Databases
) -> None:
    before = read(app)
    given(cast.visit, 7)
    with held(app, databases), pytest.raises(DatabaseBusy):
        given(cast.visit, 9)
    after = read(app)
    assert after["cm_writes_given_up_total"] - before["cm_writes_given_up_total"] >= 1
    waited = after["cm_write_wait_seconds_count"] - before["cm_write_wait_seconds_count"]
    # On PostgreSQL a writer waits for a row in the middle of its work; the database says how many do.
    assert (waited >= 1) == (kind == "sqlite")


def test_without_a_database_the_counters_are_still_there() -> None:
    app = create_app({**SETTINGS, "METRICS_TOKEN": TOKEN, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"})
    found = read(app)
    wait_listeners.clear()
    assert found["cm_database_up"] == 0
    assert "cm_sealed_records" not in found and "cm_writes_given_up_total" in found


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_two_workers_add_up_what_each_has_counted(databases: Databases, kind: str, tmp_path: Path) -> None:
    name, port, counted = databases.copy(kind, with_cast=True), free_port(), tmp_path / "counted"
    counted.mkdir()
    environment = {
        **os.environ, "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": databases.url(kind, name), "SECRET_KEY": "a secret",
        "DATA_KEY_FILE": str(databases.folder / "data.key"), "HASH_MEMORY_KIB": "64", "HASH_PASSES": "1",
        "METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(counted), "PYTHONPATH": str(Path.cwd()),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-w", "2", "--no-control-socket", "-b", f"127.0.0.1:{port}", "cm_tracker.wsgi:app"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def get(path: str) -> str:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    try:
        serving(port, process)
        for _ in range(20):
            get("/healthz")
        found = numbers(get("/metrics"))
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert found['cm_requests_total{endpoint="health.alive",status="200"}'] == 20
    assert found["cm_database_up"] == 1
    assert list(counted.glob("counter_*.db")) != []
    databases.drop(kind, name)
