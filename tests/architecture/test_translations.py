"""Whatever a client reads or hears is there in every language, with the same values in it.

Refusals are for staff, whose pages are in English: they are in Spanish, too, and may be in another language. `gettext` and `ngettext` are found by Babel; the sentences of `BadInput`
stand where it is raised, and are found in the source here.
"""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from cm_tracker import i18n
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
TRANSLATED = sorted(set(LANGUAGES) - {"en"})
# Where the refusals stand, in the package.
REFUSALS = ("domain/", "forms/")


def used(for_clients: bool = False) -> set[str | tuple[str, str]]:
    """Every message of the kiosk's pages, of its views and of the sentences: with the refusals, or for clients alone."""
    options = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
    found: set[str | tuple[str, str]] = set()
    for folder, methods in (
        (ROOT / "templates" / "kiosk", [("**.html", "jinja2.ext:babel_extract")]),
        (ROOT / "templates" / "prizes", [("_bowl.html", "jinja2.ext:babel_extract")]),
        (ROOT / "templates" / "day", [("printed_week.html", "jinja2.ext:babel_extract")]),
        (
            ROOT / "templates" / "clients",
            [
                (name, "jinja2.ext:babel_extract")
                for name in (
                    "printed_disclosures.html",
                    "printed_statement.html",
                    "_agreement.html",
                    "agreement.html",
                    "signed_agreement.html",
                )
            ],
        ),
        (ROOT / "templates" / "audit", [("printed_viewings.html", "jinja2.ext:babel_extract")]),
        (
            ROOT / "templates" / "prizes",
            [
                (name, "jinja2.ext:babel_extract")
                for name in (
                    "new_offer.html",
                    "offer.html",
                    "_bare.html",
                    "_confirm.html",
                    "confirm_slips.html",
                    "trade.html",
                    "_trade.html",
                    "bowl.html",
                    "hand_over.html",
                )
            ],
        ),
        (ROOT / "cm_tracker", [("**.py", "python")]),
    ):
        for name, _, message, _, _ in extract_from_dir(str(folder), methods, options):
            if not (for_clients and name.startswith(REFUSALS)):
                found.add(message if isinstance(message, str) else (message[0], message[1]))
    return found if for_clients else found | {sentence_of(call) for _, call in BAD_INPUTS}


def bad_inputs() -> list[tuple[str, ast.Call]]:
    """Every place of the package that makes a `BadInput`, and where it is."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", node)
        for path in sorted((ROOT / "cm_tracker").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "BadInput"
    ]


BAD_INPUTS = bad_inputs()


def sentence_of(call: ast.Call) -> str:
    """The sentence of a `BadInput`: a literal text, or it could not be looked up in a catalog."""
    sentence = call.args[0]
    assert isinstance(sentence, ast.Constant) and isinstance(sentence.value, str), ast.unparse(call)
    return sentence.value


def catalog(language: str) -> dict[str, Message]:
    path = ROOT / "cm_tracker" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return {(m.id if isinstance(m.id, str) else m.id[0]): m for m in read_po(file, locale=language) if m.id}


def test_there_is_spanish_and_english() -> None:
    assert {"en", "es"} <= set(LANGUAGES)


def ids_of(messages: set[str | tuple[str, str]]) -> set[str]:
    return {message if isinstance(message, str) else message[0] for message in messages}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_for_clients_is_translated_and_none_is_left_over(language: str) -> None:
    for_clients, there = ids_of(used(for_clients=True)), set(catalog(language))
    assert len(for_clients) > 150
    assert sorted(for_clients - there) == [], "not translated"
    assert sorted(there - ids_of(used())) == [], "left over"


def test_spanish_has_every_refusal() -> None:
    assert sorted(ids_of(used()) - set(catalog("es"))) == []


def test_what_a_client_reads_is_told_from_refusals() -> None:
    for_clients = ids_of(used(for_clients=True))
    assert {"I am done", "Your next visit can earn %(amount)s.", "river", "This is your week"} <= for_clients
    assert "There is no such client at your sites." not in for_clients and "Say why, in a few words." not in for_clients


@pytest.mark.parametrize(
    "message",
    [message for language in TRANSLATED for message in catalog(language).values()],
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
