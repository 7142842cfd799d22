"""Whose record somebody looked at is found out when the viewing is written, and what is missing is told."""

import json
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.domain.audit.viewings import REFUSED, VIEW, WRONG, Subject, Viewing
from cm_tracker.models import AuditEvent, ViewingRow
from cm_tracker.operations.audit.note_viewings import note_viewings
from cm_tracker.queries.audit.subjects import LOOK_UP
from tests import cast, merging


def viewing(*subjects: Subject, kind: str = VIEW, **more: Any) -> Viewing:
    fields: dict[str, Any] = {"staff_id": cast.ROSA, "address": "10.0.0.7", "browser": "Firefox on Windows", **more}
    return Viewing(cast.NOW, kind, "visits.show", subjects, **fields)


def written(session: Session, *viewings: Viewing, dropped: int = 0) -> list[tuple[Any, ...]]:
    note_viewings(session, viewings=viewings, dropped=dropped, now=cast.NOW)
    rows = session.execute(
        select(ViewingRow.kind, ViewingRow.subject, ViewingRow.client_id, ViewingRow.site_id, ViewingRow.staff_id)
    ).all()
    return [tuple(row) for row in rows]


def test_a_page_of_a_visit_is_a_page_of_its_client(session: Session) -> None:
    cast.rich(session)
    assert written(session, viewing(("visit", 1))) == [("view", "visit:1", cast.AMIR, cast.HARBOR, cast.ROSA)]
    row = session.execute(select(ViewingRow)).scalar_one()
    assert (row.at, row.page, row.address, row.browser) == (cast.NOW, "visits.show", "10.0.0.7", "Firefox on Windows")


def test_two_clients_are_two_lines_and_one_client_named_twice_is_one(session: Session) -> None:
    assert written(session, viewing(("client", cast.AMIR), ("client", cast.BEA))) == [
        ("view", "client:2", cast.AMIR, cast.HARBOR, cast.ROSA),
        ("view", "client:2", cast.BEA, cast.MILL, cast.ROSA),
    ]


def test_the_same_client_by_two_records_is_one_line(session: Session) -> None:
    assert written(session, viewing(("client", cast.AMIR), ("enrollment", cast.AMIR))) == [
        ("view", "enrollment:1", cast.AMIR, cast.HARBOR, cast.ROSA)
    ]


def test_a_list_of_a_site_is_one_line_without_a_client(session: Session) -> None:
    assert written(session, viewing(("site", cast.MILL)), viewing()) == [
        ("view", "site:2", None, cast.MILL, cast.ROSA),
        ("view", "", None, None, cast.ROSA),
    ]


def test_a_list_that_is_narrowed_to_a_client_is_about_that_client_and_the_code_is_not_kept(session: Session) -> None:
    before = merging.second_record(session, code="HS-90")
    merging.merge(session, before)
    rows = written(
        session, *(viewing(client_code=code) for code in ("hs 1", "HS-90", "MR-1", "NOBODY")), viewing(("site", 1))
    )
    assert rows == [
        ("view", "", cast.AMIR, cast.HARBOR, cast.ROSA),
        ("view", "", cast.AMIR, cast.HARBOR, cast.ROSA),
        ("view", "", cast.BEA, cast.MILL, cast.ROSA),
        ("view", "", None, None, cast.ROSA),
        ("view", "site:1", None, cast.HARBOR, cast.ROSA),
    ]


def test_a_record_that_does_not_exist_is_a_refused_line_without_a_client(session: Session) -> None:
    rows = written(session, viewing(("visit", 2**62), kind=REFUSED), viewing(("site", 99), kind=REFUSED))
    assert rows == [
        ("refused", f"visit:{2**62}", None, None, cast.ROSA),
        ("refused", "site:99", None, None, cast.ROSA),
    ]


def test_a_wrong_password_names_the_account_and_never_what_was_typed(session: Session) -> None:
    rows = written(
        session,
        viewing(kind=WRONG, staff_id=None, username="rosa"),
        viewing(kind=WRONG, staff_id=None, username="correct horse battery"),
        viewing(kind=WRONG, staff_id=cast.LEO),
    )
    assert rows == [
        ("wrong", "staff:1", None, None, None),
        ("wrong", "staff:unknown", None, None, None),
        ("wrong", "staff:2", None, None, cast.LEO),
    ]


def test_what_is_missing_stands_on_the_audit_trail(session: Session) -> None:
    assert written(session, dropped=12) == []
    told = session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()
    assert (told.tag, told.staff_id, json.loads(told.detail)) == ("view:dropped", None, {"n": 12})


@pytest.mark.parametrize("noun", LOOK_UP)
def test_every_kind_of_record_can_be_looked_up(session: Session, noun: str) -> None:
    """The statement runs on both databases, also for a number that no record has."""
    assert written(session, viewing((noun, 999_999))) == [("view", f"{noun}:999999", None, None, cast.ROSA)]


def test_many_lines_need_no_more_queries(session: Session) -> None:
    cast.rich(session)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))

    def selects(*viewings: Viewing) -> int:
        sent.clear()
        note_viewings(session, viewings=viewings, dropped=0, now=cast.NOW)
        return len([statement for statement in sent if statement.startswith("SELECT")])

    one = selects(viewing(("visit", 1)), viewing(("client", 1)))
    assert one == selects(*(viewing(("visit", n), ("client", n)) for n in range(1, 40))) == 2


@pytest.mark.parametrize("statement", ["UPDATE viewing SET staff_id = 2", "DELETE FROM viewing"])
def test_nobody_changes_or_removes_a_line(session: Session, statement: str) -> None:
    written(session, viewing(("client", cast.AMIR)))
    with pytest.raises(DBAPIError):
        session.execute(text(statement))
    session.rollback()
    assert session.execute(select(ViewingRow.staff_id)).scalar_one() == cast.ROSA
