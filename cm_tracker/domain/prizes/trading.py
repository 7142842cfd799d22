"""Trading up: five prizes of the smallest tier, drawn within some days, for one of the next tier.

A client who draws five small prizes in a short time is lucky, but it may not feel like luck. Published
prize protocols let the client hand them back for something better. Trading is off until a site's lead
sets the number of days. A trade that gains more than a ceiling leaves is refused.
Afterwards ceilings do not count it: they counted the slips on the days on which they were drawn.
"""

from collections.abc import Iterable
from typing import NamedTuple

from cm_tracker.domain.errors import NoHeadroom, NothingGained
from cm_tracker.domain.schedules.schedule import Bowl, Slip

SLIPS_PER_TRADE = 5


class TierStep(NamedTuple):
    """The trade that a bowl allows: from its smallest tier of prizes to the next one."""

    small: Slip
    large: Slip

    def gain_cents(self, handed_back: Iterable[int]) -> int:
        """Return how many cents more the larger prize is worth than what is handed back.

        `handed_back` has the worth of each slip as it was drawn. Raise `NothingGained` if the client would
        lose value.
        """
        gain = self.large.cents - sum(handed_back)
        if gain < 0:
            raise NothingGained
        return gain


def tier_step_of(bowl: Bowl) -> TierStep | None:
    """Return the trade that a bowl allows, or None if it has fewer than two tiers of prizes."""
    tiers = sorted((slip for slip in bowl.slips if slip.cents), key=lambda slip: slip.cents)
    larger = [slip for slip in tiers if slip.cents > tiers[0].cents]
    return TierStep(tiers[0], larger[0]) if larger else None


def check_headroom(step: TierStep, gain_cents: int, headrooms: Iterable[tuple[int, str]]) -> None:
    """Raise `NoHeadroom` if a ceiling does not allow the trade.

    `headrooms` has what each ceiling leaves, in cents, and its scope. A ceiling for one award applies to
    the larger prize itself, the others to what the client gains.
    """
    for headroom_cents, scope in headrooms:
        if (step.large.cents if scope == "award" else gain_cents) > headroom_cents:
            raise NoHeadroom(scope=scope)
