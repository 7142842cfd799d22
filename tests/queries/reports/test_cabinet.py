"""What is missing from the cabinet, and whether draws are fair."""

from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.queries.reports.registry import table_of
from tests import cast, drawing
from tests.operations.prizes.test_counts import check, count, sign

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 16)


def test_what_two_people_counted_is_compared_with_the_ledger(session: Session) -> None:
    counted = count(session, 3)
    check(session, counted)
    sign(session, counted)
    table = table_of(session, cast.miriam, "shrinkage", first_day=FIRST, last_day=LAST, now=cast.NOW)
    # Two of five mugs of $5.00 are missing, and the one card of $20.00 is there.
    assert table.rows == (
        ("Harbor Street", "–", "Grocery card", 1, 1, 1, 0, 0, 0),
        ("Harbor Street", "–", "Travel mug", 1, 5, 3, 2, 1000, 400),
        ("All", "", "", 2, 6, 4, 2, 1000, 333),
    )
    for actor, first, last in ((cast.miriam, FIRST, date(2026, 3, 15)), (cast.anna, FIRST, LAST)):
        assert table_of(session, actor, "shrinkage", first_day=first, last_day=last, now=cast.NOW).rows == ()


def test_what_is_counted_again_is_not_there_twice(session: Session) -> None:
    for mugs in (5, 5, 5, 4):
        counted = count(session, mugs)
        check(session, counted)
    sign(session, counted)
    table = table_of(session, cast.miriam, "shrinkage", first_day=FIRST, last_day=LAST, now=cast.NOW)
    # One of five mugs, and of six items: not one of twenty-four.
    assert table.rows == (
        ("Harbor Street", "–", "Grocery card", 4, 1, 1, 0, 0, 0),
        ("Harbor Street", "–", "Travel mug", 4, 5, 4, 1, 500, 200),
        ("All", "", "", 8, 6, 5, 1, 500, 167),
    )
    assert {name: value.value for name, value in table.title.values.items()} == {"missing": 1, "expected": 6}


def test_few_draws_are_compared_and_not_judged(session: Session) -> None:
    drawing.won(session, 2)
    table = table_of(session, cast.miriam, "prize-fairness", first_day=FIRST, last_day=LAST, now=cast.NOW)
    [of_site, of_all] = [dict(zip([one.name for one in table.columns], row, strict=True)) for row in table.rows]
    # Every slip of the bowl is worth $1.00.
    assert (of_site["site"], of_site["draws"], of_site["drawn"], of_site["expected"]) == ("Harbor Street", 2, 200, 200)
    assert of_all["verdict"] == "Too few draws to say"
    earlier = table_of(
        session, cast.miriam, "prize-fairness", first_day=FIRST, last_day=date(2026, 3, 15), now=cast.NOW
    )
    assert earlier.rows[-1][1] == 0
