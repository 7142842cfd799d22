"""Who may import whom: the floors of the house."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "cm_tracker"

# Single files beside the floors that any floor above the domain may use: they hold no decision.
# Operations may read through `queries`: an operation locks first and then reads the same view of an
# enrollment that the pages read, so that reading is written once.
MAY = {
    "domain": {"domain"},
    "models": {"domain", "db", "models"},
    "operations": {
        "domain",
        "models",
        "db",
        "operations",
        "queries",
        "clock",
        "passwords",
        "pictures",
        "prepared",
        "signing",
    },
    "queries": {"domain", "models", "db", "queries", "clock", "passwords", "prepared", "signing"},
    "forms": {"domain", "i18n", "forms"},
    "web": {
        "domain",
        "operations",
        "queries",
        "forms",
        "charts",
        "web",
        "db",
        "clock",
        "i18n",
        "sentences",
        "passwords",
        "pictures",
        "signing",
    },
    "cli": {
        "domain",
        "operations",
        "queries",
        "cli",
        "db",
        "clock",
        "config",
        "passwords",
        "ready",
        "signing",
        "create_app",
    },
    "migrations": {"models", "db", "config", "migrations"},
}
STANDARD_ONLY = {"domain"}
NO_SQL = {"web", "cli", "forms", "domain"}

FILES = sorted(path for floor in MAY for path in (PACKAGE / floor).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" if module == "cm_tracker" else module for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_floor_imports_only_what_it_may(path: Path) -> None:
    floor = path.relative_to(PACKAGE).parts[0]
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("cm_tracker.")}
    assert ours <= MAY[floor]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sql_stays_on_its_floors(path: Path) -> None:
    floor = path.relative_to(PACKAGE).parts[0]
    if floor in NO_SQL:
        assert not {name for name in imports(path) if name.split(".")[0] in ("sqlalchemy", "sqlite3", "psycopg")}


@pytest.mark.parametrize("path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda path: path.name)
def test_the_domain_needs_nothing_but_the_standard_library(path: Path) -> None:
    import sys

    outside = {name.split(".")[0] for name in imports(path)} - {"cm_tracker"}
    assert outside <= set(sys.stdlib_module_names)


def test_there_are_files_to_look_at() -> None:
    assert len(FILES) > 80
