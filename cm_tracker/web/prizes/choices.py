"""The prizes that a client can choose from, and why they cannot have some of them today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cm_tracker import labels
from cm_tracker.i18n import gettext, money, number
from cm_tracker.queries.prizes.catalog import PrizeLine


@dataclass(frozen=True, slots=True)
class PrizeChoice:
    """A prize for points, for one client.

    `left` is how many are on the shelf, or None while the cabinet is being counted. `missing` is how many points the client still needs; zero or less is enough.
    `allowed` is how many more the client may have, or None for a prize without a limit.
    """

    prize: PrizeLine
    left: int | None
    missing: int
    allowed: int | None

    @property
    def is_available(self) -> bool:
        """Return whether the client can have the prize today."""
        return self.left != 0 and self.missing <= 0 and self.allowed != 0

    @property
    def note(self) -> str:
        """Return the line below the price: how many are left, or how many more points the client needs."""
        if self.missing > 0:
            if self.left == 0:
                return gettext("none left")
            worth = money(self.missing * self.prize.point_value_cents)
            return gettext("%(number)s more needed (%(money)s)", number=number(self.missing), money=worth)
        return left_of(self.left)

    @property
    def limit(self) -> str:
        """Return the prize's limit and how many are left for this client. It is empty for a prize without a limit."""
        if self.prize.limit_count is None or self.allowed is None:
            return ""
        limit = labels.prizes.limit(self.prize.limit_count, self.prize.limit_days)
        if not self.allowed:
            return gettext("%(limit)s: none left", limit=limit)
        return gettext("%(limit)s: %(number)s left", limit=limit, number=number(self.allowed))


def shown_left(prize: PrizeLine, site_id: int) -> int | None:
    """Return how many of a prize are on a site's shelf, or None while the cabinet is being counted."""
    return None if prize.is_counted_at(site_id) else prize.left_at(site_id)


def left_of(left: int | None) -> str:
    """Return how many are left in words. None means that the number is hidden."""
    if left is None:
        return str(labels.prizes.BEING_COUNTED)
    return gettext("%(number)s left", number=number(left)) if left else gettext("none left")


def prize_choices(
    prizes: Sequence[PrizeLine], site_id: int, balance: int, allowed: Mapping[int, int]
) -> list[PrizeChoice]:
    """Return the choices for a client with a balance at a site. `allowed` has an entry for each prize with a limit."""
    return [
        PrizeChoice(prize, shown_left(prize, site_id), prize.price_points - balance, allowed.get(prize.id))
        for prize in prizes
    ]
