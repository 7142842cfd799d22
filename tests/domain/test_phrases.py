"""A phrase is an English text, is said in another language, and is still a phrase after it was stored."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cm_tracker import i18n
from cm_tracker.domain import stored_phrases
from cm_tracker.domain.errors import BadInput, NothingMissed, Refused, SeveralRefused
from cm_tracker.domain.errors.translator import English
from cm_tracker.domain.money import Cents
from cm_tracker.domain.phrases import (
    Moment,
    Ordinal,
    Phrase,
    capital,
    in_phrases,
    joined,
    phrase,
    phrases,
    said,
    written,
)
from tests.domain.test_errors import EXAMPLES, named

CANNOT_BE_READ = phrase("The sheet cannot be read.")
# A phrase, what it says, and how it is stored.
KINDS: dict[str, tuple[Phrase, str, dict[str, Any]]] = {
    "alone": (
        phrase("The absence has no date."),
        "The absence has no date.",
        {"message": ["The absence has no date."], "n": 0, "values": {}},
    ),
    "a per cent sign": (
        phrase("Half is 50%."), "Half is 50%.", {"message": ["Half is 50%."], "n": 0, "values": {}},
    ),
    "values": (
        phrase("Line %(line)s has %(n)s: %(why)s", line="7", n=1200, why=phrase("None.")),
        "Line 7 has 1,200: None.",
        {
            "message": ["Line %(line)s has %(n)s: %(why)s"],
            "n": 0,
            "values": {"line": "7", "n": 1200, "why": {"message": ["None."], "n": 0, "values": {}}},
        },
    ),
    "plural": (
        phrases("%(n)s row refused.", "%(n)s rows refused.", 2),
        "2 rows refused.",
        {"message": ["%(n)s row refused.", "%(n)s rows refused."], "n": 2, "values": {}},
    ),
    "joined": (
        joined(("list.csv:", CANNOT_BE_READ), " "),
        "list.csv: The sheet cannot be read.",
        {
            "joined": ["list.csv:", {"message": ["The sheet cannot be read."], "n": 0, "values": {}}],
            "separator": " ",
        },
    ),
    "capital": (
        capital(phrase("first line")), "First line", {"capital": {"message": ["first line"], "n": 0, "values": {}}},
    ),
    "capital of a text": (capital("amir"), "Amir", {"capital": "amir"}),
    "ordinal": (
        phrase("The %(nth)s.", nth=Ordinal(22)),
        "The 22nd.",
        {"message": ["The %(nth)s."], "n": 0, "values": {"nth": {"ordinal": 22}}},
    ),
    "number": (written(1200), "1,200", {"written": 1200}),
    "money": (written(Cents(99750)), "$997.50", {"written": {"cents": 99750}}),
    "day": (written(date(2026, 3, 2)), "Mar 2, 2026", {"written": {"day": "2026-03-02"}}),
    "moment": (
        written(Moment(datetime(2026, 3, 2, 21, 5, tzinfo=UTC), "America/New_York")),
        "Mar 2, 2026, 4:05 PM",
        {"written": {"at": "2026-03-02T21:05:00+00:00", "time_zone": "America/New_York"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("made", "says", "parts"), KINDS.values(), ids=KINDS)
def test_a_phrase_is_stored_with_its_parts_and_comes_back_as_one(
    made: Phrase, says: str, parts: dict[str, Any]
) -> None:
    assert made == says
    assert stored_phrases.stored(made) == {"says": says, **parts}
    back = stored_phrases.read(json.loads(json.dumps(stored_phrases.stored(made))))
    assert isinstance(back, Phrase) and back == says
    assert stored_phrases.stored(back) == {"says": says, **parts}


def test_what_was_stored_is_said_in_the_language_of_its_reader() -> None:
    content = {
        "says": "1 visit | A positive test | 1,200 rows refused. | 4th and Mar 2, 2026",
        "joined": [
            {"message": ["%(n)s visit", "%(n)s visits"], "n": 1, "values": {}},
            {"capital": {"message": ["a positive test"], "n": 0, "values": {}}},
            {"message": ["%(n)s row refused.", "%(n)s rows refused."], "n": 1200, "values": {}},
            {"message": ["%(points)s and %(draws)s"], "n": 0,
             "values": {"points": {"ordinal": 4}, "draws": {"day": "2026-03-02"}}},
        ],
        "separator": " | ",
    }  # fmt: skip
    with i18n.using_language("es"):
        assert stored_phrases.said(stored_phrases.read(content), i18n) == (
            "1 visita | Una prueba positiva | 1,200 filas rechazadas. | 4.ª y 2 mar 2026"
        )


def test_a_text_that_was_stored_before_stays_as_it_is() -> None:
    back = stored_phrases.read("The absence has no date.")
    assert back == "The absence has no date." and not isinstance(back, Phrase)
    with i18n.using_language("es"):
        assert stored_phrases.said(back, i18n) == "The absence has no date."


def test_nothing_stays_nothing() -> None:
    with i18n.using_language("es"):
        assert stored_phrases.said(stored_phrases.read(stored_phrases.stored("")), i18n) == ""


NOT_WHOLE: dict[str, Any] = {
    "no value": {"message": ["Line %(line)s is cut."], "n": 0, "values": {"n": 1}},
    "no value of the plural": {"message": ["One row.", "%(rows)s rows."], "n": 1, "values": {}},
    "no message": {"message": [], "n": 0, "values": {}},
    "an empty message": {"message": [""], "n": 0, "values": {}},
    "a number as a message": {"message": [4], "n": 0, "values": {}},
    "three messages": {"message": ["a", "b", "c"], "n": 0, "values": {}},
    "no values": {"message": ["Line 7 is cut."], "n": 0},
    "a broken format": {"message": ["Line %(line)q"], "n": 0, "values": {"line": "7"}},
    "a broken value": {"message": ["Line %(line)s"], "n": 0, "values": {"line": {"day": "yesterday"}}},
    "an unknown value": {"message": ["Line %(line)s"], "n": 0, "values": {"line": {"color": "red"}}},
    "a wrong value": {"message": ["Line %(line)s"], "n": 0, "values": {"line": True}},
    "an unknown time zone": {"written": {"at": "2026-03-02T21:05:00+00:00", "time_zone": "Mars"}},
    "an instant before all days": {"written": {"at": "0001-01-01T00:00:00+00:00", "time_zone": "America/New_York"}},
    "a broken part": {"joined": [{"message": []}], "separator": " "},
    "nothing": {},
}


@pytest.mark.parametrize("content", NOT_WHOLE.values(), ids=NOT_WHOLE)
def test_what_is_not_whole_stays_in_english(content: dict[str, Any]) -> None:
    assert stored_phrases.read({"says": "Line 7 is cut.", **content}) == "Line 7 is cut."
    assert stored_phrases.read(content) == ""


@pytest.mark.parametrize("content", [None, 7, [], [["says"]], {"says": 7}])
def test_what_is_neither_a_text_nor_a_phrase_says_nothing(content: object) -> None:
    assert stored_phrases.read(content) == ""


def test_an_unknown_message_stays_in_english() -> None:
    back = stored_phrases.read({"says": "x", "message": ["A rule of %(day)s."], "n": 0, "values": {"day": "long ago"}})
    with i18n.using_language("es"):
        assert stored_phrases.said(back, i18n) == "A rule of long ago."


class Later(English):
    """A language in which a message names a value that an older version had not stored."""

    def gettext(self, message: str, **values: str) -> str:
        return f"{values['day']}: {message}"

    def ordinal(self, n: int) -> str:
        return f"{n}."


def test_a_translation_that_names_a_value_that_was_not_stored_is_not_used() -> None:
    assert stored_phrases.said(phrase("It is so."), Later()) == "It is so."
    assert stored_phrases.said(phrase("It is so.", day="Monday"), Later()) == "Monday: It is so."


@pytest.mark.parametrize(("error", "english"), EXAMPLES, ids=named)
def test_a_refusal_becomes_a_phrase_that_says_the_same(error: Refused, english: str) -> None:
    made = in_phrases(error)
    assert made == english
    back = stored_phrases.read(json.loads(json.dumps(stored_phrases.stored(made))))
    with i18n.using_language("es"):
        assert said(back, i18n) == error.message(i18n)


def test_a_refusal_with_refusals_in_it_is_said_wholly() -> None:
    several = SeveralRefused(
        refusals=(
            NothingMissed(day=date(2026, 3, 4), week=1, places=2),
            BadInput(
                "The mapping is not right: %(problems)s.",
                problems=(
                    BadInput("%(name)s must be an object of words", name="results"),
                    BadInput("%(key)s is not a key of a mapping", key="color"),
                ),
            ),
        )
    )
    made = in_phrases(several)
    assert made == (
        "Program week 1 already has its 2 paid visits. There was nothing to miss on Mar 4, 2026, so no absence is "
        "recorded. The mapping is not right: results must be an object of words; color is not a key of a mapping."
    )
    with i18n.using_language("es"):
        assert said(made, i18n) == several.message(i18n)
        assert said(made, i18n).endswith(
            "La correspondencia no es correcta: results debe ser un objeto de palabras; color no es una clave de una "
            "correspondencia."
        )
