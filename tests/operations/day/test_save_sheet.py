"""Staff save a group's sheet in one transaction."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.recording import Said
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile, KeyReused, NotAllowed, NotFound
from cm_tracker.models import SlotNote, VisitRow
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.save_sheet import SavedSheet, SheetRow, save_sheet
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.day.board import sheet
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, week

HERE = Said("attended")
AWAY = Said("absent")


@pytest.fixture
def group(session: Session) -> None:
    week.a_group_of_four(session)


def rows(*enrollment_ids: int, said: Said = HERE) -> list[SheetRow]:
    return [SheetRow(of, said, 0) for of in enrollment_ids]


def save(session: Session, of: Iterable[SheetRow], **more: Any) -> SavedSheet:
    given = {"service_id": 1, "on_day": week.TODAY, "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more}
    return save_sheet(session, rows=list(of), **given)


def written(session: Session, what: Any) -> int:
    return session.execute(select(func.count()).select_from(what)).scalar_one()


def test_everybody_is_paid_by_their_own_schedule(session: Session, group: None) -> None:
    done = save(session, rows(1, 3, 4))
    assert (sorted(done.saved), done.refused) == ([1, 3, 4], {})
    lines = {line.slot.enrollment_id: line for line in sheet(session, cast.rosa, 1, cast.NOW)[0].lines}
    assert {of: (line.state, line.earns and line.earns.amount) for of, line in lines.items()} == {
        1: ("attended", None),
        3: ("attended", 4),
        4: ("attended", 4),
        5: ("missing", 4),
    }
    assert [balances_of(session, client_id).get("points") for client_id in (3, 4)] == [4, 4]
    assert verify_ledger(session).findings == []


def test_a_refused_row_loses_nobody_elses(session: Session, group: None) -> None:
    save(session, rows(4, said=AWAY))
    done = save(session, [*rows(3, 4, 99), SheetRow(5, Said("negative"), 0)])
    assert list(done.saved) == [3]
    assert {of: type(error) for of, error in done.refused.items()} == {
        4: ChangedMeanwhile,
        5: BadInput,
        99: NotFound,
    }
    assert (written(session, VisitRow), written(session, SlotNote)) == (2, 2)


def test_a_sheet_that_is_sent_again_saves_what_was_refused_and_nothing_twice(session: Session, group: None) -> None:
    key = cast.key()
    late = Said("attended", cast.NOW, cast.NOW - timedelta(minutes=5))
    assert set(save(session, [*rows(3), SheetRow(4, late, 0)], key=key).refused) == {4}
    done = save(session, rows(3, 4), key=key)
    assert (sorted(done.saved), done.refused) == ([3, 4], {})
    assert written(session, VisitRow) == 2
    assert {of: type(error) for of, error in save(session, rows(3, said=AWAY), key=key).refused.items()} == {
        3: KeyReused
    }


def test_a_key_of_a_sheet_is_that_of_a_slot(session: Session, group: None) -> None:
    """A row has the same request as the slot alone, so that neither is recorded after the other."""
    key = cast.key()
    save(session, rows(3), key=key)
    given = {"service_id": 1, "on_day": week.TODAY, "way": "attended", "actor": cast.rosa, "now": cast.NOW}
    record_slot(session, enrollment_id=3, key=f"{key}-3", seen=0, **given)
    assert written(session, VisitRow) == 1


def test_a_sheet_has_a_person_once_and_not_too_many(session: Session, group: None) -> None:
    with pytest.raises(BadInput, match="Somebody stands on this sheet twice"):
        save(session, [*rows(3, 4), *rows(3, said=AWAY)])
    with pytest.raises(BadInput, match="A sheet has up to 500 people"):
        save(session, rows(*range(1, 502)))
    assert written(session, SlotNote) == 0


def test_a_key_of_somebody_elses_sheet_records_nothing(session: Session, group: None) -> None:
    key = cast.key()
    save(session, rows(3), key=key)
    refused = save(session, rows(3, 4), key=key, actor=cast.leo)
    assert {of: type(error) for of, error in refused.refused.items()} == {3: KeyReused}
    assert list(refused.saved) == [4]
    assert written(session, VisitRow) == 2


def test_people_of_another_site_and_numbers_that_nobody_has_are_refused_alone(session: Session, group: None) -> None:
    huge = 10**17
    done = save(session, rows(2, huge, 4))
    assert list(done.saved) == [4]
    assert {of: type(error) for of, error in done.refused.items()} == {2: NotFound, huge: NotFound}


def test_nobody_saves_the_sheet_of_another_site_or_without_the_right(session: Session, group: None) -> None:
    with pytest.raises(NotFound):
        save(session, rows(3), actor=cast.anna)
    assert {type(error) for error in save(session, rows(3), actor=cast.grace).refused.values()} == {NotAllowed}
    assert written(session, SlotNote) == 0


def test_what_is_read_does_not_depend_on_how_many_people_there_are(session: Session, group: None) -> None:
    read: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_: read.append(statement))
    counts = []
    for people in (rows(3), rows(1, 4, 5)):
        read.clear()
        save(session, people)
        counts.append(sum(statement.startswith("SELECT") for statement in read))
    assert counts[0] == counts[1]
