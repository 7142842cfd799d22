"""Trading up: five prizes of the smallest tier, drawn within some days, for one of the next tier.

Five small prizes in a short while are luck that does not feel like it; published prize protocols let a
client hand them back for something better. It is off unless a site's lead says within how many days.
What the client gains in value counts against every ceiling, like a slip that they drew.
"""

from collections.abc import Iterable
from typing import NamedTuple

from cm_tracker.domain.errors import NoHeadroom, NothingGained
from cm_tracker.domain.schedules.schedule import Bowl, Slip

HOW_MANY = 5


class TierStep(NamedTuple):
    """From the smallest tier of a bowl that stands for a prize to the next one."""

    small: Slip
    large: Slip

    def gain_cents(self, handed_back: Iterable[int]) -> int:
        """What the larger prize is worth beyond what is handed back, in cents as it was drawn.

        Raises `NothingGained` for a trade that would take value from a client.
        """
        gain = self.large.cents - sum(handed_back)
        if gain < 0:
            raise NothingGained
        return gain


def tier_step_of(bowl: Bowl) -> TierStep | None:
    """The step that can be made in a bowl, or None where it has only one tier of prizes."""
    tiers = sorted((slip for slip in bowl.slips if slip.cents), key=lambda slip: slip.cents)
    larger = [slip for slip in tiers if slip.cents > tiers[0].cents]
    return TierStep(tiers[0], larger[0]) if larger else None


def check_headroom(step: TierStep, gain_cents: int, headrooms: Iterable[tuple[int, str]]) -> None:
    """Raise `NoHeadroom` where a ceiling leaves too little: `headrooms` are what each leaves in cents, and its scope.

    A ceiling for one award holds for the larger prize itself, the others for what the client gains.
    """
    for left, scope in headrooms:
        if (step.large.cents if scope == "award" else gain_cents) > left:
            raise NoHeadroom(scope=scope)
