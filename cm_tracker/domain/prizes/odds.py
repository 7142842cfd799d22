"""What a bowl promises, in numbers that fit into a sentence, and how large a slip feels."""

from fractions import Fraction

from cm_tracker.domain.schedules.schedule import Bowl

PRAISE, SMALL, LARGE = "praise", "small", "large"
NEAR = Fraction(3, 100)
MOST_OF = 10
# A prize feels large if it is worth so many times the smallest one of its bowl.
TIMES = 10


def odds(bowl: Bowl) -> tuple[int, int]:
    """Return (slips, of how many): about so many slips of so many win something. (1, 1) means every slip, (0, 1) none.

    The pair has the smallest numbers that are within 3 percent of the bowl's, of 10 at most. A smaller chance is one of
    as many as it is, rounded, and of a larger one 9 of 10 are promised.
    """
    winning = sum(slip.count for slip in bowl.slips if slip.cents)
    share = Fraction(winning, bowl.size)
    if winning in (0, bowl.size):
        return (int(share), 1)
    for many in range(2, MOST_OF + 1):
        near = round(share * many)
        if 0 < near < many and abs(share - Fraction(near, many)) <= NEAR:
            return (near, many)
    return (1, round(1 / share)) if share < NEAR * 5 else (MOST_OF - 1, MOST_OF)


def feels(cents: int, bowl: Bowl) -> str:
    """Return how a slip feels that is worth `cents`: `praise` without a prize, `large` beside the smallest, or `small`."""
    if not cents:
        return PRAISE
    smallest = min(slip.cents for slip in bowl.slips if slip.cents)
    return LARGE if cents >= TIMES * smallest else SMALL
