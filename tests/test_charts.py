"""The chart of a ladder is drawn under the schedule's ceilings."""

from datetime import date
from typing import Any

from cm_tracker.charts import LadderChart, ladder_chart, reading_chart
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.domain.visits.reading_points import ReadingPoint
from tests.domain.schedules.documents import document, phase, track


def test_the_line_of_a_lapse_knows_the_ceilings() -> None:
    """Six visits of 10, 15, 20, 25, 30, 35 points; $20.00 are 80 points.

    All met: 10 + 15 + 20 + 25 = 70, then 10 are left of 30. With a lapse at the second visit: 10, 0, 10, 15, 20, 25
    are 80 in all, so nothing is cut. Under $15.00, which are 60 points, 55 are paid before the last, which gets 5.
    """
    ladder = track(phase((1, 3)))
    chart = ladder_chart(
        parse(document(ladder, ceilings=[{"scope": "enrollment", "cents": 2000}])), parse(document(ladder)).tracks[0]
    )
    assert [row.paid for row in chart.rows] == [10, 15, 20, 25, 10, 0]
    assert (chart.lapse_at, chart.lapse_paid) == (2, (10, 0, 10, 15, 20, 25))
    chart = ladder_chart(
        parse(document(ladder, ceilings=[{"scope": "enrollment", "cents": 1500}])), parse(document(ladder)).tracks[0]
    )
    assert chart.lapse_paid == (10, 0, 10, 15, 20, 5)
    ground = chart.lapse_line.split()[1].split(",")[1]
    assert ground == "210.0", "the lapse itself is on the ground"
    assert chart.lapse_line.split()[5].split(",")[1] != ground


def test_readings_are_dots_with_the_line_at_which_they_counted() -> None:
    """The scale ends at 16, so 8 is in the middle: between 12 above and 120 at the ground."""
    of_breath = parse(
        document(track(evidence="reading", target=[], reading={"unit": "ppm", "at_most": 8}), format="cm-schedule/2")
    ).tracks[0]
    points = [
        ReadingPoint(1, date(2026, 3, 2), 16, None, False),
        ReadingPoint(2, date(2026, 3, 4), 16, 8, False),
        ReadingPoint(3, date(2026, 3, 6), 0, 8, True),
    ]
    chart = reading_chart(points, of_breath)
    assert chart is not None
    assert [(dot.y, dot.kind) for dot in chart.dots] == [(12.0, "baseline"), (12.0, "misses"), (120.0, "counts")]
    assert chart.dots[0].says == "Mar 2, 2026: 16 ppm"
    assert {point.split(",")[1] for point in chart.line.split()} == {"66.0"}
    assert [tick.label for tick in chart.numbers] == ["0", "8", "16"]
    assert chart.has_baseline and reading_chart([], of_breath) is None


def points(line: str) -> list[float]:
    """Return the heights of a line above the ground, which is at 210; 198 are the whole height of the chart."""
    return [round(210 - float(point.split(",")[1]), 1) for point in line.split()]


def charted(*phases: dict[str, Any], **more: Any) -> LadderChart:
    schedule = parse(document(track(*phases, **more), format="cm-schedule/2"))
    return ladder_chart(schedule, schedule.tracks[0])


def listed(*amounts: int, **more: Any) -> dict[str, Any]:
    made = phase(**{"values": list(amounts), **more})
    return {key: value for key, value in made.items() if key not in ("base", "step", "cap")}


def test_listed_values_are_drawn_one_after_the_other() -> None:
    """Six visits of 20, 40, 60 and then 60. A third of six is two: the second one lapses."""
    chart = charted(listed(20, 40, 60, weeks=[1, 3]))
    assert [row.paid for row in chart.rows] == [20, 40, 60, 60, 60, 60]
    assert (chart.lapse_at, chart.lapse_paid) == (2, (20, 0, 20, 40, 60, 60))
    # The axis ends at 80, so 20 points are a fourth of 198.
    assert points(chart.lapse_line) == [49.5, 0.0, 49.5, 99.0, 148.5, 148.5]
    assert [bar.height for bar in chart.bars] == [49.5, 99.0, 148.5, 148.5, 148.5, 148.5]


