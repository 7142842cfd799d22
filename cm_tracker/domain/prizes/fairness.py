"""Compare draws with what the bowls lead us to expect, by tier and by value.

All slips of a bowl are equally likely. Pearson's chi-squared compares the tiers that were drawn with
the expected ones: for each bowl, and then added up. A bowl with too few draws is left out. The value
drawn is compared with its expectation in standard deviations (z). A slip counts as it was drawn, even
if a ceiling reduced what was given for it.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Bowl

# With fewer expected slips than this in a tier, chi-squared is not reliable.
LEAST_EXPECTED = 5
FEW, FAR = 0.001, 3.0
FAIR, UNUSUAL, TOO_FEW = "fair", "unusual", "too_few"


class DrawnTiers(NamedTuple):
    """What was drawn from one bowl: the number of slips by tier, and the worth of what was given, in cents."""

    bowl: Bowl
    counts: dict[str, int]
    given_cents: int = 0


class TierCount(NamedTuple):
    """A tier: how many of its slips were drawn, and how many are expected from the same number of draws."""

    tier: str
    drawn: int
    expected: float


class Fairness(NamedTuple):
    """The result of `compare`. `z` and `p` are None if there are too few draws.

    `p` is the probability that fair bowls differ at least this much from their expectation. `verdict` is
    `fair`, `unusual` (p below one in a thousand, or z beyond 3) or `too_few`.
    """

    draws: int
    tiers: tuple[TierCount, ...]
    drawn_cents: int
    given_cents: int
    expected_cents: float
    z: float | None
    chi_squared: float | None
    freedom: int
    p: float | None
    verdict: str


def compare(drawn: Iterable[DrawnTiers]) -> Fairness:
    """Compare what was drawn with what the bowls lead us to expect."""
    drawn_slips: dict[str, int] = {}
    expected: dict[str, float] = {}
    draws = drawn_cents = given_cents = freedom = 0
    expected_cents = variance = chi_squared = 0.0
    for bowl, counts, bowl_given_cents in _by_bowl(drawn):
        n, size = sum(counts.values()), bowl.size
        draws, given_cents = draws + n, given_cents + bowl_given_cents
        expected_cents += n * bowl.total_cents / size
        variance += n * _variance(bowl)
        groups = []
        for slip in bowl.slips:
            count, expected_count = counts.get(slip.tier, 0), n * slip.count / size
            drawn_slips[slip.tier] = drawn_slips.get(slip.tier, 0) + count
            expected[slip.tier] = expected.get(slip.tier, 0.0) + expected_count
            drawn_cents += count * slip.cents
            groups.append((expected_count, count))
        merged = _merge_rare(groups)
        if len(merged) > 1:
            chi_squared += sum((count - expected_count) ** 2 / expected_count for expected_count, count in merged)
            freedom += len(merged) - 1
    z = p = None
    verdict = TOO_FEW
    if freedom:
        z = (drawn_cents - expected_cents) / math.sqrt(variance) if variance else 0.0
        p = chi_squared_tail(chi_squared, freedom)
        verdict = UNUSUAL if p < FEW or abs(z) > FAR else FAIR
    return Fairness(
        draws=draws,
        tiers=tuple(TierCount(tier, drawn_slips[tier], expected[tier]) for tier in drawn_slips),
        drawn_cents=drawn_cents,
        given_cents=given_cents,
        expected_cents=expected_cents,
        z=z,
        chi_squared=chi_squared if p is not None else None,
        freedom=freedom,
        p=p,
        verdict=verdict,
    )


def _variance(bowl: Bowl) -> float:
    """Return the variance of what one draw from a bowl is worth."""
    mean = bowl.total_cents / bowl.size
    return sum(slip.count * (slip.cents - mean) ** 2 for slip in bowl.slips) / bowl.size


def _by_bowl(drawn: Iterable[DrawnTiers]) -> list[DrawnTiers]:
    """Return the sum of the draws from each bowl."""
    by_bowl: dict[Bowl, DrawnTiers] = {}
    for bowl, counts, given_cents in drawn:
        before = by_bowl.get(bowl, DrawnTiers(bowl, {}))
        sums = {tier: before.counts.get(tier, 0) + counts.get(tier, 0) for tier in {*before.counts, *counts}}
        by_bowl[bowl] = DrawnTiers(bowl, sums, before.given_cents + given_cents)
    return list(by_bowl.values())


def _merge_rare(groups: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Merge tiers with too few expected slips, the rarest first, as is usual with chi-squared.

    Tiers are (expected, drawn). One is left where there are too few for two, and one alone says nothing.
    """
    groups = sorted(groups)
    while len(groups) > 1 and groups[0][0] < LEAST_EXPECTED:
        (rarest_expected, rarest_drawn), (next_expected, next_drawn) = groups[:2]
        groups = sorted([(rarest_expected + next_expected, rarest_drawn + next_drawn), *groups[2:]])
    return groups


def chi_squared_tail(value: float, freedom: int) -> float:
    """Return the probability that chi-squared with `freedom` degrees of freedom is at least `value`.

    This is the closed form for whole degrees: Abramowitz and Stegun 26.4.4 (odd) and 26.4.5 (even).
    """
    if freedom < 1 or value < 0:
        raise ValueError("chi-squared has at least one degree of freedom and is not negative")
    half = value / 2
    if freedom % 2 == 0:
        term = total = math.exp(-half)
        for k in range(1, freedom // 2):
            term *= half / k
            total += term
        return min(total, 1.0)
    root = math.sqrt(value)
    total = math.erfc(root / math.sqrt(2))
    term = math.sqrt(2 / math.pi) * math.exp(-half) * root
    for k in range(1, freedom // 2 + 1):
        total += term
        term *= value / (2 * k + 1)
    return min(total, 1.0)
