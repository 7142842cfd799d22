"""Measures of a pattern: a client's weeks as letters, as trials publish them.

`-` is a week with a negative test, `+` one with a positive test, `o` a week without a specimen, and `*` a week with
results of both kinds, which counts as not negative.
"""

from dataclasses import dataclass
from itertools import groupby

NEGATIVE, POSITIVE, MISSING, MIXED = "-", "+", "o", "*"
LETTERS = (NEGATIVE, POSITIVE, MISSING, MIXED)
IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class PatternMeasures:
    """The four measures of a pattern, in weeks.

    `negative_weeks` counts the negative weeks (Fiellin 2006). `lda_missing_is_positive` is the longest run of negative
    weeks, which a week without a specimen ends (Schottenfeld 2008). `lda_missing_ignored` is the longest run once the
    weeks without a specimen are taken out (Schottenfeld 2005). `three_in_a_row` says whether there is a run of three
    (Kosten 1993); a week without a specimen ends it, too.
    """

    negative_weeks: int
    lda_missing_is_positive: int
    lda_missing_ignored: int
    three_in_a_row: bool


def wrong_letters(pattern: str) -> tuple[str, ...]:
    """Return the characters of a pattern that mean nothing, each once, in their order."""
    return tuple(dict.fromkeys(letter for letter in pattern if letter not in LETTERS))


def pattern_measures(pattern: str) -> PatternMeasures:
    """Return the measures of a pattern. Its characters are `LETTERS`: `wrong_letters` finds others."""
    longest = longest_run(pattern)
    return PatternMeasures(
        negative_weeks=pattern.count(NEGATIVE),
        lda_missing_is_positive=longest,
        lda_missing_ignored=longest_run(pattern.replace(MISSING, "")),
        three_in_a_row=longest >= IN_A_ROW,
    )


def longest_run(pattern: str) -> int:
    """Return how many negative letters stand in the longest unbroken row of them."""
    return max((len(list(run)) for letter, run in groupby(pattern) if letter == NEGATIVE), default=0)
