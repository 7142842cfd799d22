"""What a run found is stored with its sentences as phrases."""

import json

from cm_tracker import i18n
from cm_tracker.domain.imports.found import Found, RowFound, found_in
from cm_tracker.domain.phrases import phrase, phrases, said

NO_DATE = phrase("The absence has no date.")
FOUND = Found(
    rows=(
        RowFound(2, "HS-1", "added", "met"),
        RowFound(3, "HS-2", "refused", "no date", NO_DATE),
    ),
    clients=2,
    points=10,
    notes=(phrase("The text was read as %(encoding)s.", encoding="Latin-1"),),
    rejects="line,reason,says\n3,no date,The absence has no date.\n",
    counts={"added": 1, "refused": 1},
    refused_by={"no date": 1},
)
STORED = {
    "rows": [
        [2, "HS-1", "added", "met", ""],
        [3, "HS-2", "refused", "no date",
         {"says": "The absence has no date.", "message": ["The absence has no date."], "n": 0, "values": {}}],
    ],
    "clients": 2,
    "points": 10,
    "draws": 0,
    "waiting": 0,
    "notes": [
        {"says": "The text was read as Latin-1.", "message": ["The text was read as %(encoding)s."], "n": 0,
         "values": {"encoding": "Latin-1"}},
    ],
    "problem": "",
    "rejects": "line,reason,says\n3,no date,The absence has no date.\n",
    "counts": {"added": 1, "refused": 1},
    "refused_by": {"no date": 1},
}  # fmt: skip


def test_the_sentences_are_stored_as_phrases_and_come_back_as_phrases() -> None:
    assert json.loads(FOUND.as_bytes()) == STORED
    back = found_in(json.dumps(STORED).encode())
    assert back == FOUND
    with i18n.using_language("es"):
        assert said(back.rows[1].note, i18n) == "La ausencia no tiene fecha."
        assert said(back.notes[0], i18n) == "El texto se leyó como Latin-1."


def test_a_problem_is_stored_as_a_phrase() -> None:
    problem = phrases("%(n)s row refused.", "%(n)s rows refused.", 1)
    back = found_in(Found(problem=problem).as_bytes())
    with i18n.using_language("es"):
        assert said(back.problem, i18n) == "1 fila rechazada."


def test_what_was_stored_with_plain_sentences_is_still_read() -> None:
    before = {
        **STORED,
        "rows": [[2, "HS-1", "added", "met", ""], [3, "HS-2", "refused", "no date", "The absence has no date."]],
        "notes": ["The text was read as Latin-1."],
    }
    assert found_in(json.dumps(before).encode()) == FOUND
