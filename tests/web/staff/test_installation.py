"""The page of the server: what was done, how much room there is, what waits. It names nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import broke_off, copied, verified
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from cm_tracker.version import VERSION, newest_migration
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]


@pytest.fixture
def sam(app: Flask) -> Person:
    return Person(app, "sam")


def note(session: Session, task: str, hours_ago: int, says: Phrase, *, is_done: bool = True) -> None:
    at = cast.NOW - timedelta(hours=hours_ago)
    note_upkeep(session, task=task, started_at=at, is_done=is_done, says=says, version=VERSION, actor=command(), now=at)


def test_the_checklist(person: Callable[..., Person]) -> None:
    check(person, "/installation", allowed=("miriam", "sam"))


def test_the_page_says_what_was_done_and_what_was_not(sam: Person, given: Given) -> None:
    given(note, "backup", 60, copied(1204, 0, 2))
    given(note, "verify", 12, verified(1204, 0))
    given(note, "checkpoint", 12, broke_off("OSError"), is_done=False)
    page = text(sam.get("/installation"))
    assert f"cm-tracker {VERSION}" in page
    assert f"Migration {newest_migration()} that of this program" in page
    assert "Backup too long ago Mar 13, 2026, 11:00 PM 1,204 records were copied. " in page
    assert "Settings and keys were not. 2 older backups were dropped." in page
    assert "Verification done Mar 15, 2026, 11:00 PM 1,204 records were verified. No findings." in page
    assert "Checkpoint failed Mar 15, 2026, 11:00 PM It broke off (OSError)." in page
    assert "Trial restore of a backup never done – –" in page


def test_somebody_who_is_signed_in_twice_is_one_person(sam: Person, person: Callable[..., Person]) -> None:
    assert "Signed in 1 staff who opened a page" in text(sam.get("/installation"))
    for who in (person("sam"), person("rosa")):
        who.get("/")
    assert "Signed in 2 staff who opened a page" in text(sam.get("/installation"))


def test_the_page_names_no_client(sam: Person, given: Given) -> None:
    given(cast.rich)
    page = text(sam.get("/installation"))
    assert not any(word in page for word in ("HS-", "MR-", "Amir", "Bea", "cocaine"))


def test_it_stands_in_the_menu_of_an_admin_alone(sam: Person, miriam: Person) -> None:
    assert 'href="/installation"' in sam.get("/").get_data(as_text=True)
    assert 'href="/installation"' not in miriam.get("/").get_data(as_text=True)


def test_the_number_of_queries_is_bounded(sam: Person, given: Given, statements: list[str]) -> None:
    def reads() -> int:
        statements.clear()
        sam.get("/installation")
        return len([one for one in statements if one.lstrip().upper().startswith(("SELECT", "PRAGMA"))])

    few = reads()
    given(cast.rich)
    for hours in range(40):
        given(note, "backup", hours, copied(12, 3, 0))
    assert reads() == few
