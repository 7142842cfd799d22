"""The counselor of a client: a member of staff of the client's site, from a day on. Nothing is overwritten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.errors import BadInput

FURTHEST = timedelta(days=366)
"""A change of counselor begins by so much before or after today at most."""


@dataclass(frozen=True, slots=True)
class CounselorFrom:
    """Who a client's counselor is from a day on, as it was entered; None: nobody. `id` is in the order of entering."""

    id: int
    from_on: date
    counselor_id: int | None


def counselor_on(entered: Iterable[CounselorFrom], day: date) -> int | None:
    """Return who is the counselor on a day, or None. Of two entries that begin on one day, the later one counts."""
    begun = [one for one in entered if one.from_on <= day]
    return max(begun, key=lambda one: (one.from_on, one.id)).counselor_id if begun else None


def check_from_on(from_on: date, today: date) -> None:
    """Raise `BadInput` for a first day that is further away than a year."""
    if abs(from_on - today) > FURTHEST:
        raise BadInput("Choose a day within a year of today.", "from_on")
