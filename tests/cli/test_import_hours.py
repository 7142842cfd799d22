"""`cm-tracker import hours`: the hours of program weeks. Weeks of A1 end on March 8, 15 and 22, 2026; 9 hours earn 10 points."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.models import Client, Enrollment, VisitRow
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.cli.conftest import Run, runner
from tests.program_hours import SCHEDULE, hours_document, program, week

HEAD = "client_code,week,minutes_attended,minutes_excused,minutes_expected\n"


@pytest.fixture
def clinic(bare_app: Flask, bare_run: Run, in_folder: Path) -> Flask:
    """A clinic with the schedule, and A1 enrolled from March 2 on. Return its application."""
    with bare_app.app_context():
        actor = command("demonstration")
        add_site(db.session(), name="Harbor Street", time_zone="America/New_York", actor=actor, now=cast.NOW)
        publish_schedule(
            db.session(), document=hours_document(), reason="New", key=cast.key(), actor=actor, now=cast.NOW
        )
        db.session.remove()
    Path("roster.csv").write_text("client_code,enrolled_on\nA1,2026-03-02\n")
    assert bare_run("import", "roster", "roster.csv", "--schedule", SCHEDULE).exit_code == 0
    return bare_app


def imported(run: Run, text: str, *options: str) -> dict[str, Any]:
    Path("hours.csv").write_text(text)
    result = run("import", "hours", "hours.csv", "--schedule", SCHEDULE, "--json", *options)
    assert result.exit_code == 0, result.stderr
    assert "cm-import/1" not in result.stderr, "hours have no words that a mapping explains"
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


def facts(summary: dict[str, Any]) -> tuple[int, int, int, list[str]]:
    return (
        summary["added"],
        summary["already"],
        summary["points_paid"],
        [one["says"] for one in summary["rejected_rows"]],
    )


def rows(app: Flask) -> list[tuple[str, str, int | None, int | None, int | None]]:
    with app.app_context():
        found = db.session().execute(
            select(
                VisitRow.happened_on, VisitRow.outcome, VisitRow.minutes_attended, VisitRow.minutes_excused,
                VisitRow.minutes_expected,
            ).order_by(VisitRow.id)
        )  # fmt: skip
        lines = [(f"{row.happened_on}", *tuple(row)[1:]) for row in found]
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
    return lines


def test_weeks_are_added_and_paid_once_however_often_the_file_is_imported(clinic: Flask, bare_run: Run) -> None:
    text = f"{HEAD}A1,1,540,,600\nA1,2,400,140,600\n"
    assert facts(imported(bare_run, text)) == (2, 0, 25, [])
    assert facts(imported(bare_run, text)) == (0, 2, 0, [])
    assert rows(clinic) == [("2026-03-08", "met", 540, 0, 600), ("2026-03-15", "met", 400, 140, 600)]


def test_hours_and_days_say_the_same_as_minutes_and_weeks(clinic: Flask, bare_run: Run) -> None:
    imported(bare_run, f"{HEAD}A1,1,570,0,600\n")
    text = "client_code,date,hours_attended,hours_expected\nA1,2026-03-05,9:30,10\nA1,2026-03-09,2.5,10\n"
    assert facts(imported(bare_run, text)) == (1, 1, 0, [])
    assert rows(clinic)[1] == ("2026-03-15", "unexcused", 150, 0, 600)


def test_a_changed_number_is_refused_as_a_correction_to_look_at(clinic: Flask, bare_run: Run) -> None:
    imported(bare_run, f"{HEAD}A1,1,300,60,600\n")
    summary = imported(bare_run, f"{HEAD}A1,1,540,60,600\n")
    assert facts(summary) == (
        0, 0, 0,
        ["Other hours are recorded for program week 1: 300 minutes attended, 60 excused, 600 expected. A corrected number is "
         "a correction to look at: if the file is right, a lead corrects the hours on their page."],
    )  # fmt: skip
    assert summary["refused"] == {"a correction to look at": 1}
    assert rows(clinic) == [("2026-03-08", "unexcused", 300, 60, 600)]


def test_hours_that_cannot_be_are_refused_with_their_line_and_a_sentence(clinic: Flask, bare_run: Run) -> None:
    text = f"{HEAD}A1,1,10081,0,600\nA1,2,0,700,600\nA1,9,0,0,0\nA1,400,0,0,0\nA2,1,540,0,600\n"
    summary = imported(bare_run, text)
    assert [(one["line"], one["reason"], one["says"]) for one in summary["rejected_rows"]] == [
        (2, "not possible", "A week has 168 hours, so this is not possible. Correct it."),
        (3, "not possible", "More time is excused than was expected. Correct one of the two."),
        (4, "outside the schedule's weeks", "The enrollment has no program week 9 that is over: the schedule or the "
         "enrollment ends before it, or a pause goes on in it."),
        (5, "outside the schedule's weeks", "The enrollment has no program week 400 that is over: the schedule or the "
         "enrollment ends before it, or a pause goes on in it."),
        (6, "no enrollment", "'A2' is not enrolled in this schedule at this site. Import the roster first."),
    ]  # fmt: skip


def test_a_dry_run_writes_nothing_and_the_summary_counts_weeks(clinic: Flask, bare_run: Run) -> None:
    Path("hours.csv").write_text(f"{HEAD}A1,1,540,,600\n")
    result = bare_run("import", "hours", "hours.csv", "--schedule", SCHEDULE, "--dry-run")
    assert "1 week added, 0 already there, 10 points paid." in result.stdout
    assert rows(clinic) == []


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        ("client_code,hours_attended,hours_expected", "week or date"),
        ("client_code,week,hours_expected", "minutes_attended or hours_attended"),
        ("client_code,week,hours_attended", "minutes_expected or hours_expected"),
    ],
)
def test_a_file_without_a_column_that_is_needed_is_refused(
    clinic: Flask, bare_run: Run, head: str, missing: str
) -> None:
    Path("hours.csv").write_text(f"{head}\nA1,1,9\n")
    result = bare_run("import", "hours", "hours.csv", "--schedule", SCHEDULE)
    assert result.exit_code == 2
    assert f"hours.csv: there must be a column {missing}. The first line has:" in result.stderr


def test_a_schedule_without_hours_takes_none(bare_run: Run, in_folder: Path) -> None:
    Path("hours.csv").write_text(f"{HEAD}A1,1,540,,600\n")
    result = bare_run("import", "hours", "hours.csv", "--schedule", "weekly-opioid")
    assert result.exit_code == 2
    assert "has 0 tracks for hours; an import needs exactly one." in result.stderr


def test_hours_that_staff_voided_are_not_brought_back_by_a_file_and_a_pause_changes_no_week(
    app: Flask, in_folder: Path
) -> None:
    """Staff entered both weeks. A late pause moves the last day of week 1, and week 2 was voided."""
    with app.app_context():
        of = program(db.session())
        week(db.session(), of, "2026-03-08", Hours(540, 0, 600))
        cast.put_right(db.session(), week(db.session(), of, "2026-03-15"), "void")
        cast.pause(db.session(), of, "2026-03-04", "2026-03-05")
        db.session.remove()
    text = f"{HEAD}HS-9,1,540,,600\nHS-9,2,540,,600\n"
    summary = imported(runner(app), text, "--site", "Harbor Street")
    assert facts(summary)[:3] == (0, 1, 0)
    assert [one["reason"] for one in summary["rejected_rows"]] == ["taken away by hand"]


def test_a_week_that_goes_on_is_refused(app: Flask, in_folder: Path) -> None:
    with app.app_context():
        program(db.session())
        db.session.remove()
    summary = imported(runner(app), f"{HEAD}HS-9,3,540,,600\n", "--site", "Harbor Street")
    assert summary["refused"] == {"in the future": 1}
    with app.app_context():
        client = (
            db.session().execute(select(Enrollment.client_id).join(Client).where(Client.code == "HS-9")).scalar_one()
        )
        assert balances_of(db.session(), client)["points"] == 0
        db.session.remove()
