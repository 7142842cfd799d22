"""What members of staff must have learned before they work with clients.

Grant conditions want everybody who implements, administers or supervises the program trained first, and on record (SAMHSA).
The five subjects are those that they list: core elements and protocol, tests, incentives and how they are handed out,
documentation, supervision. A site may say that a subject is due again some months after it was learned.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.staff.roles import COORDINATOR, COUNSELOR, LEAD, TECHNICIAN

CORE, TESTS, INCENTIVES, DOCUMENTATION, SUPERVISION = "core", "tests", "incentives", "documentation", "supervision"
SUBJECTS = (CORE, TESTS, INCENTIVES, DOCUMENTATION, SUPERVISION)

_CARE = frozenset({CORE, TESTS, INCENTIVES, DOCUMENTATION})
NEEDED_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {TECHNICIAN: frozenset({CORE, TESTS}), COUNSELOR: _CARE, COORDINATOR: _CARE, LEAD: _CARE | {SUPERVISION}}
)


def needed_by(roles: Collection[str]) -> frozenset[str]:
    """Return the subjects that somebody with these roles must have learned; none for who sees no client's test."""
    return frozenset[str]().union(*(NEEDED_BY.get(role, frozenset()) for role in roles))


class Lacks(NamedTuple):
    """What somebody has to learn: subjects that they never learned, and those that are due again, in their order."""

    never: tuple[str, ...]
    again: tuple[str, ...]


def lacks(roles: Collection[str], learned: Mapping[str, date], months: Mapping[str, int | None], today: date) -> Lacks:
    """Return what somebody with these roles has to learn today.

    `learned` has the last day on which they learned each subject, and `months` after how many it is due again; None: never.
    """
    needed = [subject for subject in SUBJECTS if subject in needed_by(roles)]
    due = {subject: due_on(day, months.get(subject)) for subject, day in learned.items()}
    return Lacks(
        tuple(subject for subject in needed if subject not in learned),
        tuple(subject for subject in needed if (day := due.get(subject)) is not None and day <= today),
    )


def due_on(trained_on: date, months: int | None) -> date | None:
    """Return the day on which a subject is due again, or None: the same day of a later month, or that month's last day."""
    if months is None:
        return None
    year, month = divmod(trained_on.year * 12 + trained_on.month - 1 + months, 12)
    return date(year, month + 1, min(trained_on.day, monthrange(year, month + 1)[1]))


def shortest(of_sites: Iterable[Mapping[str, int | None]]) -> dict[str, int | None]:
    """Return for each subject the shortest time of several sites; None where it is due again at none of them."""
    sites = list(of_sites)
    return {
        subject: min((months for of in sites if (months := of.get(subject)) is not None), default=None)
        for subject in SUBJECTS
    }


def check_training(subjects: Collection[str], trained_on: date, today: date) -> None:
    """Raise `BadInput` for no subject or an unknown one, and for a day to come."""
    refusals = AllRefusals()
    with refusals:
        if not subjects or not set(subjects) <= set(SUBJECTS):
            raise BadInput("Choose at least one subject.", "subjects")
    with refusals:
        if trained_on > today:
            raise BadInput("This day is still to come. Enter the day of the training.", "trained_on")
    refusals.raise_any()


def check_why(why: str) -> None:
    """Raise `BadInput` where nobody says why a record does not hold."""
    if not why.strip():
        raise BadInput("Say why this record does not hold.", "note")
