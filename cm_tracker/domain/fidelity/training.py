"""What members of staff must have learned before they work with clients.

Grant conditions want everybody who implements, administers or supervises the program trained first, and on record (SAMHSA).
The five subjects are those that they list: core elements and protocol, tests, incentives and how they are handed out,
documentation, supervision.
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

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


def missing(roles: Collection[str], learned: Collection[str]) -> tuple[str, ...]:
    """Return the subjects that somebody with these roles still has to learn, in their order."""
    return tuple(subject for subject in SUBJECTS if subject in needed_by(roles) - set(learned))


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
