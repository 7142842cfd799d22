"""Commands run as the program's own: exit status, standard output and standard error."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from cm_tracker import create_app
from tests.cli.imports import ROSTER, TESTS, VISITS

Run = Callable[..., Result]


def runner(app: Flask) -> Run:
    def run(*arguments: str, stdin: str | None = None) -> Result:
        found = app.test_cli_runner().invoke(args=list(arguments), input=stdin)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.output
        return found

    return run


@pytest.fixture
def flask() -> Run:
    """A command of an installation that has neither a database nor a secret."""
    return runner(create_app({"HASH_MEMORY_KIB": 64, "HASH_PASSES": 1}))


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bare_run(bare_app: Flask) -> Run:
    """A command on a database that has only seen the migrations."""
    return runner(bare_app)


@pytest.fixture
def import_files(in_folder: Path) -> Path:
    """The folder with roster.csv, visits.csv and tests.csv."""
    for name, text in (("roster", ROSTER), ("visits", VISITS), ("tests", TESTS)):
        Path(f"{name}.csv").write_text(text)
    return in_folder
