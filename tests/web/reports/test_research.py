"""The file for research: who may have it, what is in it, and that it tells about nobody."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.visits.record_visit import record_visit
from tests import cast, week
from tests.redeeming import redeem_at_once
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
PAGE, FILE = "/lists/research", "/lists/research/file.zip"


def twelve(session: Session) -> None:
    """Twelve clients with a negative test each, one of whom was absent once."""
    cast.rich(session)
    redeem_at_once(session)
    for number in range(60, 71):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        cast.visit(session, 0, enrollment_id=enrollment_id)
    cast.visit(session, 2, cast.ABSENT, enrollment_id=enrollment_id)


def files(content: bytes) -> dict[str, str]:
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def rows(text_of: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of)))


def test_only_who_sees_clients_in_reports_may_have_it(person: People) -> None:
    check(person, PAGE, allowed=("miriam",), unknown=None, writes=False)
    assert person("rosa").get(FILE).status_code == 403


def test_the_file_has_every_list_with_its_codebook_and_tells_about_nobody(miriam: Person, given: Given) -> None:
    given(twelve)
    answer = miriam.get(FILE)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    found = files(answer.data)
    lists = ("visits", "specimens", "awards", "redemptions")
    assert set(found) == {"about.txt", *(f"{name}{end}.csv" for name in lists for end in ("", "-codebook"))}
    whole = "".join(found[f"{name}.csv"] for name in lists)
    for word in ("HS-", "Amir", "Rosa", "Harbor", "Travel mug", "11:00"):
        assert word not in whole, word
    visits = rows(found["visits.csv"])
    assert len({one["person"] for one in visits}) == 12 and len(visits) == 15
    # Twelve people met a target; one was absent.
    assert sorted(one["outcome"] for one in visits) == ["hidden"] + ["met"] * 14
    assert {one["site"][:2] for one in visits} == {"S-"}
    persons = {one["visit"]: one["person"] for one in visits}
    awards = rows(found["awards.csv"])
    assert len(awards) == 14 and all(persons[one["visit"]] == one["person"] for one in awards)
    days = sorted(date.fromisoformat(one["visit_on"]) for one in visits if one["person"] == amir(visits))
    assert [(day - days[0]).days for day in days] == [0, 2, 4]


def amir(visits: list[dict[str, str]]) -> str:
    people = [one["person"] for one in visits]
    return next(person for person in people if people.count(person) == 3)


def test_nothing_in_the_file_says_when_it_was_made(miriam: Person, given: Given) -> None:
    given(twelve)
    answer = miriam.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="research.zip"'
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert {about.date_time for about in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "2026-" not in archive.read("about.txt").decode()


def test_a_day_is_that_of_the_site_where_others_have_another_zone(app: Flask, given: Given, tmp_path: Any) -> None:
    """Awards at half past eight in the evening in New York, which is the next day in UTC."""

    def evening(session: Session) -> None:
        add_site(session, name="Shore Avenue", time_zone="America/Los_Angeles", actor=command(), now=cast.NOW)
        for number in range(60, 71):
            enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
            record_visit(
                session,
                enrollment_id=enrollment_id,
                visit=NewVisit("cocaine-negative", date(2026, 3, 16), cast.negative()),
                key=cast.key(),
                actor=cast.rosa,
                now=datetime(2026, 3, 17, 0, 30, tzinfo=UTC),
            )

    given(evening)
    path = tmp_path / "research.zip"
    result = app.test_cli_runner().invoke(args=["export", "research", "--output", str(path)])
    assert result.exit_code == 0, result.output
    awards = rows(files(path.read_bytes())["awards.csv"])
    assert len(awards) == 11 and all(one["recorded_at"] == one["visit_on"] for one in awards)


def test_two_files_cannot_be_joined(miriam: Person, given: Given) -> None:
    given(twelve)
    first, second = (rows(files(miriam.get(FILE).data)["visits.csv"]) for _ in range(2))
    assert not {one["person"] for one in first} & {one["person"] for one in second}


def test_a_file_about_few_people_is_refused(miriam: Person, given: Given) -> None:
    given(cast.rich)
    answer = miriam.get(FILE)
    assert answer.status_code == 422 and "fewer than 11 clients" in text(answer)


def test_the_audit_trail_says_who_took_it(miriam: Person, given: Given) -> None:
    given(twelve)
    miriam.get(FILE)
    assert "Miriam downloaded a file for research as a CSV file" in text(miriam.get("/audit"))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_command_writes_the_same_lists(app: Flask, given: Given, tmp_path: Any) -> None:
    given(twelve)
    path = tmp_path / "research.zip"
    result = app.test_cli_runner().invoke(args=["export", "research", "--output", str(path)])
    assert result.exit_code == 0, result.output
    assert len(rows(files(path.read_bytes())["visits.csv"])) == 15
