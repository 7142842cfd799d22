"""The time from a specimen to its reward. The sooner a reward follows what was done, the better it works.

Results that are read at the clinic are rewarded before the client leaves, and those of a laboratory within a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

POINT_OF_CARE = timedelta(minutes=30)
LABORATORY = timedelta(hours=24)
"""Later than this after the specimen, an award is late."""


@dataclass(frozen=True, slots=True)
class RewardTime:
    """When a specimen was given, when the award for it was recorded, and when a prize followed, if one did.

    `is_laboratory` says that a laboratory had to answer first.
    """

    began_at: datetime
    awarded_at: datetime
    is_laboratory: bool = False
    prize_at: datetime | None = None

    @property
    def minutes(self) -> int:
        """Return the whole minutes from the specimen to the award."""
        return _minutes(self.began_at, self.awarded_at)

    @property
    def minutes_to_prize(self) -> int | None:
        """Return the whole minutes from the specimen to the prize or the draw, None where none followed."""
        return None if self.prize_at is None else _minutes(self.began_at, self.prize_at)

    @property
    def is_late(self) -> bool:
        """Return whether the award came later than it should."""
        return self.awarded_at - self.began_at > (LABORATORY if self.is_laboratory else POINT_OF_CARE)

    @property
    def is_same_visit(self) -> bool:
        """Return whether the award was given while the client was still there: nobody waited, and in time."""
        return not self.is_laboratory and not self.is_late


@dataclass(frozen=True, slots=True)
class RewardTimes:
    """The rewards of a site in a span: how many, the median of their minutes, and how many were in time.

    `median_minutes` is None where nothing was rewarded. `late` counts those of the point of care that were late,
    `late_laboratory` those of a laboratory.
    """

    count: int
    median_minutes: float | None
    same_visit: int
    laboratory: int
    late: int
    late_laboratory: int

    @property
    def same_visit_share(self) -> float | None:
        """Return the share of awards of the same visit, from 0 to 1, None where nothing was rewarded."""
        return self.same_visit / self.count if self.count else None


def began_at(collected_at: datetime | None, arrived_at: datetime | None, recorded_at: datetime) -> datetime:
    """Return the instant from which a client waits for the reward.

    It is when the specimen was collected. Where nobody entered that (the program then takes the moment at which the
    result was saved), it is when the client arrived, if somebody noted it.
    """
    if collected_at is not None and collected_at < recorded_at:
        return collected_at
    return min(arrived_at or recorded_at, recorded_at)


def reward_times(times: Iterable[RewardTime]) -> RewardTimes:
    """Return the measures of some rewards."""
    found: Sequence[RewardTime] = tuple(times)
    late = [one for one in found if one.is_late]
    return RewardTimes(
        count=len(found),
        median_minutes=float(median(one.minutes for one in found)) if found else None,
        same_visit=sum(one.is_same_visit for one in found),
        laboratory=sum(one.is_laboratory for one in found),
        late=sum(not one.is_laboratory for one in late),
        late_laboratory=sum(one.is_laboratory for one in late),
    )


def _minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds() // 60)
