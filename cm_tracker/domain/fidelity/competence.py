"""How well a session was led: twelve questions that somebody who sat in answers.

The structure is that of the Contingency Management Competence Scale: twelve items on a scale of seven in two groups, one
about results and rewards, one about how the session was led (Petry et al. 2010, PMC2875270). Its words are not established
here, so these are the program's own, and a rating with them is no score of that scale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cm_tracker.domain.errors import BadInput

REWARDS, MANNER = "rewards", "manner"
ITEMS: Mapping[str, tuple[str, ...]] = {
    REWARDS: ("result", "earned", "next", "wishes", "way_back", "gains"),
    MANNER: ("praise", "confidence", "empathy", "listening", "structure", "skill"),
}
NAMES = tuple(name for names in ITEMS.values() for name in names)
LOWEST, HIGHEST = 1, 7
WELL_ENOUGH = 4
"""A session with this mean or more counts as led well enough in the measure of fidelity, and so does an item."""
NEXT_VALUE = "next"
"""The item that says whether the client was told what the next visit earns."""

# Of each item, a number or None for what was not observed.
Ratings = Mapping[str, int | None]


def mean(ratings: Ratings, group: str | None = None) -> Fraction | None:
    """Return the exact mean of what was observed in a group, or in all; None where nothing was."""
    names = NAMES if group is None else ITEMS[group]
    seen = [value for name in names if (value := ratings.get(name)) is not None]
    return Fraction(sum(seen), len(seen)) if seen else None


def is_well_enough(ratings: Ratings) -> bool:
    """Return whether the mean of a session reaches `WELL_ENOUGH`."""
    of_all = mean(ratings)
    return of_all is not None and of_all >= WELL_ENOUGH


def was_next_value_told(ratings: Ratings) -> bool | None:
    """Return whether the client was told what the next visit earns; None where that was not observed."""
    found = ratings.get(NEXT_VALUE)
    return None if found is None else found >= WELL_ENOUGH


@dataclass(frozen=True, slots=True)
class RatedSessions:
    """How many sessions were rated, and how many of them were led well enough.

    Of those in which it was observed, `told` are the ones in which the next value was told.
    """

    sessions: int
    observed: int
    told: int
    well_enough: int


def rated_sessions(rated: Iterable[Ratings]) -> RatedSessions:
    """Return the counts of some sessions."""
    found = list(rated)
    told = [answer for ratings in found if (answer := was_next_value_told(ratings)) is not None]
    return RatedSessions(len(found), len(told), sum(told), sum(map(is_well_enough, found)))


def tenths(value: Fraction) -> int:
    """Return a mean in whole tenths, halves up: for a page, never for a comparison."""
    return int(value * 10 + Fraction(1, 2))


def check_ratings(ratings: Ratings) -> None:
    """Raise `BadInput` for another item or number, and for a group of which nothing was observed."""
    if set(ratings) != set(NAMES) or any(
        value is not None and not LOWEST <= value <= HIGHEST for value in ratings.values()
    ):
        raise BadInput("Rate each line from 1 to 7, or say that you did not observe it.")
    if any(mean(ratings, group) is None for group in ITEMS):
        raise BadInput("Rate at least one line of each group.")
