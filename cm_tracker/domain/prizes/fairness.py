"""Whether draws came out as the bowls say: by tier, and by value.

Each draw is from a bowl whose slips all are equally likely. Tiers are compared with their expectation
by Pearson's chi-squared, each bowl for itself and then added up (a bowl with too few draws is left out of
it); the value drawn is compared with
its expectation in standard deviations (z). What a ceiling took away is no matter of chance: the slips
count as they were drawn.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Bowl

# Below this many expected in a tier, chi-squared says nothing.
LEAST_EXPECTED = 5
FEW, FAR = 0.001, 3.0
FAIR, UNUSUAL, TOO_FEW = "fair", "unusual", "too_few"


class DrawnTiers(NamedTuple):
    """What was drawn from one bowl: how many slips of each tier, and the cents that were given for them."""

    bowl: Bowl
    counts: dict[str, int]
    given_cents: int = 0


class TierFound(NamedTuple):
    """A tier: how many slips of it were drawn, and how many are expected of as many draws."""

    tier: str
    found: int
    expected: float


class Fairness(NamedTuple):
    """The comparison. `z` and `p` are None where there are too few draws to tell.

    `p` is how often fair bowls would lie at least as far from their expectation; `verdict` is
    `fair`, `unusual` (p below one in a thousand, or z beyond 3) or `too_few`.
    """

    draws: int
    tiers: tuple[TierFound, ...]
    drawn_cents: int
    given_cents: int
    expected_cents: float
    z: float | None
    chi_squared: float | None
    freedom: int
    p: float | None
    verdict: str


def compare(drawn: Iterable[DrawnTiers]) -> Fairness:
    """Compare what was drawn with what the bowls say."""
    found: dict[str, int] = {}
    expected: dict[str, float] = {}
    draws = drawn_cents = given_cents = freedom = 0
    expected_cents = variance = chi_squared = 0.0
    for bowl, counts, given in _by_bowl(drawn):
        n, size = sum(counts.values()), bowl.size
        draws, given_cents = draws + n, given_cents + given
        mean = bowl.total_cents / size
        expected_cents += n * mean
        variance += n * sum(slip.count * (slip.cents - mean) ** 2 for slip in bowl.slips) / size
        groups = []
        for slip in bowl.slips:
            seen, due = counts.get(slip.tier, 0), n * slip.count / size
            found[slip.tier] = found.get(slip.tier, 0) + seen
            expected[slip.tier] = expected.get(slip.tier, 0.0) + due
            drawn_cents += seen * slip.cents
            groups.append((due, seen))
        merged = _enough(groups)
        if len(merged) > 1:
            chi_squared += sum((seen - due) ** 2 / due for due, seen in merged)
            freedom += len(merged) - 1
    z = p = None
    verdict = TOO_FEW
    if freedom:
        z = (drawn_cents - expected_cents) / math.sqrt(variance) if variance else 0.0
        p = chi_squared_tail(chi_squared, freedom)
        verdict = UNUSUAL if p < FEW or abs(z) > FAR else FAIR
    return Fairness(
        draws=draws,
        tiers=tuple(TierFound(tier, found[tier], expected[tier]) for tier in found),
        drawn_cents=drawn_cents,
        given_cents=given_cents,
        expected_cents=expected_cents,
        z=z,
        chi_squared=chi_squared if p is not None else None,
        freedom=freedom,
        p=p,
        verdict=verdict,
    )


def _by_bowl(drawn: Iterable[DrawnTiers]) -> list[DrawnTiers]:
    """What was drawn from the same bowl, together."""
    found: dict[Bowl, DrawnTiers] = {}
    for bowl, counts, given in drawn:
        before = found.get(bowl, DrawnTiers(bowl, {}))
        together = {tier: before.counts.get(tier, 0) + counts.get(tier, 0) for tier in {*before.counts, *counts}}
        found[bowl] = DrawnTiers(bowl, together, before.given_cents + given)
    return list(found.values())


def _enough(groups: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Tiers of which too few are expected are put together, the rarest first, as is usual with chi-squared."""
    groups = sorted(groups)
    while len(groups) > 1 and groups[0][0] < LEAST_EXPECTED:
        (due, seen), (more, found) = groups[:2]
        groups = sorted([(due + more, seen + found), *groups[2:]])
    return groups if groups and groups[0][0] >= LEAST_EXPECTED else []


def chi_squared_tail(value: float, freedom: int) -> float:
    """How often chi-squared with that many degrees of freedom is at least `value`.

    The closed form for whole degrees: Abramowitz and Stegun 26.4.4 (odd) and 26.4.5 (even).
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
