"""Statements that are compiled once say what SQLAlchemy itself says, on both databases."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.models import Note, Throttle, VisitRow
from cm_tracker.prepared import Prepared, run_batch
from tests import cast

VISIT = table(VisitRow)
COLUMNS = (VISIT.c.id, VISIT.c.happened_on, VISIT.c.recorded_at, VISIT.c.specimen_id, VISIT.c.note_digest)
FIND = Prepared(
    select(*COLUMNS)
    .where(VISIT.c.happened_on >= bindparam("day", type_=VISIT.c.happened_on.type))
    .order_by(VISIT.c.id),
    columns=COLUMNS,
)
WAIT = Prepared(insert(table(Throttle)))
SUBJECT = table(Throttle).c.subject
SUBJECTS = Prepared(select(SUBJECT).where(bindparam("after") < SUBJECT).order_by(SUBJECT), columns=(SUBJECT,))


def test_days_instants_and_bytes_come_back_as_what_they_are(session: Session) -> None:
    for day in (0, 2, 4):
        cast.visit(session, day, specimen_id=f"U{day}", note="a note")
    rows = FIND(session, {"day": date(2026, 3, 4)})
    assert [(row.id, row.happened_on, row.specimen_id) for row in rows] == [
        (2, date(2026, 3, 4), "U2"),
        (3, date(2026, 3, 6), "U4"),
    ]
    assert rows[0].recorded_at == datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
    assert session.get(Note, bytes(rows[0].note_digest)) is not None


def test_rows_are_written_and_a_broken_law_is_sqlalchemys_error(session: Session) -> None:
    at = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
    rows = [{"subject": name, "failures": 1, "last_failed_at": at} for name in ("a", "b")]
    WAIT.enqueue(session, *rows)
    WAIT(session, {"subject": "c", "failures": 2, "last_failed_at": at})
    found = session.execute(select(Throttle.subject, Throttle.last_failed_at).order_by(Throttle.subject)).all()
    assert [tuple(row) for row in found] == [("a", at), ("b", at), ("c", at)]
    with pytest.raises(IntegrityError):
        WAIT(session, rows[0])
    session.rollback()


def waiting(name: str) -> dict[str, object]:
    return {"subject": name, "failures": 1, "last_failed_at": datetime(2026, 3, 16, 15, 0, tzinfo=UTC)}


def test_several_are_asked_in_order_and_see_what_was_sent_before(session: Session) -> None:
    WAIT.enqueue(session, waiting("a"))
    after = {"after": ""}
    rows = run_batch(session, {"before": (SUBJECTS, after), "insert": (WAIT, waiting("b")), "after": (SUBJECTS, after)})
    assert [row.subject for row in rows["before"]] == ["a"]
    assert rows["insert"] == []
    assert [row.subject for row in rows["after"]] == ["a", "b"]
    assert [row.subject for row in SUBJECTS(session, {"after": "a"})] == ["b"]
    session.rollback()
    assert SUBJECTS(session, {"after": ""}) == []


def test_what_was_sent_is_there_with_the_commit_or_not_at_all(session: Session) -> None:
    WAIT.enqueue(session, waiting("a"))
    session.commit()
    WAIT.enqueue(session, waiting("b"))
    session.rollback()
    assert [row.subject for row in SUBJECTS(session, {"after": ""})] == ["a"]
    session.rollback()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_refusal_comes_with_what_follows_and_nothing_is_half_written(session: Session) -> None:
    def sends() -> None:
        WAIT.enqueue(session, waiting("a"), waiting("a"))

    for follows in (
        session.commit,
        lambda: SUBJECTS(session, {"after": ""}),
        lambda: session.execute(text("SELECT 1")),
    ):
        sends()
        with pytest.raises(IntegrityError):
            follows()
        session.rollback()
        assert SUBJECTS(session, {"after": ""}) == []
        session.rollback()
    sends()
    session.rollback()  # the refusal is forgotten with what was refused
    WAIT.enqueue(session, waiting("c"))
    session.commit()
    assert [row.subject for row in SUBJECTS(session, {"after": ""})] == ["c"]
    session.rollback()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_refusal_that_was_swallowed_is_no_commit(session: Session) -> None:
    """The database would answer COMMIT without an error, and keep nothing."""
    WAIT(session, waiting("a"))
    with suppress(IntegrityError):
        WAIT(session, waiting("a"))
    with pytest.raises(RuntimeError, match="nothing can be committed"):
        session.commit()
    session.rollback()
    assert SUBJECTS(session, {"after": ""}) == []
    session.rollback()


def test_a_list_of_values_is_refused(session: Session) -> None:
    some = Prepared(select(VISIT.c.id).where(VISIT.c.id.in_([1, 2])), columns=(VISIT.c.id,))
    with pytest.raises(ValueError, match="no list"):
        some(session, {})


def test_an_instant_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="time zone"):
        WAIT(session, {"subject": "a", "failures": 1, "last_failed_at": datetime(2026, 3, 16)})  # noqa: DTZ001
    session.rollback()
