"""Sheets, goals and cards under two hands at once: no deadlock, nobody paid twice, and a merge in between loses no row."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.day.recording import Said
from cm_tracker.domain.errors import ChangedMeanwhile, Refused
from cm_tracker.domain.visits.evidence import NewVisit, Presence
from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.save_sheet import SavedSheet, SheetRow, save_sheet
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, goals, merging, week
from tests.torture.test_two_staff import at_once, begin, held, rows

GROUP = 1
HERE = Said("attended")


def given(app: Flask, write: Callable[[Session], Any]) -> Any:
    with app.app_context():
        result = write(db.session())
        db.session.remove()
    return result


def tried(app: Flask, write: Callable[[Session], Any]) -> Callable[[], Any]:
    """An operation with a connection of its own, which returns what it returns or the refusal."""

    def run() -> Any:
        with app.app_context():
            try:
                return write(db.session())
            except Refused as error:
                return error
            finally:
                db.session.remove()

    return run


def sheet(session: Session, *of: int, key: str, actor: Any = cast.rosa) -> SavedSheet:
    return save_sheet(
        session, service_id=GROUP, on_day=week.TODAY, rows=[SheetRow(one, HERE, 0) for one in of], key=key, actor=actor,
        now=cast.NOW,
    )  # fmt: skip


def test_sheets_with_the_same_people_in_other_orders_wait_for_one_another(app: Flask) -> None:
    given(app, week.a_group_of_four)
    orders = [(1, 3, 4, 5), (5, 4, 3, 1), (4, 1, 5, 3), (3, 5, 1, 4)]
    done = at_once([tried(app, lambda s, of=of: sheet(s, *of, key=cast.key())) for of in orders])
    assert sorted(len(one.saved) for one in done) == [0, 0, 0, 4]
    assert {type(error) for one in done for error in one.refused.values()} == {ChangedMeanwhile}
    assert rows(app, "SELECT enrollment_id, COUNT(*) FROM visit GROUP BY 1 ORDER BY 1") == [(3, 1), (4, 1), (5, 1)]
    assert given(app, lambda s: verify_ledger(s).findings) == []


def test_a_sheet_that_is_sent_by_two_connections_at_once_is_saved_once(app: Flask) -> None:
    given(app, week.a_group_of_four)
    key = cast.key()
    done = at_once([tried(app, lambda s: sheet(s, 1, 3, 4, key=key)) for _ in range(4)])
    assert [sorted(one.saved) for one in done] == [[1, 3, 4]] * 4
    assert rows(app, "SELECT COUNT(*) FROM slot_note") == [(3,)]


def test_a_row_whose_client_is_merged_meanwhile_is_refused_alone_and_saved_when_sent_again(app: Flask) -> None:
    given(app, week.a_group_of_four)
    main = given(app, lambda s: merging.second_record(s, code="HS-99"))
    asked = given(app, lambda s: merging.ask(s, 3, main))
    key = cast.key()
    with ThreadPoolExecutor(2) as pool:
        with held(app, "SELECT 1 FROM client WHERE id = 3 FOR UPDATE"):
            merged = begin(app, pool, lambda s: merging.decide(s, asked))
            saved = begin(app, pool, lambda s: sheet(s, 5, 4, 3, key=key))
        assert merged.result() == asked
        done = saved.result()
    assert {4, 5} <= set(done.saved)
    assert {type(error) for error in done.refused.values()} <= {ChangedMeanwhile}
    again = given(app, lambda s: sheet(s, 5, 4, 3, key=key))
    assert (sorted(again.saved), again.refused) == ([3, 4, 5], {})
    assert rows(app, "SELECT enrollment_id, COUNT(*) FROM visit GROUP BY 1 ORDER BY 1") == [(3, 1), (4, 1), (5, 1)]
    assert given(app, lambda s: verify_ledger(s).findings) == []


def test_a_sheet_and_a_row_of_the_day_record_a_person_once(app: Flask) -> None:
    given(app, week.a_group_of_four)

    def alone(session: Session) -> int | None:
        return record_slot(
            session, enrollment_id=4, service_id=GROUP, on_day=week.TODAY, way="attended", seen=0, key=cast.key(),
            actor=cast.leo, now=cast.NOW,
        )  # fmt: skip

    done, one = at_once([tried(app, lambda s: sheet(s, 3, 4, 5, key=cast.key())), tried(app, alone)])
    assert isinstance(one, ChangedMeanwhile) == (4 in done.saved)
    assert rows(app, "SELECT enrollment_id, COUNT(*) FROM visit GROUP BY 1 ORDER BY 1") == [(3, 1), (4, 1), (5, 1)]


def test_a_goal_is_paid_once_by_two_people_and_by_the_visit_of_its_day(app: Flask) -> None:
    given(app, goals.kim)
    goal = given(app, goals.goal)

    def visit(session: Session) -> int:
        return record_visit(
            session, enrollment_id=goals.KIM, visit=NewVisit("goal", goals.TODAY, Presence()), key=cast.key(),
            actor=cast.leo, now=cast.NOW,
        )  # fmt: skip

    at_once([*(tried(app, lambda s: goals.meet(s, goal)) for _ in range(3)), tried(app, visit)])
    assert given(app, goals.paid) == [("met", 10)]
    [one] = given(app, goals.goals)
    assert one.standing.state == "met"
    assert given(app, lambda s: verify_ledger(s).findings) == []


def test_two_who_replace_a_lost_card_issue_one_new_card(app: Flask) -> None:
    lost = given(app, lambda s: issue_card(s, client_id=1, key=cast.key(), actor=cast.rosa, now=cast.NOW))

    def replace(session: Session) -> int:
        return issue_card(session, client_id=1, instead_of=lost, key=cast.key(), actor=cast.leo, now=cast.NOW)

    done = at_once([tried(app, replace) for _ in range(4)])
    assert sum(isinstance(one, ChangedMeanwhile) for one in done) == 3
    assert rows(app, "SELECT COUNT(*) FROM id_card WHERE replaced_at IS NULL") == [(1,)]
