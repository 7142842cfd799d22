"""Rules of style and safety that every file keeps."""

import ast
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

from cm_tracker.audit_sentences import KINDS
from cm_tracker.config import SETTINGS
from tests.architecture.package import PACKAGE, ROOT, STEPS, area_of, graph, modules

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PUBLIC = [
    (path, node)
    for layer in ("domain", "operations", "queries")
    for path in sorted((PACKAGE / layer).rglob("*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
]
# The first migration is every table at once, and never grows.
SOURCES = sorted(
    path
    for folder in (PACKAGE, ROOT / "templates", ROOT / "static")
    for path in folder.rglob("*")
    if path.suffix in (".py", ".html", ".css", ".js") and path.name != "0001_first_tables.py"
)


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "domain").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_function_of_the_domain_has_more_than_40_lines(path: Path) -> None:
    functions = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    ]
    long = {node.name: node.end_lineno - node.lineno + 1 for node in functions if node.end_lineno is not None}
    assert {name: lines for name, lines in long.items() if lines > 40} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_writes_script_or_style_inline_or_trusts_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|\|\s*safe|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_form_that_writes_carries_a_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.S):
        assert re.search(r"csrf_token|fields\.hidden", form), form[:120]


@pytest.mark.parametrize("path", sorted((ROOT / "templates" / "kiosk").glob("*.html")), ids=lambda path: path.name)
def test_the_kiosk_knows_no_name_and_no_substance(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"preferred_name|track\.title|behavior|analyte|outcome|card\.code|client_code", text)


@pytest.mark.parametrize(("path", "node"), PUBLIC, ids=lambda value: getattr(value, "name", ""))
def test_everything_public_below_the_web_promises_something(path: Path, node: ast.FunctionDef | ast.ClassDef) -> None:
    assert ast.get_docstring(node)


@pytest.mark.parametrize("path", sorted((PACKAGE / "operations").rglob("*.py")), ids=lambda path: path.name)
def test_an_operation_or_a_step_has_the_name_of_its_file(path: Path) -> None:
    if path.stem not in ("__init__",):
        names = {
            node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
        }
        assert path.stem in names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_has_more_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_setting_of_the_installation_is_documented_with_its_default_and_its_sentence() -> None:
    lines = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8").splitlines()
    for setting in SETTINGS:
        rows = [line for line in lines if line.startswith(f"| `{setting.name}` |")]
        assert len(rows) == 1, f"{setting.name} has {len(rows)} rows in docs/operator.md; it needs one"
        default = setting.default if isinstance(setting.default, str) else str(int(setting.default))
        _, _, default_shown, meaning, _ = (cell.strip() for cell in rows[0].split("|"))
        assert default in default_shown, setting.name
        assert meaning == setting.sentence, setting.name


def noted_tags() -> list[tuple[str, ast.expr]]:
    """The second argument of every call of `note_audit`, with the file that makes it."""
    return [
        (path.name, node.args[1])
        for path in sorted((PACKAGE / "operations").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "note_audit"
    ]


def test_audit_tags_are_nouns_and_verbs_past() -> None:
    found = noted_tags()
    assert len(found) > 18
    for name, tag in found:
        if isinstance(tag, ast.Constant):
            past = r"[a-z]+:([a-z]+-)*([a-z]+ed|set|kept|undone|drawn|withdrawn)(-in|-out|-over)?"
            assert re.fullmatch(past, str(tag.value)), f"{name}: {tag.value}"
        else:
            assert isinstance(tag, ast.Name) and tag.id == "tag", name


def named_tags() -> set[str]:
    """Every tag that an operation can write: as an argument of `note_audit`, or kept as `tag` before."""
    found = {tag.value for _, tag in noted_tags() if isinstance(tag, ast.Constant)}
    for path in (PACKAGE / "operations").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and any(isinstance(of, ast.Name) and of.id == "tag" for of in node.targets):
                found |= {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return {str(tag) for tag in found}


def test_every_tag_of_the_audit_trail_has_a_sentence() -> None:
    tags = named_tags()
    assert {"visit:recorded", "staff:added", "prize:changed"} <= tags
    assert tags - {tag for kind in KINDS.values() for tag in kind.sentences} == set()


# They only prolong, end or show in another way what somebody opened with a line of its own, many times an hour.
WITHOUT_A_LINE = {
    "encrypt_again",
    "extend_kiosk",
    "close_kiosk",
    "choose_look",
    "choose_for_now",
    "touch_device",
    "touch_session",
    "note_progress",
    # Its row is the account of what was done.
    "note_upkeep",
}


@pytest.mark.parametrize(
    "name", [name for name in graph() if name.startswith("cm_tracker.operations.") and area_of(name)]
)
def test_every_operation_writes_a_line_of_the_audit_trail(name: str) -> None:
    """By itself, or in a step that it is made of."""
    if modules()[name].name == "__init__.py" or name.rpartition(".")[2] in WITHOUT_A_LINE:
        return
    reached = {name} | {other for other in graph()[name] if other.startswith(f"{STEPS}.")}
    assert any(f"{STEPS}.note_audit" in graph()[one] for one in reached)


def test_dependencies_have_both_bounds() -> None:
    read = ConfigParser()
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = read["options"]["install_requires"] + "".join(read["options.extras_require"].values())
    packages = listed.split()
    assert len(packages) > 20
    for package in packages:
        assert re.fullmatch(r"[a-z][a-z0-9-]*(\[[a-z,]+\])?>=[0-9.]+,<[0-9.]+", package), package


def test_every_folder_of_the_package_is_installed() -> None:
    read = ConfigParser()
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(read["options"]["packages"].split())
    there = {
        ".".join(path.relative_to(ROOT).parent.parts)
        for path in PACKAGE.rglob("*")
        if path.suffix in (".py", ".json") and "__pycache__" not in path.parts
    }
    beside = {"cm_tracker.templates", "cm_tracker.static", "cm_tracker.static.css", "cm_tracker.static.js"}
    assert listed == there | beside | {"cm_tracker.translations"}


def test_a_page_takes_today_from_a_time_zone() -> None:
    """`clock.now()` is in UTC, where the evening of a clinic in America is already the next day."""
    for path in sorted((PACKAGE / "web").rglob("*.py")):
        assert not re.search(r"now\(\)\.date\(\)|\bnow\.date\(\)", path.read_text(encoding="utf-8")), path


def test_a_day_that_somebody_wrote_is_read_in_one_place() -> None:
    """`date.fromisoformat` also reads weeks and eight digits, and a form's own date field takes a year 26."""
    for folder in ("web", "forms", "cli", "domain/visits", "operations"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8").replace("class DayField(DateField)", "")
            text = (
                re.sub(r"^from wtforms import (\([^)]*\)|.*)$", "", text, flags=re.M)
                if path.name == "base.py"
                else text
            )
            assert not re.search(r"\bdate\.fromisoformat|\bDateField\b|\bdate\.strptime", text), path
