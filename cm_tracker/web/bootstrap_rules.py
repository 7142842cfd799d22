"""The rules of Bootstrap's stylesheet that some page can use, taken from the installed package.

Bootstrap has about 2,000 classes, and the pages use some twenty. A rule is taken if every class in its selector stands in
`CLASSES`; rules that name no class are all taken. The browser tests hold the list to the pages: where a selector of the
whole stylesheet matches anything on a page that they visit, it must have been taken.
"""

import re
from collections.abc import Iterator, Set
from importlib.resources import files

CLASSES = frozenset({
    "btn", "btn-primary", "caption-top", "d-block", "figure", "form-control", "form-select", "fs-3", "fw-normal", "mark",
    "mb-0", "mb-1", "mb-2", "mb-3", "ms-auto", "mt-2", "mt-3", "mt-4", "mw-100", "p-3", "show", "small", "table", "text-wrap",
    "visually-hidden", "w-100", "w-auto",
})  # fmt: skip
COMMENT = re.compile(r"/\*.*?\*/", re.S)
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
# A selector with a class in `:not(...)` matches what does not have it.
NOT = re.compile(r":not\([^)]*\)")
# Bootstrap's own dark colors and scripts, which no page uses, are chosen by attributes.
ATTRIBUTE = "[data-bs-"
PROPERTY = re.compile(r"(--bs-[\w-]+):[^;{}]*(?:;|(?=\}))")


def bootstrap() -> str:
    """Return the rules of the installed Bootstrap that pages can use."""
    return reduced(whole_bootstrap(), CLASSES)


def whole_bootstrap() -> str:
    """Return the stylesheet of the installed Bootstrap."""
    sheet = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    return sheet.read_text(encoding="utf-8")


def reduced(sheet: str, classes: Set[str]) -> str:
    """Return the rules of Bootstrap's stylesheet that can match on pages with these classes, in their order.

    Properties of `--bs-...` that none of these rules reads are left out. The notice of the license stays.
    """
    kept = "".join(_kept(COMMENT.sub("", sheet), classes))
    while (smaller := _without_unread(kept)) != kept:
        kept = smaller
    return "".join(one for one in COMMENT.findall(sheet) if one.startswith("/*!")) + kept


def _kept(sheet: str, classes: Set[str]) -> Iterator[str]:
    for start, block in _statements(sheet):
        if start.startswith("@media"):
            if inner := "".join(_kept(block, classes)):
                yield f"{start}{{{inner}}}"
        elif not start.startswith("@") and (chosen := [one for one in start.split(",") if _can_match(one, classes)]):
            yield f"{','.join(chosen)}{{{block}}}"


def _statements(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield each rule as what stands before its braces and what stands in them."""
    depth, start, opened = 0, 0, 0
    for found in re.finditer(r"[{};]", sheet):
        at = found.start()
        if found[0] == "{":
            opened = opened if depth else at
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if not depth:
                yield sheet[start:opened], sheet[opened + 1 : at]
        if not depth:
            start = at + 1


def _can_match(selector: str, classes: Set[str]) -> bool:
    return ATTRIBUTE not in selector and set(CLASS.findall(NOT.sub("", selector))) <= classes


def _without_unread(sheet: str) -> str:
    read = set(re.findall(r"var\((--bs-[\w-]+)", sheet))
    return PROPERTY.sub(lambda found: found[0] if found[1] in read else "", sheet)
