"""What everybody was awarded, day by day: worked by hand, and compared with what ceilings count of each client."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.funding.counting import Award
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.transfer_client import transfer_client
from cm_tracker.operations.ledger.decide_adjustment import decide_adjustment
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.clients.received import received_in_year
from cm_tracker.queries.funding.awards import awards_between
from cm_tracker.queries.funding.tax_years import TaxFilter, tax_lines
from tests import cast, drawing, merging
from tests.operations.prizes import test_trade_up as trades
from tests.web.clients.test_transfers import adjusted

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def all_of(session: Session) -> list[Award]:
    return sorted(awards_between(session, FIRST, LAST), key=lambda one: (one.client_id, one.day, one.cents))


def test_visits_count_on_their_day(session: Session) -> None:
    cast.rich(session)
    assert all_of(session) == [
        Award(cast.AMIR, 1, date(2026, 3, 2), 250),
        Award(cast.AMIR, 1, date(2026, 3, 4), 375),
        Award(cast.AMIR, 1, date(2026, 3, 6), 1_500),
    ]
    assert awards_between(session, date(2026, 3, 3), date(2026, 3, 5)) == [Award(cast.AMIR, 1, date(2026, 3, 4), 375)]
    assert awards_between(session, FIRST, LAST, [cast.BEA]) == []
    assert len(awards_between(session, date.min, date.max, [cast.AMIR])) == 3


def test_a_visit_that_was_moved_to_another_day_counts_there(session: Session) -> None:
    visit_id = cast.visit(session, 0)
    cast.put_right(session, visit_id, "correct", cast.negative(), day=3)
    assert all_of(session) == [Award(cast.AMIR, 1, date(2026, 3, 5), 250)]
    assert awards_between(session, date(2026, 3, 1), date(2026, 3, 4)) == []
    assert awards_between(session, date(2026, 3, 5), date(2026, 3, 5)) == [Award(cast.AMIR, 1, date(2026, 3, 5), 250)]


def test_what_was_taken_back_is_gone(session: Session) -> None:
    visit_id = cast.visit(session, 0)
    cast.put_right(session, visit_id, "void")
    assert sum(one.cents for one in all_of(session)) == received_in_year(session, cast.AMIR, 2026)


def test_slips_count_with_what_was_given_and_adjustments_in_the_enrollment_of_their_day(session: Session) -> None:
    dora = drawing.won(session, 2)
    adjusted(session)
    assert all_of(session) == [
        Award(cast.AMIR, 1, date(2026, 3, 16), 125),
        Award(dora, 3, date(2026, 3, 16), 100),
        Award(dora, 3, date(2026, 3, 16), 100),
    ]
    assert awards_between(session, date(2026, 3, 17), LAST) == []


def test_a_trade_counts_with_what_the_client_gained(session: Session) -> None:
    """Five slips of $1 became one of $20: the client got $21 with the sixth, not $6."""
    cast.set_site(session, trade_days=14)
    dora = trades.drawn(session, 6)
    trades.trade(session, dora)
    assert [one.cents for one in all_of(session)] == [100] * 6 + [1_500]
    assert {(one.client_id, one.enrollment_id, one.day) for one in all_of(session)} == {(dora, 3, date(2026, 3, 16))}
    assert received_in_year(session, dora, 2026) == 2_100
    assert awards_between(session, FIRST, date(2026, 3, 15)) == []
    assert tax_lines(session, cast.miriam, TaxFilter(2026, 2_100)).lines[0].cents == 2_100


def test_at_new_year_an_adjustment_counts_in_the_year_of_its_site(session: Session) -> None:
    """At 3:30 UTC on January 1 it is still December 31 in New York, and 4:30 at night after midnight there."""
    daniel = cast.another_lead(session)
    for hour, amount in ((3, 5), (5, 7)):
        at = datetime(2027, 1, 1, hour, 30, tzinfo=UTC)
        request_id = request_adjustment(
            session, client_id=cast.AMIR, unit="points", amount=amount, reason="Found a coat", key=cast.key(),
            actor=cast.miriam, now=at,
        )  # fmt: skip
        decide_adjustment(
            session, request_id=request_id, decision="approved", key=cast.key(), actor=daniel, now=at
        )  # fmt: skip
    assert [(line.code, line.cents) for line in tax_lines(session, cast.miriam, TaxFilter(2026, 0)).lines] == [
        ("HS-1", 125)
    ]
    assert [(line.code, line.cents) for line in tax_lines(session, cast.miriam, TaxFilter(2027, 0)).lines] == [
        ("HS-1", 175)
    ]


def test_a_visit_that_was_moved_over_new_year_counts_in_the_other_year(session: Session) -> None:
    def at(year: int, month: int, day: int) -> datetime:
        return datetime(year, month, day, 15, tzinfo=UTC)

    enrollment_id = enroll_client(
        session, client_id=merging.second_record(session, code="HS-7"), schedule_version_id=cast.HIGGINS,
        starts_on=date(2026, 12, 28), key=cast.key(), actor=cast.rosa, now=at(2026, 12, 28),
    )  # fmt: skip
    visit_id = record_visit(
        session, enrollment_id=enrollment_id, visit=NewVisit("cocaine-negative", date(2027, 1, 1), cast.negative()),
        key=cast.key(), actor=cast.rosa, now=at(2027, 1, 1),
    )  # fmt: skip
    assert tax_lines(session, cast.miriam, TaxFilter(2026, 0)).lines == ()
    cast.put_right(
        session, visit_id, "correct", cast.negative(), day=(date(2026, 12, 30) - cast.START).days, now=at(2027, 1, 4)
    )  # fmt: skip
    assert [line.cents for line in tax_lines(session, cast.miriam, TaxFilter(2026, 0)).lines] == [250]
    assert tax_lines(session, cast.miriam, TaxFilter(2027, 0)).lines == ()


def test_a_client_who_moved_is_listed_at_the_new_site_with_everything(session: Session) -> None:
    cast.rich(session)
    both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    transfer_client(
        session, client_id=cast.AMIR, to_site_id=cast.MILL, first_day=cast.NOW.date(), note="Moved house",
        key=cast.key(), actor=both, now=cast.NOW,
    )  # fmt: skip
    assert tax_lines(session, cast.miriam, TaxFilter(2026, 0)).lines == ()
    line = tax_lines(session, both, TaxFilter(2026, 0)).lines[0]
    assert (line.code, line.site_name, line.cents) == ("HS-1", "Mill Road", 2_125)


def test_a_merged_record_counts_for_the_main_one(session: Session) -> None:
    second = merging.second_record(session)
    cast.visit(session, 10, enrollment_id=merging.enroll(session, second, "2026-03-02"))
    cast.end(session, 3, "2026-03-12")
    cast.rich(session)
    cast.end(session, cast.AMIR, "2026-03-11")
    before = {one.client_id for one in all_of(session)}
    assert before == {cast.AMIR, second}
    merging.merge(session, second)
    assert {one.client_id for one in all_of(session)} == {cast.AMIR}
    assert sum(one.cents for one in all_of(session)) == received_in_year(session, cast.AMIR, 2026)


@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_over_random_histories_it_is_what_ceilings_count(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    visits = []
    for day in range(14):
        for enrollment_id, actor in ((cast.AMIR, cast.rosa), (cast.BEA, cast.anna)):
            if chance.random() < 0.6:
                evidence = chance.choice([cast.negative(), cast.negative(), cast.positive(), cast.ABSENT])
                try:
                    visits.append(
                        (cast.visit(session, day, evidence, enrollment_id=enrollment_id, actor=actor), enrollment_id)
                    )
                except Refused:
                    session.rollback()
    corrected = 0
    for visit_id, enrollment_id in visits:
        if enrollment_id == cast.AMIR and chance.random() < 0.4:
            way = chance.choice(["correct", "void"])
            evidence = chance.choice([cast.negative(), cast.positive()]) if way == "correct" else None
            try:
                cast.put_right(session, visit_id, way, evidence, day=chance.randrange(14) if evidence else None)
                corrected += 1
            except Refused:
                session.rollback()
    assert corrected
    if seed % 2:
        adjusted(session)
    found = awards_between(session, FIRST, LAST)
    for client_id in (cast.AMIR, cast.BEA):
        assert sum(one.cents for one in found if one.client_id == client_id) == received_in_year(
            session, client_id, 2026
        )
    middle = cast.START + timedelta(days=chance.randrange(14))
    halves = awards_between(session, FIRST, middle) + awards_between(session, middle + timedelta(days=1), LAST)
    assert sorted(halves, key=str) == sorted(found, key=str)
