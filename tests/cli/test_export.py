"""`cm-tracker export NAME` writes every list as a file, as the pages do."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.audit_sentences import sentence
from cm_tracker.domain.audit.downloads import CSV
from cm_tracker.exports import export
from cm_tracker.exports.registry import EXPORTS
from cm_tracker.models import AuditEvent
from cm_tracker.queries.audit.trail import AuditFilter, audit_trail
from tests import cast
from tests.cli.conftest import Run, runner

YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """Run commands in a clinic in which Amir had three visits and Bea one."""
    cast.rich(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    session.commit()
    return runner(app)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_list_has_the_same_rows_in_both_files_and_its_codebook(run: Run, name: str) -> None:
    lines = list(csv.reader(StringIO(run("export", name, *YEAR).stdout)))
    book = load_workbook(BytesIO(run("export", name, *YEAR, "--xlsx").stdout_bytes))
    # The first command is a line of the trail itself.
    assert book["List"].max_row == len(lines) + (name == "audit")
    codebook = list(csv.reader(StringIO(run("export", name, "--codebook").stdout)))
    assert codebook[0] == ["column", "title", "type", "unit", "meaning", "codes"]
    assert [row[0] for row in codebook[1:]] == lines[0]


def test_a_file_is_narrowed_to_a_site_and_days(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    given = run("export", "visits", "--site", "harbor street", "--to", "2026-03-04", "--output", str(file))
    assert (given.exit_code, given.stdout) == (0, "")
    rows = list(csv.DictReader(StringIO(file.read_text())))
    assert [(row["client_code"], row["visit_on"], row["points"]) for row in rows] == [
        ("HS-1", "2026-03-04", "15"),
        ("HS-1", "2026-03-02", "10"),
    ]
    assert len(run("export", "visits").stdout.splitlines()) == 1 + 4


def test_the_trail_says_what_a_command_took_out(run: Run, session: Session) -> None:
    run("export", "ledger", "--site", "1", *YEAR, "--xlsx")
    run("export", "ledger", "--codebook")
    said = [sentence(line) for line in audit_trail(session, cast.grace, AuditFilter(tags=("list:downloaded",))).lines]
    assert said == [
        "A command on the clinic’s machine downloaded the ledger as an XLSX file, from Jan 1, 2026, to Dec 31, 2026."
    ]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (
            ("visits", "--site", "Nowhere"),
            "--site: there is no site 'Nowhere'. The sites are: Harbor Street, Mill Road.",
        ),
        (("visits", "--from", "soon"), "--from: 'soon' is not a day."),
        (("tax-year",), "Choose days of one calendar year."),
        (("visits", "--output", "/nowhere/visits.csv"), "--output: /nowhere/visits.csv cannot be written"),
    ],
)
def test_what_is_wrong_is_said(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    given = run("export", *arguments)
    assert given.exit_code == 2 and problem in given.stderr and given.stdout == ""


def test_a_list_that_is_too_long_is_refused_before_anything_is_noted(
    run: Run, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(export.MOST_LINES, CSV, 3)
    given = run("export", "visits")
    assert given.exit_code == 2 and given.stdout == ""
    assert "More than 3 lines match. Choose fewer days, and download one part after the other." in given.stderr
    noted = session.execute(select(AuditEvent.id).where(AuditEvent.tag == "list:downloaded")).all()
    assert noted == []
