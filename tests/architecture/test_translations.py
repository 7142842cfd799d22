"""Whatever a client reads or hears is there in every language, with the same values in it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from cm_tracker.domain.languages import LANGUAGES

ROOT = Path(__file__).parents[2]
PO = ROOT / "cm_tracker" / "translations" / "es" / "LC_MESSAGES" / "messages.po"


def used() -> set[str | tuple[str, str]]:
    """Every message of the kiosk's pages, of its views and of the sentences."""
    options = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
    found: set[str | tuple[str, str]] = set()
    for folder, methods in (
        (ROOT / "templates" / "kiosk", [("**.html", "jinja2.ext:babel_extract")]),
        (ROOT / "templates" / "prizes", [("_bowl.html", "jinja2.ext:babel_extract")]),
        (
            ROOT / "templates" / "prizes",
            [
                (name, "jinja2.ext:babel_extract")
                for name in ("new_offer.html", "offer.html", "_bare.html", "_confirm.html", "trade.html", "_trade.html")
            ],
        ),
        (ROOT / "cm_tracker", [("sentences.py", "python"), ("web/kiosk.py", "python"), ("web/refusals.py", "python")]),
    ):
        for _, _, message, _, _ in extract_from_dir(str(folder), methods, options):
            found.add(message if isinstance(message, str) else (message[0], message[1]))
    return found


def catalog() -> dict[str, Message]:
    with PO.open("rb") as file:
        return {(m.id if isinstance(m.id, str) else m.id[0]): m for m in read_po(file, locale="es") if m.id}


def test_there_is_spanish_and_english() -> None:
    assert set(LANGUAGES) == {"en", "es"}


def test_every_message_is_translated_and_none_is_left_over() -> None:
    ids = {message if isinstance(message, str) else message[0] for message in used()}
    assert len(ids) > 40
    assert ids == set(catalog())


@pytest.mark.parametrize("message", catalog().values(), ids=lambda message: str(message.id)[:40])
def test_a_translation_is_whole_and_keeps_its_values(message: Message) -> None:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    translated = [message.string] if isinstance(message.string, str) else list(message.string)
    assert len(translated) == len(originals) and all(translated)
    values = set(re.findall(r"%\(\w+\)s", originals[-1]))
    assert all(set(re.findall(r"%\(\w+\)s", text)) == values for text in translated)
