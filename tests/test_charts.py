"""The chart of a ladder is drawn under the schedule's ceilings."""

from cm_tracker.charts import ladder_chart
from cm_tracker.domain.schedules.schedule import parse
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
