"""Whatever a client reads or hears is there in every language, and whatever staff read in Spanish, with the same values in it.

`gettext`, `ngettext`, `lazy` and `phrase` are found by Babel; the sentences of `BadInput` stand where it is raised, and are
found in the source here.
"""

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from cm_tracker import i18n
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.languages import LANGUAGES, STAFF_LANGUAGES

ROOT = Path(__file__).parents[2]
TRANSLATED = sorted(set(LANGUAGES) - {"en"})
FOR_STAFF = sorted(set(STAFF_LANGUAGES) - {"en"})
# Between the context of a message and its text.
IN = "\x04"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy": None, "marked": None, "phrase": None, "phrases": (1, 2)}
# Where the texts are that clients read or hear. All others are for staff.
FOR_CLIENTS = (
    "templates/kiosk/",
    "templates/papers/",
    "templates/prizes/_bare.html",
    "templates/prizes/_bowl.html",
    "templates/prizes/_confirm.html",
    "templates/prizes/_trade.html",
    "templates/prizes/bowl.html",
    "templates/prizes/confirm_slips.html",
    "templates/prizes/hand_over.html",
    "templates/prizes/offer.html",
    "templates/prizes/trade.html",
    "cm_tracker/after_sentences.py",
    "cm_tracker/agreement_sentences.py",
    "cm_tracker/agreement_track_sentences.py",
    "cm_tracker/draw_sentences.py",
    "cm_tracker/kiosk_history_sentences.py",
    "cm_tracker/kiosk_sentences.py",
    "cm_tracker/labels/client_pages.py",
    "cm_tracker/labels/id_cards.py",
    "cm_tracker/sentences.py",
    "cm_tracker/statement_sentences.py",
    "cm_tracker/web/kiosk/",
    "cm_tracker/web/prizes/kiosk_slips.py",
)
# A page of staff among those of the kiosk.
NOT_FOR_CLIENTS = "cm_tracker/web/kiosk/devices.py"


@cache
def used(of: tuple[str, ...] = ()) -> frozenset[str | tuple[str, str]]:
    """Every message of the pages and of the package, or those of the files whose paths begin like one of these."""
    options = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
    found: set[str | tuple[str, str]] = set()
    for folder, method in (("templates", ("**.html", "jinja2.ext:babel_extract")), ("cm_tracker", ("**.py", "python"))):
        for name, _, message, _, context in extract_from_dir(str(ROOT / folder), [method], options, keywords=KEYWORDS):
            place = f"{folder}/{name}"
            if not of or (place.startswith(of) and not (of == FOR_CLIENTS and place == NOT_FOR_CLIENTS)):
                one, many = (message, None) if isinstance(message, str) else (message[0], message[1])
                named = in_context(context, one)
                found.add((named, many) if many is not None else named)
    refusals = {sentence_of(call) for place, call in BAD_INPUTS if not of or f"cm_tracker/{place}".startswith(of)}
    about = {words for place, words in ABOUT_PRESETS if not of or f"cm_tracker/{place}".startswith(of)}
    return frozenset(found | about | (set() if of == FOR_CLIENTS else refusals))


def bad_inputs() -> list[tuple[str, ast.Call]]:
    """Every place of the package that makes a `BadInput`, and where it is."""
    return [
        (f"{path.relative_to(ROOT / 'cm_tracker')}:{node.lineno}", node)
        for path in sorted((ROOT / "cm_tracker").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "BadInput"
    ]


BAD_INPUTS = bad_inputs()
# What pages say about each preset lies beside its document.
ABOUT_PRESETS = [
    (f"presets/about/{path.name}", words)
    for path in sorted((ROOT / "cm_tracker" / "presets" / "about").glob("*.json"))
    for key, words in json.loads(path.read_text(encoding="utf-8")).items()
    if key in ("says", "changed") and words
]


def sentence_of(call: ast.Call) -> str:
    """The sentence of a `BadInput`: a literal text, or it could not be looked up in a catalog."""
    sentence = call.args[0]
    assert isinstance(sentence, ast.Constant) and isinstance(sentence.value, str), ast.unparse(call)
    return sentence.value


def messages(language: str, of: str = "*.po") -> list[Message]:
    found = []
    for path in i18n.catalogs_of(language):
        if path.match(of):
            with path.open("rb") as file:
                found += [message for message in read_po(file, locale=language) if message.id]
    return found


def in_context(context: str | None, message: str) -> str:
    """The name of a message in these tests: with its context, where it has one."""
    return f"{context}{IN}{message}" if context else message


def ids_in(found: list[Message]) -> list[str]:
    return [in_context(m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in found]


def ids_of(found: frozenset[str | tuple[str, str]]) -> set[str]:
    return {message if isinstance(message, str) else message[0] for message in found}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_for_clients_is_translated_and_none_is_left_over(language: str) -> None:
    for_clients, there = ids_of(used(of=FOR_CLIENTS)), set(ids_in(messages(language, i18n.CLIENTS)))
    assert len(for_clients) > 150
    assert sorted(for_clients - there) == [], "not translated"
    assert sorted(there - for_clients) == [], "left over, or for staff"


@pytest.mark.parametrize("language", FOR_STAFF)
def test_every_message_for_staff_is_translated_once_and_none_is_left_over(language: str) -> None:
    there = ids_in(messages(language))
    assert sorted(ids_of(used()) - set(there)) == [], "not translated"
    assert sorted(set(there) - ids_of(used())) == [], "left over"
    assert [message for message, n in Counter(there).items() if n > 1] == [], "in two catalogs"


def test_what_a_client_reads_is_told_from_what_staff_read() -> None:
    for_clients = ids_of(used(of=FOR_CLIENTS))
    assert {"I am done", "Your next visit can earn %(amount)s.", "river", "This is your week"} <= for_clients
    assert "There is no such client at your sites." not in for_clients and "Say why, in a few words." not in for_clients


@pytest.mark.parametrize(
    "message",
    [message for language in TRANSLATED for message in messages(language)],
    ids=lambda message: str(message.id)[:40],
)
def test_a_translation_is_whole_and_keeps_its_values(message: Message) -> None:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string)
    assert len(translated) == len(originals) and all(translated)
    values = set(re.findall(r"%\(\w+\)s", originals[-1]))
    assert all(set(re.findall(r"%\(\w+\)s", text)) == values for text in translated)


@pytest.mark.parametrize(("place", "call"), BAD_INPUTS, ids=[place for place, _ in BAD_INPUTS])
def test_a_sentence_gets_exactly_the_values_that_it_names(place: str, call: ast.Call) -> None:
    named = set(re.findall(r"%\((\w+)\)s", sentence_of(call)))
    assert named == {keyword.arg for keyword in call.keywords}, place
    assert len(call.args) <= 2, place


@pytest.mark.parametrize(("place", "call"), BAD_INPUTS, ids=[place for place, _ in BAD_INPUTS])
def test_every_sentence_can_be_said_in_both_languages(place: str, call: ast.Call) -> None:
    values = {str(keyword.arg): f"<{keyword.arg}>" for keyword in call.keywords}
    error = BadInput(sentence_of(call), **values)
    with i18n.using_language("es"):
        spanish = error.message(i18n)
    assert str(error) != spanish, place
    for said in (str(error), spanish):
        assert "%" not in said and all(value in said for value in values.values()), place
