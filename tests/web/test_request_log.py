"""One line of the log for each request: its page by name, and nothing that names a person."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for

from cm_tracker import create_app, logs
from cm_tracker.db import db
from tests.conftest import Databases
from tests.web.conftest import Person


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    handler = logs.start({"LOG_FORMAT": "json", "LOG_FILE": "server.log"}, tmp_path)
    yield tmp_path / "server.log"
    logs.stop(handler)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def ask(person: Person, path: str, method: str = "GET", **more: Any) -> Any:
    """Send a request, and read its answer to the end as a browser does."""
    answer = person.client.open(path, method=method, buffered=True, **more)
    answer.close()
    return answer


def test_a_request_is_one_line_with_its_page_by_name(rosa: Person, file: Path) -> None:
    answer = ask(rosa, "/clients/1?lang=secret")
    [line] = lines(file)[-1:]
    assert {name: line[name] for name in ("level", "logger", "message", "endpoint", "method", "status")} == {
        "level": "info", "logger": "cm_tracker.requests", "message": "answered", "endpoint": "clients.show",
        "method": "GET", "status": 200,
    }  # fmt: skip
    assert 0 < line["milliseconds"] < 60_000
    assert list(line) == [
        "time", "level", "logger", "request", "message", "endpoint", "method", "status", "milliseconds",
    ]  # fmt: skip
    assert line["request"] == answer.headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{16}", line["request"])


def test_the_id_of_a_request_is_new_each_time_and_taken_from_no_header(rosa: Person, file: Path) -> None:
    ids = {ask(rosa, "/", headers={"X-Request-Id": "HS-1"}).headers["X-Request-Id"] for _ in range(3)}
    assert len(ids) == 3 and "HS-1" not in ids
    assert "HS-1" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "method", "endpoint", "status", "named"),
    [
        ("/nobody-of-this-name", "GET", None, 404, "GET"),
        ("/clients/1", "POST", None, 405, "POST"),
        ("/clients/1", "AMIR", None, 405, "other"),
        ("/clients/999", "GET", "clients.show", 404, "GET"),
        ("/ledger/checks", "GET", "checks.index", 403, "GET"),
    ],
)
def test_a_request_that_is_refused_is_a_line_too(
    rosa: Person, file: Path, path: str, method: str, endpoint: str | None, status: int, named: str
) -> None:
    ask(rosa, path, method)
    line = lines(file)[-1]
    assert (line["endpoint"], line["status"], line["method"]) == (endpoint, status, named)
    assert "nobody" not in file.read_text(encoding="utf-8") and "AMIR" not in file.read_text(encoding="utf-8")


def test_what_somebody_types_is_in_no_line(app: Flask, file: Path) -> None:
    stranger = Person(app, tablet=None)
    stranger.send("/sign-in", username="amir-hs-1", password="benzoylecgonine").close()
    rosa = Person(app, "rosa")
    rosa.send("/clients", q="Amir").close()
    text = file.read_text(encoding="utf-8")
    assert lines(file) != []
    assert not re.search("amir|hs-1|benzoylecgonine|rosa", text, re.I)


def test_stylesheets_and_watching_programs_are_no_lines_unless_something_is_wrong(
    app: Flask, file: Path, tmp_path: Path
) -> None:
    stranger = Person(app, tablet=None)
    with app.test_request_context():
        sheet = url_for("static", filename="css/staff_pages.css")
    for path in (sheet, "/healthz", "/readyz"):
        assert ask(stranger, path).status_code == 200
    assert lines(file) == []
    app.instance_path = str(tmp_path / "gone")
    ask(stranger, "/readyz")
    ask(stranger, "/static/none.css")
    assert [(line["endpoint"], line["status"]) for line in lines(file)] == [("health.ready", 503), ("static", 404)]


@pytest.fixture
def breakable(databases: Databases) -> Iterator[Flask]:
    """Yield an application of its own: a test replaces its views, which those of other tests share."""
    name = databases.copy("sqlite", with_cast=True)
    app = create_app(databases.settings("sqlite", name))
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop("sqlite", name)


def test_a_fault_has_the_id_that_its_page_has(breakable: Flask, file: Path) -> None:
    app = breakable
    view = app.view_functions["clients.show"]

    def fails(**arguments: Any) -> Any:
        raise KeyError("Amir tested positive")

    fails.access = view.access  # type: ignore[attr-defined]
    app.view_functions["clients.show"] = fails
    answer = ask(Person(app, "rosa"), "/clients/1")
    assert answer.status_code == 500
    own = [line for line in lines(file) if line["request"] == answer.headers["X-Request-Id"]]
    assert [(line["level"], line.get("status")) for line in own] == [("error", None), ("info", 500)]
    assert own[0]["message"].startswith("A fault at clients.show: KeyError\n")


def test_an_answer_that_breaks_off_is_told_without_its_message(breakable: Flask, file: Path) -> None:
    app = breakable

    def half() -> Iterator[bytes]:
        yield b"half"
        raise KeyError("Amir tested positive")

    app.view_functions["health.alive"] = lambda: app.response_class(half())
    app.view_functions["health.alive"].access = "machine"  # type: ignore[attr-defined]
    with pytest.raises(ConnectionResetError):
        ask(Person(app, tablet=None), "/healthz")
    [line] = [line for line in lines(file) if line["level"] == "error"]
    assert line["message"].startswith("A fault while an answer was sent: KeyError\n")


def test_a_request_whose_process_is_ended_is_a_line_too(breakable: Flask, file: Path) -> None:
    """As gunicorn does where a request takes too long: the line says which page it was."""
    app = breakable

    def hangs() -> Any:
        raise SystemExit(1)

    hangs.access = "machine"  # type: ignore[attr-defined]
    app.view_functions["health.alive"] = hangs
    with pytest.raises(SystemExit):
        ask(Person(app, tablet=None), "/healthz")
    [line] = lines(file)
    assert (line["endpoint"], line["status"]) == ("health.alive", 500)
    assert logs.request_id.get() is None
