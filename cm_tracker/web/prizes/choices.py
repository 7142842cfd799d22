"""The prizes that a client can choose from, and why they cannot have some of them today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cm_tracker import labels
from cm_tracker.i18n import number
from cm_tracker.queries.prizes.catalog import PrizeLine


@dataclass(frozen=True, slots=True)
class PrizeChoice:
    """A prize for points, for one client.

    `left` is how many are on the shelf. `missing` is how many points the client still needs; zero or less is enough.
    `allowed` is how many more the client may have, or None for a prize without a limit.
    """

    prize: PrizeLine
    left: int
    missing: int
    allowed: int | None

    @property
    def is_available(self) -> bool:
        """Return whether the client can have the prize today."""
        return self.left > 0 and self.missing <= 0 and self.allowed != 0

    @property
    def note(self) -> str:
        """Return the line below the price: how many are left, or how many more points the client needs."""
        if not self.left:
            return "none left"
        return f"{number(self.missing)} more needed" if self.missing > 0 else f"{number(self.left)} left"

    @property
    def limit(self) -> str:
        """Return the prize's limit and how many are left for this client. It is empty for a prize without a limit."""
        if self.prize.limit_count is None or self.allowed is None:
            return ""
        limit = labels.prizes.limit(self.prize.limit_count, self.prize.limit_days)
        return f"{limit}: {number(self.allowed) if self.allowed else 'none'} left"


def prize_choices(
    prizes: Sequence[PrizeLine], site_id: int, balance: int, allowed: Mapping[int, int]
) -> list[PrizeChoice]:
    """Return the choices for a client with a balance at a site. `allowed` has an entry for each prize with a limit."""
    return [
        PrizeChoice(prize, prize.left_at(site_id), prize.price_points - balance, allowed.get(prize.id))
        for prize in prizes
    ]
