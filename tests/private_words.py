"""Words that no log may hold: the names, codes, analytes and results of the cast, and addresses with the id of a record."""

import re

from cm_tracker.domain.schedules.analytes import ANALYTES
from cm_tracker.domain.schedules.outcomes import ALL
from tests import cast

NAMES = ("amir", "bea", *(username for username, _, _ in cast.STAFF), "harbor street", "mill road")
# "Pending" is also what the server's tasks are.
RESULTS = tuple(word for word in (*ALL, "negative", "missed", "attended") if word != "pending")
OF_ANALYTES = tuple(
    word for analyte in ANALYTES for word in (analyte.name, analyte.title, *analyte.synonyms) if len(word) > 2
)
_WORDS = "|".join(re.escape(word) for word in (*NAMES, *RESULTS, *OF_ANALYTES))
# Codes of the cast are HS-1 and MR-1; tests open more clients with codes like these.
_PRIVATE = re.compile(rf"\b({_WORDS}|(?:hs|mr)-\d+)\b|/[a-z-]+(?:/[a-z-]+)*(?:/\d+)+\b", re.I)


def private_words_in(text: str) -> list[str]:
    """Return what of a text names somebody, or says something about a client, each once and in its order."""
    return list(dict.fromkeys(found.group() for found in _PRIVATE.finditer(text)))
