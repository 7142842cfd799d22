"""What draws bring on average under ceilings: by hand, against every row of slips, and against invented clients."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cm_tracker.domain.prizes.draws import outcome_at
from cm_tracker.domain.schedules.ceilings import ClientTotals
from cm_tracker.domain.schedules.engine import Visit, replay
from cm_tracker.domain.schedules.rehearsal import START
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.simulation.assumptions import SEED, Assumptions
from cm_tracker.domain.simulation.average_pay import Average, AveragePay, Due
from cm_tracker.domain.simulation.clients import invent
from cm_tracker.queries.schedules.presets import preset
from tests.domain.schedules.documents import document, phase, track

PERFECT = Assumptions(
    first=1000, after_negative=1000, after_other=1000, excused=0, missed=0, stops=0, attends=1000, spends=0
)
# One slip of 1 dollar, one of 3, and two of nothing: 1 dollar on average.
SLIPS = [
    {"tier": "none", "count": 2, "cents": 0},
    {"tier": "small", "count": 1, "cents": 100},
    {"tier": "large", "count": 1, "cents": 300},
]


def bowl(*ceilings: dict[str, Any]) -> Schedule:
    return parse(
        document(
            track(phase((1, 12)), behavior="goal", pays="draws"),
            track(phase((1, 12)), behavior="other"),
            bowl={"name": "Four slips", "slips": SLIPS},
            ceilings=list(ceilings),
            format="cm-schedule/2",
        )
    )


def draws(of: Schedule, *amounts: int, days: int = 7) -> list[Due]:
    return [Due(START + timedelta(days=n * days), "draws", amount, of) for n, amount in enumerate(amounts)]


def cents(dues: list[Due]) -> list[Fraction]:
    found = AveragePay().of(dues)
    assert found is not None
    return [one.cents for one in found]


def test_without_a_ceiling_a_draw_is_worth_a_slip_on_average() -> None:
    assert cents(draws(bowl(), 1, 2)) == [100, 200]
    assert cents(draws(bowl({"scope": "enrollment", "cents": 900}), 1, 2)) == [100, 200], "900 is enough for three"


def test_a_ceiling_makes_a_large_slip_a_smaller_one() -> None:
    # Of 2 dollars, a slip of 3 becomes one of 1. First draw: 0 in 2 of 4 cases, 1 dollar in 2. Second one: the same,
    # because 1 dollar is left in any case.
    assert cents(draws(bowl({"scope": "enrollment", "cents": 200}), 1, 1)) == [50, 50]
    # Of 3 dollars: 0, 1 and 3 in 2, 1 and 1 of 4 cases. After 0, the second is the same, 100 on average; after 1, 1 dollar
    # in 2 of 4 cases, 50; after 3 nothing is left.
    assert cents(draws(bowl({"scope": "enrollment", "cents": 300}), 1, 1)) == [100, 50 + Fraction(50, 4)]
    assert cents(draws(bowl({"scope": "award", "cents": 200}), 3)) == [150]


def test_a_month_begins_anew() -> None:
    """January 1, 29 and February 26: what is used in January does not count in February."""
    month = draws(bowl({"scope": "month", "cents": 300}), 1, 1, 1, days=28)
    assert cents(month) == [100, Fraction(250, 4), 100]


def test_points_and_slips_count_together() -> None:
    of = bowl({"scope": "enrollment", "cents": 400})
    points = Due(START + timedelta(days=1), "points", 8, of)
    # After 0, 1 or 3 dollars, 8 points of 25 cents are 2 dollars, 2 dollars or, cut, 1 dollar.
    assert cents([*draws(of, 1), points]) == [100, (2 * 200 + 200 + 100) / Fraction(4)]
    # Points that were paid are paid.
    assert cents([*draws(of, 1), points._replace(are_paid=True)]) == [100, 200]


def test_something_is_cut_as_soon_as_that_is_likelier_than_not() -> None:
    found = AveragePay().of(draws(bowl({"scope": "enrollment", "cents": 200}), 1, 1, 1))
    # A slip of 3 dollars is in 1 of 4, in 7 of 16 and in 37 of 64 rows of one, two and three slips.
    assert found is not None and [one.is_cut for one in found] == [False, False, True]


@pytest.mark.parametrize(
    "ceilings",
    [
        [{"scope": "month", "cents": 300}, {"scope": "enrollment", "cents": 400}],
        [{"scope": "rolling", "days": 14, "cents": 300}],
    ],
)
def test_what_is_not_known_exactly_is_not_said(ceilings: list[dict[str, Any]]) -> None:
    # From January 1 to February 5.
    assert AveragePay().of(draws(bowl(*ceilings), 1, 1, 1, 1, 1, 1)) is None
    assert AveragePay().of([Due(START, "points", 4, bowl(*ceilings))]) == [Average(Fraction(100), False)]


def test_ceilings_of_the_same_time_are_one() -> None:
    both = bowl({"scope": "calendar_year", "cents": 300}, {"scope": "rolling", "days": 365, "cents": 400})
    assert cents(draws(both, 1, 1)) == [100, Fraction(250, 4)]


def test_too_many_sums_are_not_followed() -> None:
    of = bowl({"scope": "enrollment", "cents": 1_000_000})
    assert AveragePay().of(draws(of, *[9] * 500)) is None


SCOPES = st.sampled_from(["enrollment", "calendar_year", "award", "month"])


@settings(max_examples=60, deadline=None)
@given(SCOPES, st.integers(1, 8), st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=5))
def test_every_row_of_slips_counts_the_same(scope: str, dollars: int, of_days: list[tuple[bool, int]]) -> None:
    of = bowl({"scope": scope, "cents": dollars * 100})
    dues = [
        Due(date(2024, 1, 1) + timedelta(days=9 * n), "draws" if is_drawn else "points", min(amount, 2) if is_drawn else amount, of)
        for n, (is_drawn, amount) in enumerate(of_days)
    ]  # fmt: skip
    slips = sum(due.amount for due in dues if due.unit == "draws")
    assert of.bowl is not None
    totals = [0] * len(dues)
    for row in product(range(1, 5), repeat=slips):
        used, numbers = ClientTotals(), iter(row)
        for n, due in enumerate(dues):
            for number in [next(numbers) for _ in range(due.amount)] if due.unit == "draws" else [0]:
                left = min((max(one.cents - used.used(one, 0, due.day), 0), one.scope) for one in of.ceilings)
                if number:
                    given_slip = outcome_at(of.bowl, number, left).given
                    got = given_slip.cents if given_slip else 0
                else:
                    got = min(due.amount, left[0] // 25) * 25
                used.add(0, due.day, got)
                totals[n] += got
    if slips:
        assert cents(dues) == [Fraction(total, 4**slips) for total in totals]


@pytest.mark.parametrize("dollars", [10, 100, 300])
def test_invented_clients_cost_the_same(dollars: int) -> None:
    of = parse({**preset("va-prize"), "ceilings": [{"scope": "enrollment", "cents": dollars * 100}]})
    visits = [
        Visit(START + timedelta(weeks=week, days=day), of.tracks[0].behavior, "met", ref=7 * week + day)
        for week in range(12)
        for day in (0, 3)
    ]
    dues = [Due(START + timedelta(days=one.ref), one.unit, one.paid, of) for one in replay(of, START, visits).results]
    costs = [sum(client.cents) for client in invent(of, PERFECT, 2_000, SEED)]
    mean = sum(costs) / 2_000
    variance = sum((one - mean) ** 2 for one in costs) / 2_000
    assert abs(mean - float(sum(cents(dues)))) <= 4 * (variance / 2_000) ** 0.5 + 0.01
