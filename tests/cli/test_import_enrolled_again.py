"""Rows of a client who was enrolled again belong to the enrollment of their day, and after a move to the version of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import Enrollment, VisitRow
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from tests import cast
from tests.cli.conftest import runner
from tests.program_hours import SCHEDULE, program

HIGGINS = "Voucher ladder for cocaine, 12 weeks"
TESTS_HEAD = "client_code,date,temperature_ok,positive_for,tested_for"
VISITS_HEAD = "client_code,visit,disposition,reasons,date,planned_date"
HOURS_HEAD = "client_code,date,minutes_attended,minutes_expected"


def in_clinic(app: Flask, what: Callable[[Session], Any]) -> Any:
    with app.app_context():
        found = what(db.session())
        db.session.remove()
    return found


def enrolled_again(session: Session, enrollment_id: int, client_id: int, version_id: int, starts_on: str) -> int:
    """End an enrollment on March 8, and enroll its client again. Return the new enrollment's id."""
    cast.end(session, enrollment_id, "2026-03-08")
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version_id, starts_on=date.fromisoformat(starts_on),
        key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


@pytest.fixture
def again(app: Flask) -> int:
    """HS-1 was enrolled from March 2 to 8, and is again from March 11 on."""
    found: int = in_clinic(app, lambda session: enrolled_again(session, cast.AMIR, 1, cast.HIGGINS, "2026-03-11"))
    return found


def imported(app: Flask, kind: str, schedule: str, *lines: str) -> dict[str, Any]:
    Path(f"{kind}.csv").write_text("\n".join(lines) + "\n")
    result = runner(app)(
        "import", kind, f"{kind}.csv", "--schedule", schedule, "--site", "Harbor Street", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


def recorded(app: Flask) -> list[tuple[int, str]]:
    """Return the enrollment and the day of each visit. The ledger is as it should be."""

    def read(session: Session) -> list[tuple[int, str]]:
        assert verify_ledger(session).findings == []
        rows = session.execute(select(VisitRow.enrollment_id, VisitRow.happened_on).order_by(VisitRow.happened_on))
        return [(row.enrollment_id, str(row.happened_on)) for row in rows]

    found: list[tuple[int, str]] = in_clinic(app, read)
    return found


def says(summary: dict[str, Any]) -> dict[int, str]:
    return {one["line"]: one["says"] for one in summary["rejected_rows"]}


def test_a_test_belongs_to_the_enrollment_of_its_day(app: Flask, again: int, in_folder: Path) -> None:
    """Each first negative test earns 10 points, and the ladder of the second enrollment begins anew."""
    lines = (
        TESTS_HEAD, "HS-1,2026-03-03,yes,none,Cocaine", "HS-1,2026-03-11,yes,none,Cocaine",
        "HS-1,2026-03-09,yes,none,Cocaine", "HS-1,2026-03-01,yes,none,Cocaine",
    )  # fmt: skip
    summary = imported(app, "tests", HIGGINS, *lines)
    assert (summary["added"], summary["points_paid"], summary["clients"]) == (2, 20, 1)
    assert says(summary) == {
        4: "The enrollment ended on Mar 8, 2026, and Mar 9, 2026 is after that day.",
        5: "Mar 1, 2026 is before the enrollment's first day (Mar 2, 2026). Correct the date.",
    }
    assert recorded(app) == [(cast.AMIR, "2026-03-03"), (again, "2026-03-11")]
    summary = imported(app, "tests", HIGGINS, *lines)
    assert (summary["added"], summary["already"], summary["points_paid"]) == (0, 2, 0)


def test_an_absence_belongs_to_the_enrollment_of_the_day_on_which_it_was_planned(
    app: Flask, again: int, in_folder: Path
) -> None:
    summary = imported(
        app, "visits", HIGGINS, VISITS_HEAD, "HS-1,A,no visit,,,2026-03-04", "HS-1,B,no visit,,2026-03-12,",
    )  # fmt: skip
    assert (summary["added"], says(summary)) == (2, {})
    assert recorded(app) == [(cast.AMIR, "2026-03-04"), (again, "2026-03-12")]


def test_hours_belong_to_the_enrollment_in_whose_week_their_day_lies(app: Flask, in_folder: Path) -> None:
    """The second enrollment's first week is over on March 15. A week without a day is one of the newest enrollment."""
    first = in_clinic(app, program)

    def go_on(session: Session) -> int:
        one = session.get(Enrollment, first)
        assert one is not None
        return enrolled_again(session, first, one.client_id, one.schedule_version_id, "2026-03-09")

    second = in_clinic(app, go_on)
    summary = imported(app, "hours", SCHEDULE, HOURS_HEAD, "HS-9,2026-03-05,540,600", "HS-9,2026-03-10,540,600")
    assert (summary["added"], summary["points_paid"], says(summary)) == (2, 20, {})
    assert recorded(app) == [(first, "2026-03-08"), (second, "2026-03-15")]
    head = HOURS_HEAD.replace("date", "week")
    summary = imported(app, "hours", SCHEDULE, head, "HS-9,1,540,600")
    assert (summary["added"], summary["already"]) == (0, 1)


def test_after_a_move_a_test_counts_under_the_version_of_its_day(app: Flask, in_folder: Path) -> None:
    """From March 10 on, the client's version pays for attendance and knows no tests."""
    in_clinic(app, lambda session: cast.move(session, cast.AMIR, cast.ATTENDANCE, "2026-03-10"))
    lines = (TESTS_HEAD, "HS-1,2026-03-03,yes,none,Cocaine", "HS-1,2026-03-12,yes,none,Cocaine")
    summary = imported(app, "tests", HIGGINS, *lines)
    assert (summary["added"], summary["points_paid"]) == (1, 10)
    assert says(summary) == {3: 'The schedule has no "cocaine-negative". Choose one of its tracks.'}
    assert recorded(app) == [(cast.AMIR, "2026-03-03")]
    assert imported(app, "tests", HIGGINS, *lines)["already"] == 1


def test_a_client_under_a_version_without_the_behavior_is_refused_with_a_sentence(app: Flask, in_folder: Path) -> None:
    """The newest version calls its track otherwise, and the client is still under the first one."""

    def publish(session: Session) -> int:
        document = json.loads(json.dumps(preset("higgins-voucher")).replace("cocaine-negative", "cocaine-free"))
        return publish_schedule(
            session, document=document, reason="Renamed", key=cast.key(), actor=command(), now=cast.NOW
        )

    in_clinic(app, publish)
    summary = imported(app, "tests", HIGGINS, TESTS_HEAD, "HS-1,2026-03-03,yes,none,Cocaine")
    assert (summary["added"], set(says(summary))) == (0, {2})