def test_visits_of_a_period_lie_in_its_weeks_and_fill_it_for_a_bonus() -> None:
    """Two visits in two weeks: one in each. The second of a period earns 10 more."""
    chart = charted(phase((1, 4), step=0, period_weeks=2, week_bonus=10))
    assert [(row.week, row.paid) for row in chart.rows] == [(1, 10), (2, 20), (3, 10), (4, 20)]
    assert [bar.bonus_height > 0 for bar in chart.bars] == [False, True, False, True]
    assert [tick.label for tick in chart.weeks] == ["1", "2", "3", "4"]
    assert chart.has_bonus


def test_weeks_are_named_where_a_period_has_one_visit() -> None:
    """One visit in four weeks, 48 weeks: every fourth week has a visit, and each of these has its number."""
    chart = charted(phase((1, 48), step=0, visits_per_week=1, period_weeks=4))
    assert [tick.label for tick in chart.weeks] == ["1", "5", "9", "13", "17", "21", "25", "29", "33", "37", "41", "45"]


def test_a_ladder_that_begins_at_the_top_falls_with_a_lapse() -> None:
    """Level 3 pays 25. The lapse lowers it by two levels, to 15; each visit then raises it by 5, up to the cap."""
    chart = charted(phase((1, 3), cap=25), start_level=3, reset_to={"drop": 2})
    assert [row.paid for row in chart.rows] == [25, 25, 25, 25, 25, 25]
    assert chart.lapse_paid == (25, 0, 15, 20, 25, 25)


def test_weeks_that_pay_nothing_are_a_band_and_the_lapse_lies_in_weeks_that_pay() -> None:
    """Two of four weeks pay nothing: half of the width of 668. A third of four paid visits is the first, the fifth."""
    chart = charted(phase((1, 2), base=0, step=0, pays_nothing=True), phase((3, 4)))
    assert [(band.x, band.width, band.label, band.says) for band in chart.bands] == [
        (44.0, 334.0, "Not paid", "Not paid: visits 1 to 4")
    ]
    assert chart.notes == ("not paid",) * 4 + ("",) * 4
    assert (chart.lapse_at, chart.lapse_paid) == (5, (0, 0, 0, 0, 0, 10, 15, 20))
    assert chart.bars[0].says == "1: 0, not paid"
    assert "Not paid: visits 1 to 4." in chart.says


def test_visits_beyond_the_most_that_are_paid_are_a_band() -> None:
    chart = charted(phase((1, 4), most_paid=7))
    assert [(band.width, band.label, band.says) for band in chart.bands] == [(83.5, "", "No more is paid: visit 8")]
    assert [row.paid for row in chart.rows] == [10, 15, 20, 25, 30, 35, 40, 0]


def test_no_more_is_paid_only_where_nothing_is_paid_afterwards() -> None:
    """Of six visits in weeks 1 to 3 two are paid, and of four in weeks 4 and 5 one: visits 3 to 6 are a pause."""
    chart = charted(phase((1, 3), most_paid=2), phase((4, 5), most_paid=1))
    assert [row.paid for row in chart.rows] == [10, 15, 0, 0, 0, 0, 10, 0, 0, 0]
    assert [(band.x, band.width, band.label, band.says) for band in chart.bands] == [
        (177.6, 267.2, "Nothing is paid", "Nothing is paid: visits 3 to 6"),
        (511.6, 200.4, "No more is paid", "No more is paid: visits 8 to 10"),
    ]
    assert chart.notes == ("", "", *["nothing is paid"] * 4, "", *["no more is paid"] * 3)
    assert (chart.bars[2].says, chart.bars[9].says) == ("3: 0, nothing is paid", "10: 0, no more is paid")


