"""No text names a currency itself: amounts are written by `i18n.money`, in the program's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.package import PACKAGE, ROOT

FOLDERS = ("audit_sentences", "cli", "domain", "forms", "labels", "operations", "queries", "web")
# Those that name currencies, and the demonstration, which pays in dollars.
EXCEPT = (PACKAGE / "domain" / "money.py", PACKAGE / "cli" / "demo")
MODULES = [
    path
    for path in [*(path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*.py")), PACKAGE / "sentences.py"]
    if not any(path.is_relative_to(one) for one in EXCEPT)
]
# What is said about the published presets names their amounts, as their documents do.
ABOUT_PRESETS = "presets.po"
TEXTS = [
    *(ROOT / "templates").rglob("*.html"),
    *(path for path in (PACKAGE / "translations").rglob("*.po") if path.name != ABOUT_PRESETS),
]
AMOUNT = re.compile(r"[$£€] ?(?:[0-9]|%\(|{{)|\b(?:dollar|pound|euro)s?\b", re.IGNORECASE)


def strings_of(path: Path) -> Iterator[str]:
    """Yield the texts of a module that may be shown: all but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", sorted(MODULES), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_names_an_amount_of_a_currency(path: Path) -> None:
    assert [text for text in strings_of(path) if AMOUNT.search(text)] == []


@pytest.mark.parametrize("path", sorted(TEXTS), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_and_no_translation_names_an_amount_of_a_currency(path: Path) -> None:
    assert AMOUNT.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["from $0.01", "€ 5", "£%(n)s", "${{ cents }}", "Price in dollars"])
def test_such_a_text_is_found(text: str) -> None:
    assert AMOUNT.search(text)
