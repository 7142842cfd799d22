"""Statements that are compiled once return the same as through SQLAlchemy, on both databases."""

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
SELECT = Prepared(
    select(*COLUMNS)
    .where(VISIT.c.happened_on >= bindparam("day", type_=VISIT.c.happened_on.type))
    .order_by(VISIT.c.id),
    columns=COLUMNS,
)
INSERT = Prepared(insert(table(Throttle)))
SUBJECT = table(Throttle).c.subject
SUBJECTS = Prepared(select(SUBJECT).where(bindparam("after") < SUBJECT).order_by(SUBJECT), columns=(SUBJECT,))


def test_dates_times_and_bytes_are_returned_in_their_python_types(session: Session) -> None:
    for day in (0, 2, 4):
        cast.visit(session, day, specimen_id=f"U{day}", note="a note")
    rows = SELECT(session, {"day": date(2026, 3, 4)})
    assert [(row.id, row.happened_on, row.specimen_id) for row in rows] == [
        (2, date(2026, 3, 4), "U2"),
        (3, date(2026, 3, 6), "U4"),
    ]
    assert rows[0].recorded_at == datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
    assert session.get(Note, bytes(rows[0].note_digest)) is not None


def test_rows_are_written_and_a_duplicate_raises_an_integrity_error(session: Session) -> None:
    failed_at = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)
    rows = [{"subject": name, "failures": 1, "began_at": failed_at, "last_failed_at": failed_at} for name in ("a", "b")]
    INSERT.enqueue(session, *rows)
    INSERT(session, {"subject": "c", "failures": 2, "began_at": failed_at, "last_failed_at": failed_at})
    rows_found = session.execute(select(Throttle.subject, Throttle.last_failed_at).order_by(Throttle.subject)).all()
    assert [tuple(row) for row in rows_found] == [("a", failed_at), ("b", failed_at), ("c", failed_at)]
    with pytest.raises(IntegrityError):
        INSERT(session, rows[0])
    session.rollback()


NOON = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)


def throttle_row(name: str) -> dict[str, object]:
    return {"subject": name, "failures": 1, "began_at": NOON, "last_failed_at": NOON}


def test_a_batch_runs_in_order_and_sees_rows_that_were_enqueued_before_it(session: Session) -> None:
    INSERT.enqueue(session, throttle_row("a"))
    after = {"after": ""}
    rows = run_batch(
        session, {"before": (SUBJECTS, after), "insert": (INSERT, throttle_row("b")), "after": (SUBJECTS, after)}
    )
    assert [row.subject for row in rows["before"]] == ["a"]
    assert rows["insert"] == []
    assert [row.subject for row in rows["after"]] == ["a", "b"]
    assert [row.subject for row in SUBJECTS(session, {"after": "a"})] == ["b"]
    session.rollback()
    assert SUBJECTS(session, {"after": ""}) == []


def test_enqueued_rows_are_saved_by_a_commit_and_dropped_by_a_rollback(session: Session) -> None:
    INSERT.enqueue(session, throttle_row("a"))
    session.commit()
    INSERT.enqueue(session, throttle_row("b"))
    session.rollback()
    assert [row.subject for row in SUBJECTS(session, {"after": ""})] == ["a"]
    session.rollback()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_an_error_of_an_enqueued_row_is_raised_by_the_next_call_and_nothing_is_saved(session: Session) -> None:
    def enqueue_a_duplicate() -> None:
        INSERT.enqueue(session, throttle_row("a"), throttle_row("a"))

    for next_call in (
        session.commit,
        lambda: SUBJECTS(session, {"after": ""}),
        lambda: session.execute(text("SELECT 1")),
    ):
        enqueue_a_duplicate()
        with pytest.raises(IntegrityError):
            next_call()
        session.rollback()
        assert SUBJECTS(session, {"after": ""}) == []
        session.rollback()
    enqueue_a_duplicate()
    session.rollback()  # the rollback drops the enqueued rows and so their error
    INSERT.enqueue(session, throttle_row("c"))
    session.commit()
    assert [row.subject for row in SUBJECTS(session, {"after": ""})] == ["c"]
    session.rollback()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_commit_after_a_suppressed_error_raises(session: Session) -> None:
    """PostgreSQL itself would accept the COMMIT without an error, but roll back."""
    INSERT(session, throttle_row("a"))
    with suppress(IntegrityError):
        INSERT(session, throttle_row("a"))
    with pytest.raises(RuntimeError, match="nothing can be committed"):
        session.commit()
    session.rollback()
    assert SUBJECTS(session, {"after": ""}) == []
    session.rollback()


def test_a_statement_with_a_list_of_values_is_refused(session: Session) -> None:
    with_a_list = Prepared(select(VISIT.c.id).where(VISIT.c.id.in_([1, 2])), columns=(VISIT.c.id,))
    with pytest.raises(ValueError, match="no list"):
        with_a_list(session, {})


def test_a_time_without_a_time_zone_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="time zone"):
        INSERT(session, throttle_row("a") | {"last_failed_at": datetime(2026, 3, 16)})  # noqa: DTZ001
    session.rollback()
