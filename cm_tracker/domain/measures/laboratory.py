"""How long the laboratory takes: from the specimen to its answer.

A specimen was given when it was collected, or recorded where nobody entered that. It was answered by the first later
record whose result is known. One that was voided while it waited was never answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from cm_tracker.domain.measures.numbers import median

LATE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LabAnswer:
    """A specimen that waited for the laboratory. `answered_at` is None while it waits."""

    site_id: int
    given_at: datetime
    answered_at: datetime | None

    def minutes(self, now: datetime) -> int:
        """Return the whole minutes until the answer, or until now."""
        return int(((self.answered_at or now) - self.given_at).total_seconds() // 60)

    def is_late(self, now: datetime) -> bool:
        """Return whether it took or has taken more than a day."""
        return (self.answered_at or now) - self.given_at > LATE


@dataclass(frozen=True, slots=True)
class LabDelay:
    """How many were answered, the median of their minutes, how many of them were late; how many wait, and too long."""

    answered: int
    median_minutes: Fraction | None
    late: int
    waiting: int
    waiting_late: int


def lab_delay(answers: Iterable[LabAnswer], now: datetime) -> LabDelay:
    """Return the measures of some specimens."""
    found = list(answers)
    answered = [one for one in found if one.answered_at is not None]
    waiting = [one for one in found if one.answered_at is None]
    return LabDelay(
        len(answered),
        median(one.minutes(now) for one in answered),
        sum(one.is_late(now) for one in answered),
        len(waiting),
        sum(one.is_late(now) for one in waiting),
    )
