"""The documentation: links that lead somewhere, commands that exist, and pages that keep their form."""

import re
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from cm_tracker.cli.program import program
from tests.architecture.package import PACKAGE, ROOT

DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md")),
    *sorted(DOCS.rglob("*.md")),
]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """A page without its blocks of code, in which brackets are no links."""
    return re.sub(r"^ *```.*?^ *```$", "", text_of(page), flags=re.S | re.M)


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and most readers of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(page: Path) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", prose_of(page))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def test_the_readme_can_be_read_in_a_minute() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 150


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_image_leads_somewhere(path: Path) -> None:
    for link in links_of(path):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors_of(target), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md" and page.exists():
            reached.add(page)
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links_of(page) if link[0] != "#"]
    assert set(PAGES) - reached == set()


@pytest.mark.parametrize(("page", "least"), [("architecture.md", 20), ("ledger.md", 15)])
def test_every_file_that_a_page_for_developers_names_is_there(page: str, least: int) -> None:
    named = re.findall(r"`([a-z0-9_./-]+/[a-z0-9_.-]+\.[a-z]+)`", text_of(DOCS / page))
    assert len(named) > least
    for name in named:
        assert any((folder / name).exists() for folder in (ROOT, PACKAGE, ROOT / "templates", ROOT / "tests")), name


def commands(group: click.Group, before: str = "cm-tracker") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        found |= {f"{before} {name}"}
        if isinstance(command, click.Group):
            found |= commands(command, f"{before} {name}")
    return found


def test_the_operators_page_names_every_command_and_no_other() -> None:
    there = commands(program)
    text = text_of(DOCS / "operator.md")
    named = set(re.findall(r"^\| `(cm-tracker [a-z-]+(?: [a-z-]+)?)", text, re.M))
    assert named <= there
    # `cm-tracker db` is for developers; a group is named by its commands.
    ours = {
        name
        for name in there
        if not name.startswith("cm-tracker db") and not any(n.startswith(f"{name} ") for n in there)
    }
    assert named == ours


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_the_text_exists(path: Path) -> None:
    there = commands(program)
    called = re.findall(r"\bcm-tracker (?:db|draws|keys|ledger|schedule|site|staff) [a-z]+", text_of(path))
    assert set(called) <= there


def test_every_target_of_make_in_the_text_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.M))
    for page in PAGES:
        assert set(re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z]+)`", text_of(page))) <= targets, page


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_has_a_date_and_its_four_headings(path: Path) -> None:
    title, _, date, *_ = text_of(path).splitlines()
    assert title.startswith(f"# {int(path.name[:4])}. ")
    assert re.match(r"20\d\d-\d\d-\d\d", date)
    headings = re.findall(r"^## (.+)$", text_of(path), re.M)
    assert headings == ["Context", "Decision", "Consequences", "Rejected alternatives"]


def test_decisions_are_numbered_in_one_row_and_listed() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]
    assert set(links_of(DOCS / "decisions" / "README.md")) >= {page.name for page in DECISIONS}


def test_a_word_stands_once_in_the_glossary() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", text_of(DOCS / "glossary.md"), re.M)
    words = [word.strip() for row in rows if row not in ("word", "---") for word in row.split(",")]
    assert len(words) > 80
    assert [word for word in words if words.count(word) > 1] == []


def test_the_words_of_each_part_of_the_glossary_are_in_alphabetical_order() -> None:
    for part in text_of(DOCS / "glossary.md").split("\n## ")[1:]:
        words = [row.lower() for row in re.findall(r"^\| ([^|]+) \|", part, re.M) if row not in ("word", "---")]
        assert words == sorted(words)


def test_the_newest_version_of_the_changes_is_the_programs() -> None:
    read = ConfigParser()
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$", text_of(ROOT / "CHANGELOG.md"), re.M)
    assert versions[0][0] == read["metadata"]["version"]
    assert [date for _, date in versions] == sorted((date for _, date in versions), reverse=True)
    assert "\n## Unreleased\n" in text_of(ROOT / "CHANGELOG.md")


def test_the_tests_that_show_a_requirement_are_there() -> None:
    named = set(re.findall(r"`((?:tests|deploy|domain)/[\w./]+)`", (DOCS / "security.md").read_text(encoding="utf-8")))
    assert len(named) > 25
    assert {name for name in named if not (ROOT / name).exists() and not (ROOT / "cm_tracker" / name).exists()} == set()
