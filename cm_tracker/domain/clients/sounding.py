"""Whether two names may be of one person: they are equal or sound alike, in English or in Spanish.

Each word of a name becomes its sound: a short text that is the same for words which are written differently and
pronounced alike. Between too many and too few, the rules choose too many: somebody looks at what they find.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from cm_tracker.domain.clients.codes import plain

# Spelling to sound, in this order. A sound is written with one letter: `x` is that of "church" and "shoe".
_BOTH = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"^wh", "w"),
        (r"^x", "j"),
        (r"x", "ks"),
        (r"ph", "f"),
        (r"sch|sh", "x"),
        (r"ch(?=[rl]|ael|ol)", "k"),
        (r"ch", "x"),
        (r"th", "t"),
        (r"ck|qu(?=[eiy])|q", "k"),
        (r"gh(?=t|$)", ""),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"z", "s"),
        # The p that nobody hears in Thompson.
        (r"(?<=m)p(?=[st])", ""),
    )
]
_DOUBLED = re.compile(r"(.)\1+")
_VOWEL = re.compile("[aeo]+")
# Vowels that are hardly told apart, and that change most where somebody writes by ear.
_VOWELS = str.maketrans({"i": "e", "y": "e", "u": "o", "w": "o"})
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015.,/]+")
# Words that come and go between the parts of a name.
_PARTICLES = frozenset(
    ["de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "dos", "di", "van", "von", "der", "den"]
)

Sounds = frozenset[str]

# What a form sends that has shown which clients have such a name: their ids.
MOST_SHOWN = 400


def shown_as(ids: Iterable[int]) -> str:
    """Return what stands for some clients in a form that has shown them: their ids in order."""
    return ",".join(str(id_) for id_ in sorted(ids))[:MOST_SHOWN]


@lru_cache(maxsize=20_000)
def sounds_of(name: str) -> tuple[Sounds, ...]:
    """Return the sounds of each word of a name: as English and as Spanish pronounce it.

    Particles are left out, unless the name has nothing else.
    """
    words = [word for word in map(plain, _BETWEEN.split(unicodedata.normalize("NFKC", name))) if word]
    return tuple(_word(word) for word in [word for word in words if word not in _PARTICLES] or words)


def may_be_one(one: tuple[Sounds, ...], other: tuple[Sounds, ...]) -> bool:
    """Return whether two names, as `sounds_of` returns them, may be of one person.

    The order of the words does not matter. Where one name has more words, such as a second surname, at least two words
    have to be in both; a name of one word is compared with names of one word.
    """
    fewer, more = sorted((one, other), key=len)
    if not fewer or (len(fewer) == 1 and len(more) > 1):
        return False
    left = list(more)
    for word in fewer:
        match = next((candidate for candidate in left if word & candidate), None)
        if match is None:
            return False
        left.remove(match)
    return True


@lru_cache(maxsize=20_000)
def _word(word: str) -> Sounds:
    for pattern, sound in _BOTH:
        word = pattern.sub(sound, word)
    # English hears v as f, Spanish hears it as b and leaves out an h at the beginning.
    return frozenset((_ended(word.replace("v", "f")), _ended(word.replace("v", "b").removeprefix("h"))))


def _ended(word: str) -> str:
    # An h after the first letter is silent.
    word = (word[:1] + word[1:].replace("h", "")).translate(_VOWELS)
    return _without_weak_vowels(_DOUBLED.sub(r"\1", word))


def _without_weak_vowels(word: str) -> str:
    """Keep the first vowel, and the last letter where it is an a or an o, which tells María from Mario."""
    first = _VOWEL.search(word)
    if first is None:
        return word
    head, tail = word[: first.start() + 1], word[first.end() :]
    ending = tail[-1:] if tail[-1:] in ("a", "o") else ""
    return _DOUBLED.sub(r"\1", head + _VOWEL.sub("", tail)) + ending
