"""A run over a file: a check writes nothing and finds what the import does, row by row."""

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from cm_tracker.domain.imports.found import RowFound
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.models import AuditEvent, Client, Enrollment, VisitRow
from cm_tracker.queries.imports import import_line
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast, uploads

NOT_A_DAY = "'3/9/2026' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02."


def counts(session: Session) -> tuple[int, ...]:
    return tuple(
        session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (Client, Enrollment, VisitRow)
    )


def test_a_check_of_a_roster_writes_nothing_and_says_what_each_row_would_do(session: Session) -> None:
    before = counts(session)
    import_id = uploads.upload(session)
    found = uploads.run(session, import_id)
    assert counts(session) == before
    assert found.rows == (
        RowFound(2, "HS-31", "added", "enrolled"),
        RowFound(3, "HS-32", "added", "enrolled"),
        RowFound(4, "HS-33", "refused", "not a date", NOT_A_DAY),
        RowFound(5, "HS-31", "repeats"),
    )
    assert found.counts == {"added": 2, "refused": 1, "repeats": 1}
    assert found.rejects.splitlines() == [
        "line,reason,says,client_code,enrolled_on",
        f'4,not a date,"{NOT_A_DAY}",HS-33,3/9/2026',
    ]


def test_the_import_does_what_the_check_said_and_the_corrected_rows_follow(session: Session) -> None:
    clients, enrollments, visits = counts(session)
    found = uploads.imported(session)
    assert found.counts == {"added": 2, "refused": 1, "repeats": 1}
    assert counts(session) == (clients + 2, enrollments + 2, visits)
    corrected = uploads.imported(session, found.rejects.replace("3/9/2026", "2026-03-09"))
    assert (corrected.counts, corrected.rejects) == ({"added": 1}, "")
    again = uploads.imported(session)
    assert again.counts == {"already": 2, "refused": 1, "repeats": 1}
    assert counts(session) == (clients + 3, enrollments + 3, visits)


def test_tests_are_paid_and_each_row_says_its_outcome(session: Session) -> None:
    uploads.imported(session)
    import_id = uploads.upload(session, uploads.TESTS, "tests")
    checked, found = uploads.run(session, import_id), uploads.run(session, import_id, writes=True)
    # 10 and 15 points, and a positive test.
    assert (found.points, found.clients) == (25, 2)
    assert [(row.line, row.became, row.what) for row in found.rows] == [
        (2, "added", "met"),
        (3, "added", "met"),
        (4, "added", "positive"),
        (5, "refused", "no result for the target"),
        (6, "refused", "no enrollment"),
    ]
    assert (checked.rows, checked.points) == (found.rows, found.points)
    assert verify_ledger(session).findings == []


def test_a_check_says_how_many_visits_will_wait_for_a_test(session: Session) -> None:
    """Three visits wait, and the file has the tests of two of them and of another day."""
    uploads.imported(session)
    came = "".join(f"HS-31,V{day},visit,,2026-03-{day}\n" for day in ("02", "04", "09"))
    visits = uploads.upload(session, f"client_code,visit,disposition,reasons,date\n{came}", "visits")
    assert [uploads.run(session, visits, writes=writes).waiting for writes in (False, True)] == [3, 3]
    tests = uploads.upload(session, uploads.TESTS, "tests")
    assert [uploads.run(session, tests, writes=writes).waiting for writes in (False, True)] == [1, 1]


def test_a_workbook_and_other_columns_are_read_as_somebody_chose(session: Session) -> None:
    reading = Reading(encoding="latin-1", columns={"client_code": "Fälle", "enrolled_on": "Beginn"})
    text = "Liste\n\nBeginn;Fälle\n2026-03-02;HS-31\n".encode("latin-1")
    found = uploads.imported(session, text, reading=reading)
    assert found.counts == {"added": 1}
    assert found.notes == (
        "The text was read as Latin-1.",
        "The head is in line 3. What stands above it was skipped.",
        "The values are separated by semicolons, as in the head in line 3.",
    )


@pytest.mark.parametrize(
    ("text", "what", "reading", "problem"),
    [
        ("a,b\n1,2\n", "roster", Reading(), "roster.csv, line 1: the columns client_code, enrolled_on are missing."),
        ("\u00e4".encode("latin-1"), "roster", Reading(), "roster.csv, line 1: this is not text in UTF-8."),
        (uploads.TESTS, "hours", Reading(), "hours.csv: there must be a column minutes_attended or hours_attended."),
        (uploads.TESTS, "tests", Reading(words="klingon"), "Choose the words from the list."),
        (uploads.TESTS, "tests", Reading(tested_for="Sugar"), "'Sugar'"),
        (uploads.TESTS, "tests", Reading(own_words="{"), "This is not JSON"),
        ("client_code,week,minutes_attended,minutes_expected\nHS-1,1,5,5\n", "hours", Reading(),
         '"Voucher ladder for cocaine, 12 weeks" has 0 tracks for hours; an import needs exactly one.'),
    ],
)  # fmt: skip
def test_a_file_of_which_nothing_can_be_imported_says_why_and_writes_nothing(
    session: Session, text: str | bytes, what: str, reading: Reading, problem: str
) -> None:
    before = counts(session)
    import_id = uploads.upload(session, text, what, reading=reading)
    found = uploads.run(session, import_id)
    assert problem in found.problem
    assert import_line(session, cast.miriam, import_id).state == "failed"
    assert counts(session) == before


def test_rows_are_the_imports_own_so_that_a_test_takes_the_place_of_an_imported_absence(session: Session) -> None:
    uploads.imported(session)
    visits = "client_code,visit,disposition,reasons,date\nHS-31,WK0,no visit,no_show,2026-03-04\n"
    assert uploads.imported(session, visits, "visits").counts == {"added": 1}
    found = uploads.imported(session, uploads.TESTS, "tests")
    assert found.rows[1] == RowFound(
        3, "HS-31", "added", "met", "This row takes the place of the absence that was imported for 2026-03-04."
    )
    rows = session.execute(select(VisitRow.staff_id, VisitRow.via)).all()
    assert {tuple(row) for row in rows} == {(None, "import")}


def test_an_import_stands_on_the_audit_trail_without_a_name(session: Session) -> None:
    uploads.imported(session)
    lines = session.execute(select(AuditEvent.tag, AuditEvent.detail).where(AuditEvent.tag.like("import:%"))).all()
    assert [line.tag for line in lines] == ["import:added", "import:started", "import:ended"]
    assert '"added":2' in lines[-1].detail and "roster.csv" not in str(lines)


FAULT = {
    "sqlite": ["CREATE TRIGGER fault BEFORE INSERT ON client BEGIN SELECT RAISE(ABORT, 'not HS-31'); END"],
    "postgresql": [
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not HS-31''; END'",
        "CREATE TRIGGER fault BEFORE INSERT ON client FOR EACH ROW EXECUTE FUNCTION fault()",
    ],
}


@pytest.mark.owner
def test_a_fault_of_the_program_ends_the_run_and_the_log_has_nothing_of_the_file(
    session: Session, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = counts(session)
    for statement in FAULT[kind]:
        session.execute(sql(statement))
    session.commit()
    found = uploads.run(session, uploads.upload(session))
    assert found.problem.startswith("The run broke off by a fault of the program.")
    assert counts(session) == before
    assert "The run of import 1 broke off: " in caplog.text and "in carry_out" in caplog.text
    assert "HS-31" not in caplog.text
