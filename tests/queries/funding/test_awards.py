"""What everybody was awarded, day by day: worked by hand, and compared with what ceilings count of each client."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.funding.counting import Award
from cm_tracker.queries.clients.received import received_in_year
from cm_tracker.queries.funding.awards import awards_between
from tests import cast, drawing, merging
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
