"""What clients read in English is easy: no sentence above grade 6 by the formula of Flesch and Kincaid.

The formula (Kincaid et al. 1975) counts words in a sentence and syllables in a word; textstat takes the syllables from the
CMU dictionary. Each sentence is graded by itself, so a hard one cannot hide among easy ones.
"""

import re

import pytest
import textstat

from tests.architecture.test_translations import FOR_CLIENTS, used

HIGHEST = 6
# What stands in a message for a value that is only known on the page.
VALUES = {
    "n": "three", "amount": "ten points", "points": "ten points", "bonus": "ten points", "due": "ten points",
    "paid": "ten points", "money": "ten dollars", "day": "Friday", "first": "Friday", "last": "Monday",
    "limit": "the limit", "prize": "a mug", "tier": "a small prize", "time": "ten", "weeks": "two", "name": "Dora",
}  # fmt: skip


def filled(message: str) -> str:
    """Return a message as somebody reads it, with words in place of its values."""
    return re.sub(
        r"%\((\w+)\)s", lambda found: VALUES.get(found.group(1), "this"), re.sub(r"\{n\}|\d+", "three", message)
    )


def sentences() -> list[str]:
    """Return every sentence that clients read. A word or two on a button is none."""
    messages = {
        one for message in used(of=FOR_CLIENTS) for one in ((message,) if isinstance(message, str) else message)
    }
    parts = {part for message in messages for part in re.split(r"(?<=[.?!:])\s+", filled(message))}
    return sorted(part for part in parts if part.endswith((".", "?", "!")) or len(part.split()) >= 4)


def test_sentences_are_found_and_the_formula_tells_easy_from_hard() -> None:
    assert len(sentences()) > 100 and "The lab is checking it again." in sentences()
    easy = "You are close to the limit."
    hard = (
        "Notwithstanding considerable administrative difficulties, participants accumulate proportional remuneration."
    )
    assert textstat.flesch_kincaid_grade(easy) < HIGHEST < textstat.flesch_kincaid_grade(hard)


@pytest.mark.parametrize("sentence", sentences())
def test_a_sentence_for_clients_is_at_or_below_grade_6(sentence: str) -> None:
    assert textstat.flesch_kincaid_grade(sentence) <= HIGHEST
