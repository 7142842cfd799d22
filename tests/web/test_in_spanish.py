"""Every page of staff is in Spanish for whoever has chosen it: no English word is left on a page that is rendered.

A word is English where the English messages have it and no Spanish one does. What people typed is taken out first: names,
reasons, and the texts of a schedule.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.dates import get_month_names
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker import i18n
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.staff.set_language import set_language
from cm_tracker.queries.schedules.presets import presets
from tests import cast
from tests.web.conftest import Person
from tests.whole_clinic import addresses, everything

# The blueprints of each area.
AREAS = {
    "day": (
        "calendar", "calls", "closed_days", "closing", "day", "downtime", "plans", "questions", "sample_program",
        "service_codes", "services", "sheets", "start", "week_hours",
    ),
    "clients": (
        "agreements", "clients", "consents", "counselors", "enrollments", "id_cards", "merges", "statements",
        "moves", "transfers",
    ),
    "goals": ("due", "goal_list", "goals", "meeting_slips", "reviews"),
    "schedules": ("approvals", "presets", "schedule_files", "schedules"),
    "trials": ("trials",),
    "prizes": (
        "counts", "draws", "handed_out", "keys", "money", "offers", "prizes", "purchases", "redemptions", "requests",
        "slips", "sources", "trades",
    ),
    "visits": ("adjustments", "checks", "corrections", "hours", "ledger", "panels", "visits"),
    "reports": (
        "caseload", "desk", "imports", "lists", "named_lines", "people", "readiness", "reports", "saved_reports",
    ),
    "staff": ("account", "audit", "codes", "devices", "factor", "identities", "installation", "proof", "sites", "staff", "viewings"),
}  # fmt: skip
# The kiosk is in the language of the client. The style guide is for whoever builds pages, and two others are for programs.
NOT_HERE = (
    "health", "metrics", "kiosk", "kiosk_cards", "kiosk_history", "kiosk_looks", "kiosk_moments", "kiosk_pairing", "kiosk_pins",
    "kiosk_questions", "kiosk_rewards", "kiosk_slips", "styleguide",
)  # fmt: skip
# Pages that are in the language of the client, for whom they are printed or shown.
FOR_CLIENTS: tuple[str, ...] = (
    "draws.bowl", "offers.show", "redemptions.give", "slips.confirm", "trades.new", "viewings.print_for_client",
)  # fmt: skip
# Names and sources of the presets that come with the program, and the names of what they reward.
PRESETS = tuple(
    text
    for document in presets().values()
    for text in (document["name"], document["source"], *(track["title"] for track in document["tracks"]))
)
# What people typed, as it stands in the database, and words that are the same in both languages.
TYPED: tuple[str, ...] = (
    "12-step meeting:", "Ameer", "America/New_York", "Amir", "Anna", "As the grant says",
    "Attendance points, 12 weeks", "Attendance since March", "Attended session", "CFR", "CM Tracker", "Cabinet",
    "Cocaine-negative urine test", "Contingency Management", "Counts for the state", "Dr. Weiss",
    "Early recovery group", "Education group", "English", "Evening meeting", "Family session:", "Find a flat",
    "Find a sponsor", "First order", "Found a coat", "Front room tablet", "Goals.", "Goals:", "Grace",
    "Grocery card", "Harbor Street", "Individual session:", "Jo B.", "Kim", "Leo", "Lines", "March 2026",
    "Member card", "Mill Road", "SQLite", "PostgreSQL", "Miriam", "New York", "No cash.", "Opening", "negatives", "PDF", "Português", "Readings of",
    "Relapse prevention group", "Room 1", "Rosa", "Sam", "Same date of birth and the same photo on both papers",
    "Skills group", "St. Mark's hall", "State opioid response grant", "Test visit:", "The shelf is empty",
    "Travel mug", "Treatment", "Vaso térmico", "Vocational session", "Voucher ladder for cocaine, 12 weeks",
    "Water damage", "Windows (Latin-1)", "anna", "client_code", "enrolled_on", "grace", "informe state", "leo",
    "mg/dL", "miriam", "rosa", "roster.csv", "sam", "visit-lines", *PRESETS,
)  # fmt: skip
WHO = {"miriam": cast.MIRIAM, "rosa": cast.ROSA, "sam": cast.SAM}


WORD = re.compile(r"[^\W\d_]{2,}")
VALUE = re.compile(r"%\(\w+\)s")
CODE = re.compile(r"\b[A-Z]{2}-\d+\b")
READ = ("title", "aria-label", "placeholder", "alt", "data-confirm", "summary")


def words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(VALUE.sub(" ", text))}


def vocabulary() -> tuple[set[str], set[str]]:
    """The words of all English messages, and those of all Spanish ones."""
    english, spanish = set(), words(" ".join(get_month_names("abbreviated", locale="es").values()))
    for path in i18n.catalogs_of("es"):
        with path.open("rb") as file:
            for message in read_po(file, locale="es"):
                for text in (message.id,) if isinstance(message.id, str) else message.id:
                    english |= words(text)
                for text in (message.string,) if isinstance(message.string, str) else message.string:
                    spanish |= words(text)
    return english, spanish


def is_left_out(tag: str, given: dict[str, str | None]) -> bool:
    """Whether an element has no words of the page: a script, a command or a hash, or words in a language that it names."""
    is_code = tag != "input" and "code" in (given.get("class") or "").split()
    is_other = given.get("translate") == "no" or (tag != "html" and "lang" in given)
    return is_code or is_other or tag in ("script", "style", "pre")


class Texts(HTMLParser):
    """The texts of a page, each as it stands between two tags or in an attribute that is read out or shown."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        # The element that is left out, and how many of its kind are open in it.
        self._left_out, self._open = "", 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._left_out:
            self._open += tag == self._left_out
            return
        if is_left_out(tag, given):
            self._left_out, self._open = tag, 1
            return
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.found.append(given.get("value") or "")
        self.found += [given.get(name) or "" for name in READ]

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag == self._left_out
        if not self._open:
            self._left_out = ""

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self.found.append(data)


