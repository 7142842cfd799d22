"""What a schedule would cost: the sums over many invented clients, each with its spread.

The 5th, 50th and 95th of 100 are those of the sorted values by the nearest rank: so many of every 100 are that value or
below. Clients who begin together are chosen from the invented ones many times; each time is one *try*, and 90 of 100
tries lie between the 5th and the 95th.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cm_tracker.domain.schedules.schedule import Ceiling, Schedule, Slip
from cm_tracker.domain.simulation.assumptions import OF, Assumptions
from cm_tracker.domain.simulation.chance import chance
from cm_tracker.domain.simulation.clients import InventedClient, program_ceiling, visits_of

TRIES = 400
# About so many bars show how the costs of clients are spread.
BARS = 32
_STEPS = (100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Spread:
    """The 5th, the 50th and the 95th of every 100."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Span:
    """How many clients cost from `from_cents` to less than `to_cents`. Beyond what 95 of 100 cost at most, it
    `is_dearest`."""

    from_cents: int
    to_cents: int
    clients: int
    is_dearest: bool


@dataclass(frozen=True, slots=True)
class TierNeed:
    """The slips of a kind that the clients who begin together are given."""

    slip: Slip
    needed: Spread


@dataclass(frozen=True, slots=True)
class Trial:
    """What a schedule costs under some assumptions.

    `near` and `used_up` are by program week how many clients pass four fifths of the `ceiling` of the program, and how
    many use it up; `cut` how many have something cut by any ceiling for the first time. `together` begin at once: `cost`
    is what they cost in all, `owed` the points that they have not spent at the end of each week, `peak` the most of these
    in each try, `spent` what they spend in all, and `paid` what they have cost by the end of each week.
    """

    clients: int
    visits_each: int
    mean_cents: int
    each: Spread
    spans: tuple[Span, ...]
    ceiling: Ceiling | None
    near: tuple[int, ...]
    cut: tuple[int, ...]
    used_up: tuple[int, ...]
    together: int
    cost: Spread
    owed: tuple[Spread, ...]
    peak: Spread
    paid: tuple[Spread, ...]
    spent: Spread
    tiers: tuple[TierNeed, ...]
    slips: int
    slips_cents: int


def spread_of(values: Iterable[int]) -> Spread:
    """Return the 5th, 50th and 95th of every 100 by the nearest rank."""
    ordered = sorted(values)
    return Spread(*(ordered[-(-len(ordered) * of // 100) - 1] for of in (5, 50, 95)))


def trial_of(
    schedule: Schedule, assumptions: Assumptions, clients: Sequence[InventedClient], together: int, seed: int
) -> Trial:
    """Return the sums over invented clients. There is at least one."""
    costs = [sum(client.cents) for client in clients]
    each = spread_of(costs)
    tries = _tries(clients, [_balances(client, assumptions.spends) for client in clients], together, seed)
    weeks = schedule.last_week
    bowl = schedule.bowl.slips if schedule.bowl else ()
    given = [sum(client.tiers[place] for client in clients) for place in range(len(bowl))]
    columns = [spread_of(column) for column in zip(*tries, strict=True)]
    owed, paid, spent, tiers = columns[:weeks], columns[weeks : 2 * weeks], columns[2 * weeks], columns[2 * weeks + 1 :]
    return Trial(
        clients=len(clients),
        visits_each=visits_of(schedule),
        mean_cents=_rounded(sum(costs), len(costs)),
        each=each,
        spans=_spans(costs, each.high),
        ceiling=program_ceiling(schedule),
        near=_by_week((client.near_in for client in clients), weeks),
        cut=_by_week((client.cut_in for client in clients), weeks),
        used_up=_by_week((client.used_up_in for client in clients), weeks),
        together=together,
        cost=paid[-1],
        owed=tuple(owed),
        peak=spread_of(max(sums[:weeks]) for sums in tries),
        paid=tuple(paid),
        spent=spent,
        tiers=tuple(TierNeed(slip, need) for slip, need in zip(bowl, tiers, strict=True)),
        slips=sum(given),
        slips_cents=sum(count * slip.cents for count, slip in zip(given, bowl, strict=True)),
    )


def _balances(client: InventedClient, spends: int) -> tuple[list[int], int]:
    """Return the points that a client has left at the end of each week, and what was spent in all.

    What they spend is rounded down to whole points. Who comes no more keeps what is left.
    """
    left, spent, balances = 0, 0, []
    for week, points in enumerate(client.points):
        left += points
        if week < client.weeks_came:
            gone = left * spends // OF
            left, spent = left - gone, spent + gone
        balances.append(left)
    return balances, spent


def _tries(
    clients: Sequence[InventedClient], balances: Sequence[tuple[list[int], int]], together: int, seed: int
) -> list[list[int]]:
    """Return for each try its sums: points owed by week, cents paid up to each week, points spent, slips by kind."""
    rows = []
    for client, (left, spent) in zip(clients, balances, strict=True):
        total, paid = 0, []
        for cents in client.cents:
            total += cents
            paid.append(total)
        rows.append((*left, *paid, spent, *client.tiers))
    choice = chance("tries", seed)
    return [list(map(sum, zip(*choice.choices(rows, k=together), strict=True))) for _ in range(TRIES)]


def _spans(costs: Sequence[int], dearest: int) -> tuple[Span, ...]:
    """Return the costs of clients in spans of one width. A client who costs the most is in the last one."""
    most = max(costs)
    width = next((step for step in _STEPS if most < step * BARS), -(-(most + 1) // BARS))
    counts = [0] * (most // width + 1)
    for cents in costs:
        counts[cents // width] += 1
    return tuple(Span(n * width, (n + 1) * width, count, n * width >= dearest) for n, count in enumerate(counts))


def _by_week(weeks: Iterable[int | None], count: int) -> tuple[int, ...]:
    found = [0] * count
    for week in weeks:
        if week is not None:
            found[min(week, count) - 1] += 1
    return tuple(found)


def _rounded(total: int, count: int) -> int:
    """Return a mean in whole numbers, halves up."""
    return (2 * total + count) // (2 * count)
