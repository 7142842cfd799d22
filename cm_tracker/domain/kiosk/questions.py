"""Questions that a client can ask at the kiosk with one touch, and the answers that staff can choose."""

import re
from collections.abc import Iterable

from cm_tracker.domain.errors import BadInput, TextNamesClient, TextNotForKiosk
from cm_tracker.domain.schedules.substance_words import substance_words

POINTS, TALK, NEXT_VISIT = "points", "talk", "next_visit"
TOPICS = (POINTS, TALK, NEXT_VISIT)
# What everybody who works with clients may see. A question about points tells what somebody earned.
PLAIN_TOPICS = (TALK, NEXT_VISIT)

# The answers to each question, as their names. What the client reads is in `kiosk_sentences`.
ANSWERS = {
    POINTS: ("right", "added", "come"),
    TALK: ("today", "at_visit", "desk"),
    NEXT_VISIT: ("on_card", "desk", "any_day"),
}
MOST_CHARACTERS = 140
# Words of tests and their results, which the kiosk shows as little as a substance.
RESULT_WORDS = frozenset(
    [
        "dirty",
        "negative",
        "negativo",
        "negativa",
        "orina",
        "positive",
        "positivo",
        "positiva",
        "prueba",
        "pruebas",
        "recaída",
        "recaídas",
        "relapse",
        "relapsed",
        "result",
        "results",
        "resultado",
        "resultados",
        "test",
        "tested",
        "tests",
        "urine",
    ]
)


def check_topic(topic: str) -> None:
    """Raise `BadInput` for a question that the kiosk does not have."""
    if topic not in TOPICS:
        raise BadInput("Choose one of the questions.")


def check_answer(topic: str, answer: str, text: str, names: Iterable[str]) -> None:
    """Raise what stands against an answer to a question.

    `text` is what staff add in their words: a bystander may read it, so it holds no substance, no result and none of the
    client's `names`, which are their name and codes. Raise `TextNamesClient`, `TextNotForKiosk`, or `BadInput` for an answer
    that does not belong to the question, or a text that is too long.
    """
    if answer not in ANSWERS[topic]:
        raise BadInput("Choose one of the answers.", "answer")
    if len(text) > MOST_CHARACTERS:
        raise BadInput("Write up to %(most)s characters.", "text", most=MOST_CHARACTERS)
    written = f" {_plain(text)} "
    if any(name and f" {name} " in written for name in map(_plain, names)):
        raise TextNamesClient(field="text")
    results = (word for word in dict.fromkeys(written.split()) if word in RESULT_WORDS)
    if words := (*substance_words(text), *results):
        raise TextNotForKiosk(words=words, field="text")


def _plain(text: str) -> str:
    """Return the words of a text in small letters with one space between them. Hyphens part nothing."""
    return " ".join(re.findall(r"\w+", text.lower().replace("-", "")))
