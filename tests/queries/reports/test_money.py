"""What incentives cost, worked by hand: what stays after a void, adjustments, draws after the end, and transfers."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.tables import Table
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.queries.reports.registry import table_of
from tests import cast, drawing
from tests.web.clients.test_transfers import adjusted

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 16)
ONE_DOLLAR = [{"tier": "small", "count": 1, "cents": 100}]


def report(session: Session, name: str, **more: Any) -> Table:
    asked: dict[str, Any] = {"first_day": FIRST, "last_day": LAST, "now": cast.NOW, "least": 1, **more}
    return table_of(session, cast.zoe, name, **asked)


def rows(table: Table, *names: str) -> list[tuple[object, ...]]:
    return list(zip(*(table.column(name) for name in (table.columns[0].name, *names)), strict=True))


def test_what_stays_after_a_void_was_paid_all_the_same(session: Session) -> None:
    visits = [cast.visit(session, day) for day in (0, 2, 4)]
    # $2.50, $3.75 and $5.00 with a bonus of $10.00 for three in a row.
    assert rows(report(session, "state"), "incentives")[-1] == ("All", 2125)
    cast.put_right(session, visits[2], "void")
    # What was paid by mistake stays with the client.
    assert rows(report(session, "state"), "incentives")[-1] == ("All", 2125)
    assert rows(report(session, "cost"), "points", "cost", "negative")[-1] == ("All", 2125, 2125, 2)
    assert rows(report(session, "uptake"), "earned")[-1] == ("All", 2125)
    assert rows(report(session, "state", first_day=date(2026, 3, 6)), "incentives")[-1] == ("All", 1500)


def test_adjustments_are_part_of_the_cost(session: Session) -> None:
    cast.visit(session, 0)
    adjusted(session)
    # Five points of 25 cents on March 16.
    assert rows(report(session, "cost"), "points", "adjusted", "cost")[0] == ("Harbor Street", 250, 125, 375)
    assert rows(report(session, "state", last_day=date(2026, 3, 15)), "incentives")[0] == ("Harbor Street", 250)
    assert rows(report(session, "cost", by="schedule"), "adjusted")[0][1] == 125


def test_an_adjustment_in_no_enrollment_stands_under_a_dash(session: Session) -> None:
    cast.visit(session, 0)
    cast.end(session, cast.AMIR, "2026-03-10")
    adjusted(session)
    found = rows(report(session, "cost", by="schedule"), "clients", "points", "adjusted")
    assert found == [
        ("Voucher ladder for cocaine, 12 weeks", 2, 250, 0),
        ("–", 1, 0, 125),
        ("All", 2, 250, 125),
    ]


def test_a_draw_after_the_end_counts_on_its_day(session: Session) -> None:
    client = drawing.dora(session, slips=ONE_DOLLAR)
    cast.end(session, 3, "2026-03-10", "completed")
    commit_draw(session, client_id=client, actor=drawing.KIOSK, now=cast.NOW)
    for number in (1, 2, 3):
        drawing.draw(session, client, number)
    halves = ((FIRST, date(2026, 3, 10)), (date(2026, 3, 11), LAST))
    found = [
        rows(report(session, "state", first_day=first, last_day=last, site_id=cast.HARBOR), "clients", "incentives")
        for first, last in (*halves, (FIRST, LAST))
    ]
    assert [of[-1] for of in found] == [("All", 2, 0), ("All", 2, 300), ("All", 2, 300)]
    [schedule] = [row for row in rows(report(session, "cost", by="schedule"), "drawn") if row[0] == "Test"]
    assert schedule == ("Test", 300)


def test_who_is_transferred_enrolled_where_they_were_on_the_first_day(session: Session) -> None:
    cast.visit(session, 0)
    cast.transfer(session, first_day="2026-03-09")
    assert rows(report(session, "state"), "clients", "entered", "incentives") == [
        ("Harbor Street", 1, 1, 250),
        ("Mill Road", 2, 1, 0),
        ("All", 2, 2, 250),
    ]
    assert rows(report(session, "state", first_day=date(2026, 3, 9)), "entered")[-1] == ("All", 0)


def test_who_was_transferred_before_anything_was_expected_enrolled_there_as_well(session: Session) -> None:
    cast.transfer(session, first_day="2026-03-03")
    assert rows(report(session, "state"), "clients", "entered")[:2] == [("Harbor Street", 1, 1), ("Mill Road", 2, 1)]
    assert rows(report(session, "state", site_id=cast.HARBOR), "entered")[-1] == ("All", 1)


@pytest.mark.parametrize("name", ["cost", "state"])
def test_practice_clients_cost_nothing(session: Session, name: str) -> None:
    client = drawing.dora(session, slips=ONE_DOLLAR, is_practice=True)
    commit_draw(session, client_id=client, actor=drawing.KIOSK, now=cast.NOW)
    drawing.draw(session, client, 1)
    assert rows(report(session, name), "clients")[-1] == ("All", 2)
    assert 100 not in report(session, name).rows[-1]
