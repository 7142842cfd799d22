"""What every measure is worked out from: what was expected of one enrollment, day by day, and what became of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from cm_tracker.domain.day import expected_visits as day_outcomes
from cm_tracker.domain.day import states
from cm_tracker.domain.day.plans import Plan
from cm_tracker.domain.measures.asked import Period, periods_of
from cm_tracker.domain.measures.facts import Stay, VisitFact
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.timeline import Timeline

NEGATIVE, POSITIVE, MISSED, EXCUSED = "negative", "positive", "missed", "excused"
REFUSED, TAMPERED, DILUTE = "refused", "tampered", "dilute"
WAITING, NO_OUTCOME, ATTENDED, OTHER, VOIDED = "waiting", "no_outcome", "attended", "other", "voided"
OUTCOMES = (
    NEGATIVE, POSITIVE, MISSED, EXCUSED, REFUSED, TAMPERED, DILUTE, WAITING, NO_OUTCOME, ATTENDED, OTHER, VOIDED,
)  # fmt: skip
"""What became of something expected. `ATTENDED` is of services that take no test. `WAITING` has no result yet, and of
`NO_OUTCOME` nobody said anything although its day is over. `OTHER` was recorded and is no coming: hours, or a goal.
`VOIDED` never happened: only what stayed with the client counts."""

SUBMITTED = frozenset({NEGATIVE, POSITIVE})
"""A specimen with a result that counts."""
CAME = frozenset({NEGATIVE, POSITIVE, REFUSED, TAMPERED, DILUTE, WAITING, ATTENDED})
"""The client was there, whatever the specimen showed."""
LEFT_OUT = frozenset({EXCUSED, WAITING})
"""Neither counted for nor against a client: the absence was excused, or the result is not known yet."""

OF_VISITS = {
    outcomes.MET: NEGATIVE,
    outcomes.POSITIVE: POSITIVE,
    outcomes.UNEXCUSED: MISSED,
    outcomes.EXCUSED: EXCUSED,
    outcomes.REFUSED: REFUSED,
    outcomes.TAMPERED: TAMPERED,
    outcomes.DILUTE: DILUTE,
    outcomes.PENDING: WAITING,
    outcomes.DISPUTED: WAITING,
}
OF_SLOTS = {
    day_outcomes.NEGATIVE: NEGATIVE,
    day_outcomes.POSITIVE: POSITIVE,
    day_outcomes.REFUSED: REFUSED,
    day_outcomes.TAMPERED: TAMPERED,
    day_outcomes.DILUTE: DILUTE,
    day_outcomes.WAITING: WAITING,
    states.ATTENDED: ATTENDED,
    states.ABSENT: MISSED,
    states.EXCUSED: EXCUSED,
    states.CLOSED: EXCUSED,
    day_outcomes.NOT_HELD: EXCUSED,
    day_outcomes.OPEN: NO_OUTCOME,
    day_outcomes.TO_COME: NO_OUTCOME,
}


class Expected(NamedTuple):
    """Something that was expected of a client on a day, or that happened without being expected.

    `week` is the program week, `behavior` the track or None, `visit_id` the first record of the visit that counts.
    `minutes` is the length of a service, `attended` and `excused` are minutes of it; those of a test are 0.
    `is_estimated` says that no plan expected it: the number of visits a week of the version did. `length` is how long the
    slot is, also that of a test, and `leader_id` who leads it or stands in.
    """

    on_day: date
    week: int
    site_id: int
    outcome: str
    is_test: bool = True
    is_expected: bool = True
    behavior: str | None = None
    service_id: int | None = None
    visit_id: int | None = None
    minutes: int = 0
    attended: int = 0
    excused: int = 0
    is_estimated: bool = False
    length: int = 0
    leader_id: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """One enrollment until a day: what was expected of it, by day.

    `last_day` is its last day, if it is over by then. `site_id` is the client's site on its last day, and `stays` are all
    of them by their days. `behavior` is the track that runs are counted on: the first one of the newest version by then
    that takes tests, None where there is none. `weeks_over` counts the program weeks that were over by then, whether or
    not the client still came; `until_week` is the last one of them, or that of the last day. `last_week` is the program's
    last one. `visits` are those that count, of every track, by day and first record. `group` names the service or the
    member of staff of a part of a course; it is empty for all of it.
    """

    enrollment_id: int
    client_id: int
    code: str
    site_id: int
    stays: tuple[Stay, ...]
    language: str
    counselor_id: int | None
    schedule: str
    timeline: Timeline
    last_day: date | None
    end_reason: str | None
    behavior: str | None
    until_week: int
    last_week: int
    weeks_over: int
    plans: tuple[Plan, ...]
    visits: tuple[VisitFact, ...]
    expected: tuple[Expected, ...]
    group: str = ""

    @property
    def starts_on(self) -> date:
        """The first day."""
        return self.timeline.starts_on

    @property
    def site_ids(self) -> tuple[int, ...]:
        """Every site to which the client belonged, the first one first."""
        return tuple(dict.fromkeys(stay.site_id for stay in self.stays))

    @property
    def tests(self) -> tuple[Expected, ...]:
        """Every test, whether or not it was expected, by day."""
        return tuple(one for one in self.expected if one.is_test)

    @property
    def scheduled_tests(self) -> tuple[Expected, ...]:
        """The expected tests of the track that runs are counted on, by day."""
        return tuple(one for one in self.expected if one.is_test and one.is_expected and one.behavior == self.behavior)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The tests that the track of `behavior` asks for, period by period, whether or not the client still came."""
        return periods_of(self.timeline, self.behavior, self.until_week) if self.behavior is not None else ()

    @property
    def periods_over(self) -> tuple[Period, ...]:
        """The periods whose last program week is over."""
        return tuple(period for period in self.periods if period.last_week <= self.weeks_over)

    @property
    def is_estimated(self) -> bool:
        """Whether something of it was expected by the version alone, because no plan held."""
        return any(one.is_estimated for one in self.expected)


def within(expected: Iterable[Expected], first_day: date, last_day: date) -> tuple[Expected, ...]:
    """Return what lies between two days, both included."""
    return tuple(one for one in expected if first_day <= one.on_day <= last_day)


def expected_of(courses: Iterable[Course]) -> Iterator[Expected]:
    """Return what was expected of some courses, one after another."""
    return chain.from_iterable(course.expected for course in courses)
