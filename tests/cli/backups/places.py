"""Where backups of these tests lie, and where they are restored."""

import os
import resource
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import text

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.queries.clients.clients import balances_of
from tests import cast
from tests.cli.conftest import Run, runner
from tests.conftest import Databases

PASSPHRASE = "correct horse battery"
SETTINGS = (
    "# of this clinic\nSECRET_KEY=a secret\nPEPPER=\nDATABASE_URL=sqlite:///elsewhere.db\nDATA_KEY_FILE=/old/data.key\n"
)


def made(flask: Run, tmp_path: Path, *options: str, stdin: str | None = None) -> Path:
    before = {path.name for path in (tmp_path / "instance").iterdir()}
    result = flask("backup", str(tmp_path / "backup"), *options, stdin=stdin)
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "backup").iterdir()
    assert result.stdout == f"{file}\n" and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {path.name for path in (tmp_path / "instance").iterdir()} == before, "nothing is left behind"
    return file


class Elsewhere:
    """A place without a clinic: a folder that is not there, and on PostgreSQL an empty database."""

    def __init__(self, databases: Databases, kind: str, folder: Path) -> None:
        self.folder = folder
        self.name = databases.empty(kind)
        self.url = "" if kind == "sqlite" else databases.owner_url(kind, self.name)
        self.app = create_app({"HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
        self.app.instance_path = str(folder)

    def restore(self, file: Path, *options: str, stdin: str | None = None) -> str:
        """Restore a backup. Return what the command says."""
        there = ("--database", self.url) if self.url else ()
        result = runner(self.app)("restore", str(file), *there, *options, stdin=stdin)
        assert result.exit_code == (2 if result.stderr.startswith("Nothing was restored") else 0), result.output
        return result.output

    @property
    def is_empty(self) -> bool:
        """Whether nothing was made."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall()
                functions = connection.execute(
                    "SELECT 1 FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                ).fetchall()
            if tables or functions:
                return False
        return not self.folder.exists()

    def points_of_amir(self) -> int:
        """Return what a client of the restored clinic has, as its own settings open it."""
        os.environ["INSTANCE_PATH"], before = str(self.folder), os.environ["INSTANCE_PATH"]
        try:
            app = create_app()
        finally:
            os.environ["INSTANCE_PATH"] = before
        with app.app_context():
            points = balances_of(db.session(), cast.AMIR)["points"]
            name = db.session.execute(text("SELECT preferred_name FROM client WHERE id = 1")).scalar_one()
            assert app.extensions["cm_data_keys"].decrypt(name) == "Amir"
            db.session.remove()
            db.engine.dispose()
        return points


def names_in(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


DATABASES = {"sqlite": "database.db", "postgresql": "database.dump"}


def small_files(most: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a disk that gets full in the middle."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def cut(stored: bytes) -> bytes:
    """Return the first part of a file, as of a copy that broke off."""
    return stored[: len(stored) // 2]
