"""The chart of a ladder is drawn under the schedule's ceilings."""

from datetime import date

from cm_tracker.charts import ladder_chart, reading_chart
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
