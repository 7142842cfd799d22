"""How many wrong tries at a secret are allowed, and how long the waits after them are.

What failed is forgotten when the memory of the limit is over since the count began. Where the limit was reached, the
memory begins with the last failure. A few slips an hour therefore never add up to a wait.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

# A failure that lies further ahead was counted before the clock was set back: it counts no longer. Two requests of the
# same moment may see the time of each other.
SAME_MOMENT = timedelta(seconds=5)
# A limit whose waits grow remembers for so many of its longest waits. With one alone, whoever waits for the longest wait
# would begin with the shortest again.
MEMORY = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failed tries are allowed, and how long the wait is after them.

    With `first_wait`, the waits grow: the first one lasts so long, each further failure doubles it, and none is longer
    than `wait`. Without it every wait lasts `wait`.
    """

    tries: int
    wait: timedelta
    first_wait: timedelta | None = None

    def times(self, factor: int) -> "Limit":
        """Return the limit that allows so many times the tries, with the same waits."""
        return replace(self, tries=self.tries * factor)

    def wait_after(self, failures: int) -> timedelta:
        """Return how long the wait is after so many failures."""
        if failures < self.tries:
            return timedelta(0)
        if self.first_wait is None:
            return self.wait
        # Twenty doublings are longer than every wait.
        return min(self.first_wait * (1 << min(failures - self.tries, 20)), self.wait)

    @property
    def memory(self) -> timedelta:
        """Return after which time failures are forgotten."""
        return self.wait if self.first_wait is None else self.wait * MEMORY


class Count(NamedTuple):
    """What failed: so many since `began_at`, the last of them at `last_failed_at`."""

    failures: int
    began_at: datetime
    last_failed_at: datetime


def is_forgotten(count: Count, limit: Limit, now: datetime) -> bool:
    """Return whether a count is over, so that the next failure begins a new one."""
    return (
        count.failures == 0
        or (count.failures < limit.tries and count.began_at <= now - limit.memory)
        or count.last_failed_at <= now - limit.memory
        or count.last_failed_at > now + SAME_MOMENT
    )


def waits_until(count: Count, limit: Limit, now: datetime) -> datetime | None:
    """Return until when nothing more may be tried, or None. It is never further away than the longest wait."""
    if is_forgotten(count, limit, now) or count.failures < limit.tries:
        return None
    wait = limit.wait_after(count.failures)
    until = count.last_failed_at + wait
    return min(until, now + wait) if until > now else None


def minutes_left(until: datetime, now: datetime) -> int:
    """Return how many minutes a wait still lasts, rounded up."""
    return max(-(-int((until - now).total_seconds()) // 60), 1)


def with_failure(count: Count, limit: Limit, now: datetime) -> Count:
    """Return the count with one more failure, which is the first of a new count where the old one is over."""
    if is_forgotten(count, limit, now):
        return Count(1, now, now)
    return Count(count.failures + 1, count.began_at, max(now, count.last_failed_at))


def without_try(count: Count, counted_at: datetime, before: Count) -> Count:
    """Return the count without a try that was right. `before` is what the count was when the try was counted.

    Where somebody else has failed since, the time of that failure stays.
    """
    if count.last_failed_at != counted_at or not before.failures:
        return count._replace(failures=max(count.failures - 1, 0))
    return Count(max(count.failures - 1, 0), count.began_at, before.last_failed_at)
