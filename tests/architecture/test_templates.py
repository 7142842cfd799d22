"""Rules that every template keeps."""

import re
from pathlib import Path

import pytest

from tests.architecture.package import PACKAGE, ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# What may stand in a title: it is kept in the browser's history and seen on every tab. Only codes and numbers.
IN_TITLES = {
    "config.PROGRAM_NAME",
    "client.code", "card.code", "card.client_code", "page.client_code", "page.code", "text.heading", "line.client_code", "receipt.client_code",
    "into.code", "line.into_code", "card.id", "line.id", "receipt.id", "report.line.id", "sealed.line.seq", "line.number",
    "card.line.schedule_id", "card.line.number",
}  # fmt: skip
SCREENS = [
    *TEMPLATES,
    *(path for folder in ("forms", "web", "labels") for path in sorted((PACKAGE / folder).rglob("*.py"))),
    PACKAGE / "draw_sentences.py",
    PACKAGE / "sentences.py",
]
NAMES = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))


# A message with its values, such as _("Offer %(number)s", number=offer.id).
SENTENCE = re.compile(r"""_\((?:"[^"]*"|'[^']*')((?:, \w+=[\w.]+)*)\)|ngettext\("[^"]*", "[^"]*", 2\)""")


def shown_in(expression: str) -> set[str]:
    """What an expression of a title shows of the page: itself, or the values of a message."""
    found = SENTENCE.fullmatch(expression)
    return set(re.findall(r"=([\w.]+)", found[1] or "")) if found else {expression}


def titles(path: Path) -> list[str]:
    """Every title that a template writes, and the part of one that it fills in."""
    text = path.read_text(encoding="utf-8")
    whole = re.findall(r"<title>(.*?)</title>", text) if path.name == "base.html" else []  # else it is one of a chart
    return re.findall(r"{% block title %}(.*?){% endblock %}", text, re.S) + whole


@NAMES
def test_no_line_is_longer_than_120_characters(path: Path) -> None:
    long = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if len(line) > 120]
    assert long == []


@NAMES
def test_a_title_shows_codes_and_numbers_and_never_a_name_or_a_result(path: Path) -> None:
    for title in titles(path):
        shown = {one for expression in re.findall(r"{{(.*?)}}", title) for one in shown_in(expression.strip(" -"))}
        assert shown <= IN_TITLES, title
        assert path.parent.name != "kiosk" or title == '{{ _("My points") }}', title
        assert re.findall(r"{%-? *(\w+)", title) in ([], ["block", "endblock"]), "nothing is decided in a title"


def test_titles_are_found() -> None:
    assert len([path for path in TEMPLATES if titles(path)]) > 50


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_number_on_a_screen_has_its_own_word(path: Path) -> None:
    # The one sentence of WTForms that has none, in place of which ours is shown.
    text = path.read_text(encoding="utf-8").replace("Invalid choice(s): one or more", "")
    assert not re.search(r"[a-z]\(s\)", text)


# What the validator of the W3C finds wrong on a page (`make html`), by the tag or the text that makes it so.
INVALID = {
    "a name for what has no role": r"<(?:span|div|p)\b(?![^>]*\brole=)[^>]*\baria-label(?:ledby)?=",
    "a figure with a role": r"<figure\b[^>]*\brole=",
    "an empty id": r"""\{\{[^}]*\bid=(?:""|'')""",
    "a time without a space before where it leads": r"http-equiv=\"refresh\"[^>]*;url=|%d;url=",
    "an attribute that only a path has": r"<circle\b[^>]*\bpathLength=",
    "a paragraph in a summary": r"<summary\b[^>]*>(?:(?!</summary>).)*<p\b",
}


@pytest.mark.parametrize("problem", INVALID)
def test_no_template_writes_what_the_validator_refuses(problem: str) -> None:
    wrong = re.compile(INVALID[problem], re.S)
    found = {of_page(path): one[0] for path in TEMPLATES for one in wrong.finditer(path.read_text(encoding="utf-8"))}
    assert found == {}


def test_what_the_validator_refuses_is_found() -> None:
    lines = {
        '<span class="a" aria-label="b">': "a name for what has no role",
        '<figure class="chart" role="img">': "a figure with a role",
        '{{ form.key(id="") }}': "an empty id",
        '<meta http-equiv="refresh" content="{{ 3 }};url={{ x }}">': "a time without a space before where it leads",
        '<circle r="1" pathLength="100"/>': "an attribute that only a path has",
        "<summary><b>x</b> <p>y</p></summary>": "a paragraph in a summary",
    }
    for line, problem in lines.items():
        assert [one for one, pattern in INVALID.items() if re.search(pattern, line, re.S)] == [problem], line
    assert not any(
        re.search(one, '<span role="img" aria-label="a">{{ form.key(id=false) }}') for one in INVALID.values()
    )


# What `ui.head`, `ui.panel`, `ui.notice`, `ui.tag`, `ui.empty`, `ui.line` and `ui.table` write, so that no page does.
BY_HAND = re.compile(r'<(?:h1|table)\b[^>]*>|<[^>]*class="(?:[^"]* )?(?:panel|notice|tag|empty|bar|table)[ "][^>]*>')
PAPERS = ("agreement", "disclosed", "disclosures", "receipt", "statement", "viewings", "week")
# Why one is written by hand: the start of its tag, by its page.
MAY_BE_BY_HAND = {
    "day/today.html": {'<p class="notice warm" data-stale': "it is hidden until the page does not answer"},
    "day/calendar.html": {'<table class="month"': "a month, whose cells are days"},
    "day/printed_downtime.html": {"<h1": "the title of a paper"},
    "day/printed_sheet.html": {"<h1": "the title of a paper"},
    "ledger/verifying.html": {'<div class="panel"': "it grows, and a macro waits for all that is in it"},
    "schedules/try.html": {'<section class="panel inventing"': "it grows, and a macro waits for all that is in it"},
    "reports/printed_list.html": {"<h1": "the title of a paper"},
    **{f"papers/{name}.html": {"<h1": "the title of a paper"} for name in PAPERS},
}
# The kiosk has large type and pages of its own.
PAGES = [path for path in TEMPLATES if path.name != "_components.html" and path.parent.name != "kiosk"]


def of_page(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", PAGES, ids=of_page)
def test_a_page_is_built_from_the_components(path: Path) -> None:
    allowed = MAY_BE_BY_HAND.get(of_page(path), {})
    found = BY_HAND.findall(path.read_text(encoding="utf-8"))
    assert [tag for tag in found if not tag.startswith(tuple(allowed))] == []


def test_what_may_be_written_by_hand_is_there() -> None:
    for name, tags in MAY_BE_BY_HAND.items():
        found = BY_HAND.findall((ROOT / "templates" / name).read_text(encoding="utf-8"))
        assert all(any(tag.startswith(start) for tag in found) for start in tags), name


def test_markup_by_hand_is_found() -> None:
    text = '<h1>Title</h1><div class="mt-3 panel flush">, <span class="tag">, <ul class="rows-head tags"></ul>'
    assert BY_HAND.findall(text) == ["<h1>", '<div class="mt-3 panel flush">', '<span class="tag">']
