"""Return the prizes among which a client chooses, each with what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cm_tracker import labels
from cm_tracker.i18n import number
from cm_tracker.queries.prizes.catalog import PrizeLine


@dataclass(frozen=True, slots=True)
class PrizeChoice:
    """A prize for points: `left` are on the shelf, `missing` points are lacking, `allowed` more may this client have.

    `allowed` is None for a prize without a limit.
    """

    prize: PrizeLine
    left: int
    missing: int
    allowed: int | None

    @property
    def is_within(self) -> bool:
        """Return whether the client can have it today."""
        return self.left > 0 and self.missing <= 0 and self.allowed != 0

    @property
    def note(self) -> str:
        """Return what stands below the price: how many are left, or what is lacking."""
        if not self.left:
            return "none left"
        return f"{number(self.missing)} more needed" if self.missing > 0 else f"{number(self.left)} left"

    @property
    def limit(self) -> str:
        """Return the prize's limit, and how much of it is left for this client; empty without one."""
        if self.prize.limit_count is None or self.allowed is None:
            return ""
        limit = labels.prizes.limit(self.prize.limit_count, self.prize.limit_days)
        return f"{limit}: {number(self.allowed) if self.allowed else 'none'} left"


def prize_choices(
    prizes: Sequence[PrizeLine], site_id: int, balance: int, allowed: Mapping[int, int]
) -> list[PrizeChoice]:
    """Return the choices of a client with a balance at a site; `allowed` is by prize, where there is a limit."""
    return [
        PrizeChoice(prize, prize.left_at(site_id), prize.price_points - balance, allowed.get(prize.id))
        for prize in prizes
    ]
