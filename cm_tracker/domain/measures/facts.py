"""The facts of an enrollment from which its course is worked out, as the database has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.day.plans import Plan
from cm_tracker.domain.day.states import Note
from cm_tracker.domain.measures.shared_weeks import SharedWeeks


class Stay(NamedTuple):
    """The days on which a client belonged to a site, both included; the first stay begins at the earliest day."""

    site_id: int
    first_day: date
    last_day: date


class VisitFact(NamedTuple):
    """A visit that counts, as its newest record says it. `id` is its first record."""

    id: int
    behavior: str
    on_day: date
    outcome: str


@dataclass(frozen=True, slots=True)
class EnrollmentFacts:
    """Everything that a course is worked out from. Visits are in the order of their first records.

    `notes` are the newest notes of each day by the service, `moved_here` the services whose slots were put off to a day.
    `voided` are the visits that do not count any more.
    """

    enrollment_id: int
    client_id: int
    code: str
    language: str
    counselor_id: int | None
    schedule: str
    span: EnrollmentSpan
    stays: tuple[Stay, ...]
    plans: tuple[Plan, ...]
    visits: Sequence[VisitFact] = ()
    notes: Mapping[date, Mapping[int, Note]] = field(default_factory=dict)
    moved_here: Mapping[date, frozenset[int]] = field(default_factory=dict)
    voided: Sequence[VisitFact] = ()


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the clients of a site share: its weeks, its today, and the days that staff have closed."""

    weeks: SharedWeeks
    today: date
    closed_on: frozenset[date]


def site_on(stays: Iterable[Stay], day: date) -> int:
    """Return the site to which a client belongs on a day."""
    return next(stay.site_id for stay in reversed(tuple(stays)) if stay.first_day <= day)
