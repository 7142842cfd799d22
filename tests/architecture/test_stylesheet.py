"""The stylesheets: colors, sizes and spaces have names, and each name is there."""

import re

import pytest

from cm_tracker.web.bootstrap_rules import CLASS, CLASSES, whole_bootstrap
from cm_tracker.web.static_files import BUNDLES
from tests.architecture.package import ROOT

SHEETS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "static" / "css").glob("*.css"))}
# The first block; those after it are what a client chose at the kiosk (`test_palettes`).
PROPERTIES = dict(re.findall(r"^  --cm-([\w-]+): (.+);$", SHEETS["properties.css"].split("\n}\n")[0], re.M))
COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\b")
# Classes whose name is put together: `of-5` is written `of-{{ n }}`.
BEGINNINGS = ("of-", "on-")
IN_QUOTES = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
ATTRIBUTE = re.compile(r"class=\"((?:{{.*?}}|{%.*?%}|[^\"])*)\"", re.S)
# What a template hands to a macro as a class.
KIND = re.compile(r"\bkind=(?:\"([^\"\n]*)\"|'([^'\n]*)')")
CODE = re.compile(r"{{.*?}}|{%.*?%}", re.S)


def test_staff_pages_and_the_kiosk_share_their_first_sheets_and_every_sheet_is_loaded() -> None:
    loaded = [
        re.findall(r"filename='(css/[\w.]+)'", (ROOT / "templates" / page).read_text(encoding="utf-8"))
        for page in ("base.html", "kiosk/base.html")
    ]
    assert loaded == [["css/staff_pages.css"], ["css/kiosk_pages.css"]]
    shared = ("properties.css", "components.css", "main.css")
    assert {
        "css/staff_pages.css": (
            *shared, "visits.css", "day.css", "trials.css", "editor.css", "desk.css", "paper.css",
        ),
        "css/kiosk_pages.css": (*shared, "kiosk.css", "kiosk_card.css", "kiosk_rewards.css"),
    } == BUNDLES  # fmt: skip
    assert {sheet for sheets in BUNDLES.values() for sheet in sheets} == set(SHEETS)


def classes_of_templates() -> set[str]:
    """Every class that a template writes: the words of its attributes, the texts in quotes of their expressions, and what
    it hands to a macro as the kind of a panel."""
    found = set()
    for path in (ROOT / "templates").rglob("*.html"):
        template = path.read_text(encoding="utf-8")
        found |= {word for one, other in KIND.findall(template) for word in (one or other).split()}
        for attribute in ATTRIBUTE.findall(template):
            texts = [one or other for code in CODE.findall(attribute) for one, other in IN_QUOTES.findall(code)]
            found |= set(re.findall(r"[\w-]+", " ".join([CODE.sub(" ", attribute), *texts])))
    return found


def test_the_rules_of_bootstrap_are_those_for_the_classes_of_the_pages() -> None:
    of_bootstrap = set(CLASS.findall("".join(re.findall(r"([^{}]*)\{", whole_bootstrap()))))
    assert len(of_bootstrap) > 1000
    # One page compares a role with this word.
    used = (classes_of_templates() - {"lead"}) & of_bootstrap
    assert used == CLASSES


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"properties.css"}))
def test_colors_stand_only_in_the_properties(name: str) -> None:
    assert COLOR.findall(SHEETS[name]) == []


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_every_property_that_is_used_is_there(name: str) -> None:
    used = set(re.findall(r"var\(--cm-([\w-]+)\)", SHEETS[name]))
    assert len(used) > 5
    assert used - set(PROPERTIES) - {"sign"} == set()


def test_the_family_has_these_colors_and_spaces() -> None:
    colors = {
        "ink": "#1d2b2f", "soft": "#4f5f64", "paper": "#f6f5f1", "card": "#ffffff", "line": "#dedcd3",
        "control": "#8a9698", "teal": "#0f5e63", "teal-dark": "#0b4447", "pale": "#e3f0ef", "warm": "#b4541a",
        "warm-text": "#8a3e10", "warm-pale": "#fcefe4", "amber": "#e0a458", "gold": "#f2b544", "good": "#1c6b3c",
        "good-pale": "#e6f3ea", "stone": "#efede6", "ring": "#f2c27a",
    }  # fmt: skip
    assert {name: PROPERTIES.get(name) for name in colors} == colors
    # A rem is 16 pixels, unless somebody has chosen larger letters.
    spaces = {name: float(value.removesuffix("rem")) * 16 for name, value in PROPERTIES.items() if "space-" in name}
    assert spaces == {f"space-{n}": n for n in (4, 8, 12, 16, 20, 24, 36)}


def quoted_words() -> set[str]:
    """Every word of a class or a text in quotes of the templates, the scripts, the labels, the forms and the web."""
    folders = {"templates": "*.html", "static/js": "*.js", "cm_tracker/labels": "*.py", "cm_tracker/forms": "*.py", "cm_tracker/web": "*.py"}  # fmt: skip
    texts = [
        path.read_text(encoding="utf-8") for folder, kind in folders.items() for path in (ROOT / folder).rglob(kind)
    ]
    # A class that is written beside an expression, such as class="slot {{ state }}", is found in its attribute.
    attributes = ATTRIBUTE.findall("\n".join(texts))
    attributes += re.findall(r"{% block width %}(\w+){% endblock %}", "\n".join(texts))
    quoted = [one or other for text in texts for one, other in IN_QUOTES.findall(text)]
    return set(re.findall(r"[\w-]+", " ".join(attributes + quoted)))


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"properties.css"}))
def test_every_class_of_a_sheet_is_used_by_a_page(name: str) -> None:
    rules = re.sub(r"url\(\"[^\"]*\"\)|/\*.*?\*/", "", SHEETS[name], flags=re.S)
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", "".join(re.findall(r"([^{}]*)\{", rules))))
    assert len(classes) > 10
    assert {one for one in classes - quoted_words() if not one.startswith(BEGINNINGS)} == set()
