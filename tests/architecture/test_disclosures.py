"""Every page that prints and every file that is downloaded stands in docs/disclosures.md, with for whom it is."""

import re

from cm_tracker import create_app
from cm_tracker.domain.clients.disclosures import BASES
from cm_tracker.labels import clients
from tests.architecture.package import ROOT

PAGE = (ROOT / "docs" / "disclosures.md").read_text(encoding="utf-8")
# A page around a paper of `show_paper`.
AROUND = re.compile(r"^{{ paper }}$", re.M)
PRINTS = '{% include "_print.html" %}'
LISTED = set(re.findall(r"^\| [^|(]+\(`([a-z_./]+)`\) \|", PAGE, re.M))


def test_whatever_is_printed_or_downloaded_is_listed_and_nothing_else() -> None:
    pages = {
        str(path.relative_to(ROOT / "templates")): path.read_text(encoding="utf-8")
        for path in (ROOT / "templates").rglob("*.html")
    }
    printed = {name for name, page in pages.items() if PRINTS in page and not AROUND.search(page)} - {"_papers.html"}
    printed |= {name for name in pages if name.startswith("papers/") and not name.startswith("papers/_")}
    app = create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
    files = {rule.endpoint for rule in app.url_map.iter_rules() if re.search(r"\.(csv|zip)$|\.<any\(csv", rule.rule)}
    assert len(printed) > 8 and len(files) > 2
    assert printed | files == LISTED


def test_the_page_names_every_rule_on_which_a_disclosure_may_rest() -> None:
    for basis in BASES.values():
        assert f"| {basis.source} |" in PAGE


def test_staff_read_every_rule_in_their_language() -> None:
    assert tuple(basis.words for basis in BASES.values()) == clients.BASES
