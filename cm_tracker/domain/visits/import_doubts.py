"""Why none of several rows counts: they say different things of one day, or one of them cannot be read."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce

from cm_tracker.domain.phrases import Phrase, phrase
from cm_tracker.domain.visits.evidence import Evidence, Hours, Test


def beside_unreadable(line: int, day: date, evidence: Evidence) -> Phrase:
    """Return why a row does not count: a row of its day, which is the last one of a week of hours, cannot be read."""
    values = {"line": str(line), "day": str(day)}
    match evidence:
        case Test():
            return phrase(
                "Line %(line)s is a row of %(day)s, too, and has no result that can be read. It may be a correction to "
                "look at: keep the row that is right.",
                **values,
            )
        case Hours():
            return phrase(
                "Line %(line)s is a row of the week until %(day)s, too, and has no hours that can be read. It may be a "
                "correction to look at: keep the row that is right.",
                **values,
            )
    return phrase("Line %(line)s is a row of %(day)s, too, and cannot be read. Keep the row that is right.", **values)


def contradicted(lines: Sequence[int], day: date, evidence: Evidence) -> Phrase:
    """Return why rows do not count that say different things of a day, which is the last one of a week of hours."""
    values = {**first_and_last(lines), "day": str(day)}
    match evidence:
        case Test():
            return phrase(
                "Lines %(lines)s and %(last)s give different results for the test of %(day)s. A corrected result is a "
                "correction to look at: keep the row that is right.",
                **values,
            )
        case Hours():
            return phrase(
                "Lines %(lines)s and %(last)s give different hours for the week until %(day)s. A corrected number is a "
                "correction to look at: keep the row that is right.",
                **values,
            )
    return phrase("Lines %(lines)s and %(last)s say different things of %(day)s. Keep the row that is right.", **values)


def first_and_last(lines: Sequence[int]) -> dict[str, str]:
    """Return the numbers of two lines or more as the values of a phrase: the first ones, and the last one."""
    *first, last = map(str, lines)
    return {"lines": ", ".join(first), "last": last}


def all_of(words: Iterable[str]) -> str:
    """Return words with "and" between them. There is at least one."""
    return reduce(lambda first, then: phrase("%(first)s and %(then)s", first=first, then=then), words)
