"""Which layer may import which."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.package import PACKAGE, imports

# Besides the layers stand infrastructure modules, one concern each. They decide nothing.
# Operations read through `queries`: an operation locks first and then reads the same view of an
# enrollment that the pages read, so the reading is written once.
MAY = {
    "domain": {"domain"},
    "models": {"domain", "db", "encryption", "models"},
    "operations": {
        "domain",
        "models",
        "db",
        "encryption",
        "operations",
        "queries",
        "authenticators",
        "clock",
        "passkeys",
        "passwords",
        "pictures",
        "prepared",
        "secret_box",
        "signing",
    },
    "queries": {"domain", "models", "db", "encryption", "queries", "clock", "passwords", "prepared", "signing"},
    "forms": {"domain", "i18n", "forms"},
    "web": {
        "domain",
        "replica",
        "operations",
        "queries",
        "forms",
        "bars",
        "charts",
        "exports",
        "web",
        "imports",
        "tables",
        "database_errors",
        "db",
        "clock",
        "i18n",
        "labels",
        "pdf",
        "after_sentences",
        "agreement_sentences",
        "draw_sentences",
        "kiosk_history_sentences",
        "kiosk_sentences",
        "sentences",
        "statement_sentences",
        "audit_sentences",
        "authenticators",
        "faults",
        "logs",
        "metrics",
        "passkeys",
        "passwords",
        "pictures",
        "report_files",
        "secret_box",
        "signing",
        "spreadsheets",
        "version",
    },
    # Lists that leave the program: presentation, which pages and commands share.
    "exports": {
        "domain",
        "queries",
        "forms",
        "exports",
        "audit_sentences",
        "clock",
        "db",
        "i18n",
        "labels",
        "replica",
        "spreadsheets",
        "version",
    },
    # Tables out of files, which say in phrases what is wrong with one; and a run over such a table, which calls
    # operations and queries.
    "tables": {"domain", "tables"},
    "imports": {"domain", "operations", "queries", "imports", "tables", "db", "clock", "faults", "i18n"},
    "cli": {
        "domain",
        "operations",
        "queries",
        "imports",
        "tables",
        "cli",
        "backups",
        "faults",
        "revisions",
        "database_errors",
        "db",
        "replica",
        "clock",
        "collector",
        "config",
        "encryption",
        "exports",
        "i18n",
        "logs",
        "passwords",
        "ready",
        "report_files",
        "spreadsheets",
        "server",
        "signing",
        "authenticators",
        "secret_box",
        "create_app",
        "version",
        # The demonstration lets clients sign the text that a page would show.
        "agreement_sentences",
    },
    # What a migration takes over, it hashes as `domain.ledger` does: those functions never change.
    "migrations": {"domain", "models", "db", "config", "encryption", "migrations"},
}
STANDARD_ONLY = {"domain"}
NO_SQL = {"web", "exports", "cli", "forms", "domain"}

FILES = sorted(path for layer in MAY for path in (PACKAGE / layer).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_layer_imports_only_what_it_may(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("cm_tracker.")}
    assert ours <= MAY[layer]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sql_stays_in_its_layers(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    if layer in NO_SQL:
        assert not {name for name in imports(path) if name.split(".")[0] in ("sqlalchemy", "sqlite3", "psycopg")}


def test_queries_only_read() -> None:
    """A page ends what it read with a COMMIT (`db.end_reading`): nothing may have been written in it."""
    writing = {
        f"{path.name}: {alias.name}"
        for path in (PACKAGE / "queries").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in ("insert", "update", "delete")
    }
    assert writing == set()


QUERIES = sorted((PACKAGE / "queries").rglob("*.py"))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_queries_raise_not_found_and_nothing_else(path: Path) -> None:
    """What decides is the domain's. A query that asks the domain lets the domain's refusal pass through."""
    raised = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Raise)]
    names = {ast.unparse(node.exc).partition("(")[0] for node in raised if node.exc is not None}
    assert names <= {"NotFound"}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_views_are_filled_by_name(path: Path) -> None:
    """A column that is added in between must not land in another field."""
    assert not re.search(r"[(,\s]\*row\b", path.read_text(encoding="utf-8"))


# These count a try, hash a secret or decode a picture before they take a lock, and then write in a transaction of their own.
NOT_ONE_TRANSACTION = {
    "approve_pin", "change_password", "choose_pin", "confirm_pin", "finish_sign_in", "make_code", "open_kiosk",
    "pair_device", "prove_again", "redeem_code", "save_prize", "save_site_picture", "set_pin", "sign_in",
    "sign_in_with_passkey",
}  # fmt: skip


def called_operations(path: Path) -> Iterator[Callable[..., Any]]:
    """Every function of the operations that a file names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cm_tracker.operations")):
            continue
        for alias in node.names:
            if node.module == "cm_tracker.operations":
                module = importlib.import_module(f"cm_tracker.operations.{alias.name}")
                named = [
                    getattr(module, use.attr)
                    for use in ast.walk(tree)
                    if isinstance(use, ast.Attribute)
                    and isinstance(use.value, ast.Name)
                    and use.value.id == (alias.asname or alias.name)
                ]
            else:
                named = [getattr(importlib.import_module(str(node.module)), alias.name)]
            yield from (one for one in named if inspect.isfunction(one))


def test_pages_write_in_whole_transactions() -> None:
    called = [one for path in (PACKAGE / "web").rglob("*.py") for one in called_operations(path)]
    assert len(called) > 35
    assert {one.__name__ for one in called if not hasattr(one, "__wrapped__")} == NOT_ONE_TRANSACTION


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda path: path.name)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    import sys

    outside = {name.split(".")[0] for name in imports(path)} - {"cm_tracker"}
    assert outside <= set(sys.stdlib_module_names)


def test_there_are_files_to_look_at() -> None:
    assert len(FILES) > 80
