"""One term of the field has one translation: the table of docs/terms.md holds in every Spanish message."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from cm_tracker.i18n import catalogs_of

TERMS = Path(__file__).parents[2] / "docs" / "terms.md"
# A sentence may do without the word, as where Spanish has a pronoun; a title or a label may not.
SHORT = 4
VALUE = re.compile(r"%\(\w+\)s")


def words(cell: str) -> re.Pattern[str] | None:
    """A pattern for the words of a cell: "merge, unir-" is "merge" or a word that begins with "unir"."""
    found = [re.sub(r" \(.*\)", "", one.strip()) for one in cell.split(",") if one.strip()]
    patterns = [re.escape(one.removesuffix("-")) + (r"\w*" if one.endswith("-") else "") for one in found]
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE) if patterns else None


def terms() -> list[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str] | None]]:
    lines = TERMS.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")][1:]
    found = []
    for english, spanish, wrong in (row for row in rows if not row[0].startswith("---")):
        named, meant = words(english), words(spanish)
        assert named and meant, english
        found.append((english, named, meant, words(wrong)))
    return found


def messages() -> list[tuple[str, str]]:
    """Each English text with its Spanish one, the singular and the plural apart."""
    found = []
    for path in catalogs_of("es"):
        with path.open("rb") as file:
            for message in read_po(file, locale="es"):
                if message.id:
                    ids, texts = (
                        ([message.id], [message.string])
                        if isinstance(message.id, str)
                        else (message.id, message.string)
                    )
                    found += [
                        (VALUE.sub("…", str(one)), VALUE.sub("…", str(text)))
                        for one, text in zip(ids, texts, strict=True)
                    ]
    return found


MESSAGES = messages()


@pytest.mark.parametrize(("english", "named", "meant", "wrong"), terms(), ids=[term[0] for term in terms()])
def test_a_term_has_one_translation(
    english: str, named: re.Pattern[str], meant: re.Pattern[str], wrong: re.Pattern[str] | None
) -> None:
    with_term = [(text, spanish) for text, spanish in MESSAGES if named.search(text)]
    assert [pair for pair in with_term if wrong and wrong.search(pair[1])] == []
    labels = [pair for pair in with_term if len(pair[0].split()) <= SHORT and "run" not in english.split()]
    assert [pair for pair in labels if not meant.search(pair[1])] == []


def test_the_table_is_in_order_and_says_nothing_twice() -> None:
    names = [english.lower() for english, *_ in terms()]
    assert len(names) > 60 and len(names) == len(set(names))
    assert names == sorted(names, key=lambda name: name.replace("-", " "))