def test_visits_for_which_a_ceiling_leaves_nothing_are_a_band() -> None:
    """$10.00 are 40 points: 10 and 15, then 15 of 20, then nothing."""
    schedule = parse(document(track(phase((1, 3))), ceilings=[{"scope": "enrollment", "cents": 1000}]))
    chart = ladder_chart(schedule, schedule.tracks[0])
    assert [row.paid for row in chart.rows] == [10, 15, 15, 0, 0, 0]
    assert [band.says for band in chart.bands] == ["Ceiling reached: visits 4 to 6"]


def test_the_lapse_is_one_that_resets_in_the_phase_of_its_day() -> None:
    """In the phase a refused test resets, and nothing else does."""
    chart = charted(phase((1, 3), reset_on=["refused"]), reset_on=["positive"])
    assert chart.lapse_rows[1].outcome == "refused"
    assert chart.lapse_paid == (10, 0, 10, 15, 20, 25)


def test_hours_are_drawn_by_the_week() -> None:
    """One result a week, on its last day, also where a period of two weeks pays only one."""
    chart = charted(phase((1, 4), visits_per_week=1), evidence="hours", hours=8, target=[])
    assert [(row.week, row.paid) for row in chart.rows] == [(1, 10), (2, 15), (3, 20), (4, 25)]
    assert chart.lapse_rows[0].outcome == "unexcused"
    assert chart.says.startswith(
        "Bar chart: what each week pays in points when every week meets its target, 70 in all."
    )
    chart = charted(phase((1, 4), visits_per_week=1, period_weeks=2), evidence="hours", hours=8, target=[])
    assert [row.paid for row in chart.rows] == [10, 0, 15, 0]
    assert [band.says for band in chart.bands] == ["Nothing is paid: week 2", "No more is paid: week 4"]


SCALE = {"unit": "ppm", "scale": [{"at_most": 3, "amount": 40}, {"at_most": 6, "amount": 20}]}


def test_a_scale_is_drawn_by_the_reading() -> None:
    chart = charted(phase((1, 2)), evidence="reading", target=[], reading=SCALE)
    (scale,) = chart.scales
    assert [(bar.label, bar.reading, bar.amount, bar.height) for bar in scale.bars] == [
        ("≤ 3", "3 ppm or below", 40, 198.0),
        ("≤ 6", "6 ppm or below", 20, 99.0),
        ("> 6", "above 6 ppm", 0, 0.0),
    ]
    assert scale.says == (
        "Bar chart: what a reading pays in points. 3 ppm or below pays 40, 6 ppm or below pays 20, above 6 ppm pays 0. "
        "The table below has the same numbers."
    )
    assert (scale.weeks, chart.pays_by_visit, chart.total) == ("", False, 160)


def test_a_scale_of_some_weeks_says_in_which_and_the_others_are_drawn_by_the_visit() -> None:
    at_most = {"unit": "ppm", "at_most": 6}
    phases = phase((1, 1), reading=SCALE), phase((2, 2)), phase((3, 4), base=0, step=0, pays_nothing=True)
    chart = charted(*phases, evidence="reading", target=[], reading=at_most)
    assert [scale.weeks for scale in chart.scales] == ["week 1"]
    assert chart.pays_by_visit
    assert [row.paid for row in chart.rows] == [40, 40, 10, 15, 0, 0, 0, 0]


def test_a_scale_of_many_steps_leaves_out_labels_that_do_not_fit() -> None:
    steps = [{"at_most": 100_000 + n, "amount": n} for n in range(50)]
    chart = charted(evidence="reading", target=[], reading={"unit": "ng/mL", "scale": steps})
    assert {bar.label for bar in chart.scales[0].bars} == {""}
    assert chart.scales[0].bars[-1].reading == "above 100,049 ng/mL"
