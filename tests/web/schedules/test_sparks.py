"""The shape of a ladder, drawn on its own scale."""

from cm_tracker.web.schedules.sparks import SparkBar, spark_bars


def test_the_shape_of_a_ladder_fills_its_picture() -> None:
    """160 wide and 44 high, with a pixel free above and the ground below: two visits have 80 each, and 42 is the most."""
    assert spark_bars((1, 2)) == (SparkBar(8, 64, 22, 21), SparkBar(88, 64, 1, 42))


def test_visits_that_pay_nothing_have_no_height_and_no_visits_have_no_picture() -> None:
    assert [bar.height for bar in spark_bars((0, 0))] == [0, 0]
    assert spark_bars(()) == ()
