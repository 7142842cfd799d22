"""What a trial and a back-test say in words, for small and large numbers, with and without ceilings, points and draws."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cm_tracker import i18n
from cm_tracker.domain.schedules.backtest import AMOUNTS, BEHAVIOR, CEILING, WAY_BACK, Compared, Reason
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule, parse
from cm_tracker.domain.simulation.trial import Span, Spread, Trial
from cm_tracker.labels import trials as labels
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.backtest import BackTest, ReplayedClient
from cm_tracker.web.schedules.trial_charts import HEIGHT, WIDTH, band_chart, ceiling_chart, cost_chart, difference_chart

NOTHING = Spread(0, 0, 0)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def trial(**more: Any) -> Trial:
    values: dict[str, Any] = {
        "clients": 10_000, "visits_each": 36, "mean_cents": 295_00, "each": Spread(1_00, 290_50, 588_00),
        "spans": (Span(0, 500_00, 9_400, False), Span(500_00, 1_000_00, 600, True)),
        "ceiling": Ceiling("calendar_year", 750_00), "near": (0, 0, 40, 389), "cut": (0, 0, 0, 27),
        "used_up": (0, 0, 0, 27), "peak": Spread(9_100, 10_950, 12_950), "together": 60,
        "cost": Spread(15_163_00, 17_731_00, 19_853_00),
        "owed": (Spread(2_000, 2_300, 2_700), Spread(9_000, 10_912, 12_896), Spread(8_592, 10_573, 12_356)),
        "paid": (Spread(1, 2, 3),), "spent": Spread(10, 20, 30), "tiers": (), "slips": 0, "slips_cents": 0,
    }  # fmt: skip
    return Trial(**{**values, **more})


def schedule(name: str = "higgins-voucher", **more: Any) -> Schedule:
    return parse({**preset(name), **more})


YEAR = schedule(ceilings=[{"scope": "calendar_year", "cents": 750_00}])


def test_a_trial_is_told_in_sentences() -> None:
    of = trial()
    assert labels.title(of) == "10,000 invented clients: $295 each on average; 95 of 100 cost $588 or less"
    assert labels.costs(of) == "Half of the clients cost $290.50 or less"
    assert labels.hatched(of) == "Hatched: $500 and more."
    assert labels.together(of) == "60 clients in all: $17,731"
    assert labels.tries(of.cost) == "($15,163 to $19,853 in 90 of 100 tries)"
    assert labels.ceiling(of, YEAR) == "27 of 10,000 reach the ceiling of $750"
    assert labels.warned(of) == "4 of 100 are warned at $600, in weeks 3 to 4."
    assert labels.owed(of) == "You will owe about 11,000 points at the peak"
    # 12,950 points of 25 cents: the peak of a try is not the highest week of the band.
    assert labels.aside(of, YEAR) == "Set $3,237.50 aside to be safe in 95 of 100 tries."
    assert labels.prizes(of, YEAR) == "Have prizes worth $7.50 ready"


@pytest.mark.parametrize(
    ("more", "of", "says"),
    [
        ({"used_up": (0, 0, 0, 1)}, YEAR, "1 of 10,000 reaches the ceiling of $750"),
        ({"used_up": (0, 0, 0, 0)}, YEAR, "None of 10,000 reach the ceiling of $750"),
        ({"ceiling": None}, schedule(), "There is no ceiling, so nothing is cut"),
        (
            {"ceiling": None},
            schedule(ceilings=[{"scope": "month", "cents": 200_00}]),
            "27 of 10,000 have something cut by a ceiling",
        ),
    ],
)
def test_the_title_of_the_ceilings(more: dict[str, Any], of: Schedule, says: str) -> None:
    assert labels.ceiling(trial(**more), of) == says


MONTH_AND_ALL = schedule(ceilings=[{"scope": "month", "cents": 100_00}, {"scope": "enrollment", "cents": 900_00}])


@pytest.mark.parametrize(
    ("more", "of", "says"),
    [
        ({}, YEAR, ""),
        ({"ceiling": None}, schedule(ceilings=[{"scope": "month", "cents": 200_00}]), ""),
        ({"cut": (0, 0, 0, 0)}, YEAR, ""),
        # A large slip did not fit any more, and a smaller one did.
        ({"cut": (0, 0, 300, 27)}, YEAR, "3 of 100 have something cut by it."),
        ({"cut": (0, 9_000, 0, 0)}, MONTH_AND_ALL, "90 of 100 have something cut by one of the ceilings."),
    ],
)
def test_what_other_ceilings_cut_is_told_apart(more: dict[str, Any], of: Schedule, says: str) -> None:
    assert labels.cut(trial(**more), of) == says


def test_who_is_warned() -> None:
    assert labels.warned(trial(near=(0, 0))) == "Nobody is warned: that begins at $600."
    assert labels.warned(trial(near=(0, 3))) == "Less than 1 of 100 are warned at $600, in week 2."
    assert labels.warned(trial(ceiling=None)) == ""


def test_where_nothing_is_owed_the_costs_are_told() -> None:
    of = trial(owed=(NOTHING, NOTHING), peak=NOTHING, spent=NOTHING, together=1)
    assert labels.owed(of) == "1 client costs about $17,731 by the end"
    assert labels.aside(of, YEAR).startswith("Have $19,853 ready to be safe in 95 of 100 tries.")
    assert labels.prizes(of, YEAR) == "No prizes are needed"


def test_fewer_clients_than_usual_are_explained() -> None:
    assert labels.fewer(trial(), 10_000) == ""
    says = "2,400 clients in place of 10,000, because each has 300 visits. "
    assert labels.fewer(trial(clients=2_400, visits_each=300), 10_000) == says


def client(code: str, before: int, after: int, *reasons: Reason, full_in: int | None = None) -> ReplayedClient:
    return ReplayedClient(1, 1, code, Compared(before, after, reasons, full_in, ()))


FOUND = BackTest(
    (
        client("HS-111", 386_38, 452_38, Reason(WAY_BACK, 69_00, 9), Reason(AMOUNTS, -3_00, 2)),
        client("HS-2", 100_00, 100_00),
        client("MR-212", 1_061_83, 750_00, Reason(CEILING, -311_83, 4), full_in=12),
    ),
    has_more=False, not_fitting=1,
)  # fmt: skip


def test_a_back_test_is_told_in_sentences() -> None:
    assert labels.backtest_title(FOUND, *MARCH) == "Mar 1, 2026 to Mar 31, 2026: 1 of 3 get more, 1 less"
    assert labels.of_every_100(FOUND) == "$16 of every $100 less"
    assert labels.reached(FOUND) == ("1 client", "MR-212 in week 12")
    title = "HS-111 would gain the most, $66.00; MR-212 would lose the most, $311.83"
    assert labels.chart_title(FOUND) == title
    says = "1 client is left out: none of their visits is of a kind that this schedule pays."
    assert labels.not_replayed(FOUND) == says
    assert "There are more than 200 clients" in labels.not_replayed(replace(FOUND, has_more=True))
    says = "The way back was shorter (+$69.00); the ladder pays less (−$3.00)"
    assert labels.why(FOUND.clients[0].compared.reasons) == says
    assert labels.why(FOUND.clients[2].compared.reasons) == "A ceiling cut more"
    assert labels.why(()) == "Nothing differs"
    assert labels.why((Reason(BEHAVIOR, -1, 1),)) == "What this schedule does not verify"


def test_a_back_test_that_changes_nothing_says_so() -> None:
    same = BackTest((client("HS-2", 100, 100),), False, 0)
    assert labels.backtest_title(same, *MARCH).endswith("1 client, and nobody gets more or less")
    assert labels.of_every_100(same) == "the same in all"
    assert labels.chart_title(same) == "Nobody would get more or less"
    assert labels.reached(same) == ("Nobody", "no ceiling cut anything")
    assert labels.of_every_100(BackTest((client("HS-2", 0, 5),), False, 0)) == "nothing was paid"
    assert labels.of_every_100(BackTest((client("HS-2", 100_000, 100_001),), False, 0)) == "a little more"


def test_every_bar_lies_inside_its_chart() -> None:
    of = trial(near=(0, 0, 1_240, 389), used_up=(0, 0, 1_190, 27))
    assert ceiling_chart(trial(near=(0, 0), used_up=(0, 0), cut=(0, 9_000))) is None
    for chart in (cost_chart(of), ceiling_chart(of), ceiling_chart(trial(ceiling=None, near=(0, 0, 0, 0)))):
        assert chart is not None and chart.columns
        assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y >= 0 for bar in chart.columns)
        assert all(abs(bar.y + bar.height - chart.ground) < 0.2 for bar in chart.columns)
    band = band_chart(of.owed, is_money=False)
    points = [tuple(map(float, point.split(","))) for point in f"{band.band} {band.line}".split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert [end.label for end in band.ends] == ["12,356", "10,573", "8,592"]
    assert all(below.y - above.y >= 14 for above, below in zip(band.ends, band.ends[1:], strict=False))


def test_words_at_the_same_cost_stand_below_one_another() -> None:
    same = cost_chart(trial(each=Spread(20_000, 20_000, 20_000)))
    assert [line.y for line in same.lines] == [14, 30, 46]
    assert all(bar.y >= 46 for bar in same.columns), "no bar stands behind the words"
    apart = cost_chart(trial(each=Spread(0, 20_000, 40_000)))
    assert [line.y for line in apart.lines] == [14, 30, 14]


def test_up_is_more_and_down_is_less() -> None:
    chart = difference_chart(FOUND)
    more, same, less = (bar.column for bar in chart.bars)
    assert (more.kind, same.kind, less.kind) == ("bar-more", "bar-same", "bar-less")
    assert more.y + more.height == pytest.approx(chart.ground) and less.y == chart.ground
    assert less.says == "MR-212: $311.83 less" and same.says == "HS-2: the same"
    # 66 and 311.83 dollars on one scale.
    assert less.height / more.height == pytest.approx(311.83 / 66, rel=0.01)
    assert i18n.language() == "en"