def texts(page: str, typed_too: Iterable[str] = ()) -> list[str]:
    """The texts of a page without what people typed."""
    found = []
    for text in Texts(page).found:
        text = CODE.sub(" ", " ".join(text.split()))
        for typed in sorted((*TYPED, *typed_too), key=len, reverse=True):
            text = text.replace(typed, " ")
        if words(text):
            found.append(text)
    return found


def in_spanish(session: Session) -> None:
    for staff_id in WHO.values():
        set_language(session, language="es", actor=Actor(staff_id, frozenset(), frozenset(), "web"), now=cast.NOW)


@pytest.mark.parametrize("area", AREAS)
def test_no_english_word_is_left(app: Flask, given: Callable[..., Any], area: str) -> None:
    app.config["DEMONSTRATION"] = True
    given(everything)
    pages = {
        endpoint: address
        for endpoint, address in addresses(app).items()
        if endpoint.split(".")[0] in AREAS[area] and endpoint not in FOR_CLIENTS
    }
    left = left_in_english(app, given, pages, WHO)
    assert not left, "\n".join(left)


def left_in_english(
    app: Flask, given: Callable[..., Any], pages: Mapping[str, str], usernames: Iterable[str], typed: Iterable[str] = ()
) -> list[str]:
    """The texts with an English word on the pages of people who have chosen Spanish; `pages` are addresses by name."""
    people = {username: Person(app, username) for username in usernames}
    in_english = {(name, at): page_of(people[name], pages[at]) for name in people for at in pages}
    given(in_spanish)
    english, spanish = vocabulary()
    left: list[str] = []
    for (name, at), before in in_english.items():
        if before:
            left += [
                f"{at}: {text}"
                for text in texts(page_of(people[name], pages[at]), typed)
                if words(text) & ((english | words(before)) - spanish)
            ]
    return list(dict.fromkeys(left))


def page_of(person: Person, path: str) -> str:
    """A page as a text, or nothing where this person does not open it or it is a file."""
    answer = person.get(path)
    return answer.get_data(as_text=True) if answer.status_code == 200 and answer.mimetype == "text/html" else ""


def test_every_page_belongs_to_an_area(app: Flask) -> None:
    known = [blueprint for blueprints in AREAS.values() for blueprint in blueprints]
    assert sorted(known) == sorted(set(app.blueprints) - set(NOT_HERE))
