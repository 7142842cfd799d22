"""The pieces of a name, by which a keyed index finds it: the index cannot look into an encrypted name.

A name has all its runs of three letters, the first one and two letters of each of its words, and the sounds of its words
(`sounding`). Whoever has all pieces of a searched word may be meant; the name itself then decides.
"""

import re
from functools import lru_cache

from cm_tracker.domain.clients.codes import MOST_OF_KEY, plain
from cm_tracker.domain.clients.sounding import sounds_of

# A search asks for so many runs of a word. More would leave out hardly anybody more.
MOST_RUNS = 6
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_RUN = 3


def name_pieces(name: str) -> frozenset[str]:
    """Return the pieces under which a name is found."""
    beginnings = {f"^{word[:length]}" for word in _words(name) for length in range(1, _RUN)}
    return frozenset(_runs(_whole(name))) | beginnings | sound_pieces(name)


def sound_pieces(name: str) -> frozenset[str]:
    """Return the pieces of which every name that may be of the same person (`may_be_one`) has at least one."""
    return frozenset(f"~{sound}" for word in sounds_of(name) for sound in word)


def search_pieces(word: str) -> frozenset[str]:
    """Return pieces that every name has in which `is_in_name` finds a word, as `search_words` returns it."""
    return frozenset(_runs(word)[:MOST_RUNS]) if len(word) >= _RUN else frozenset([f"^{word}"])


def is_in_name(word: str, name: str) -> bool:
    """Return whether a name contains a word, as `search_words` returns it; one of up to two letters begins a word of it."""
    if len(word) >= _RUN:
        return word in _whole(name)
    return any(part.startswith(word) for part in _words(name))


@lru_cache(maxsize=20_000)
def _whole(name: str) -> str:
    return plain(name)[:MOST_OF_KEY]


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word for word in map(plain, _BETWEEN.split(name)) if word)


def _runs(text: str) -> list[str]:
    return [text[at : at + _RUN] for at in range(len(text) - _RUN + 1)]
