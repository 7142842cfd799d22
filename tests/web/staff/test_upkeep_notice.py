"""What failed in the night stands on the first page of leads and admins until it was done again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import NOT_RESTORED, copied, no_backup
from cm_tracker.operations.staff.set_language import set_language
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from tests import cast
from tests.cli.test_ledger import tamper
from tests.web.conftest import Person, text
from tests.web.ledger.test_verifications import verify

People = Callable[..., Person]
Given = Callable[..., Any]

BACKUP = "The backup failed on Mar 16, 2026, 11:00 AM. Tell whoever looks after the server. There is no backup: the disk is full."
CHECKPOINT = "No checkpoint was signed on Mar 16, 2026, 11:00 AM."

FULL = no_backup("the disk is full")


def note(session: Session, task: str, *, is_done: bool, says: Phrase = FULL, at: datetime = cast.NOW) -> None:
    note_upkeep(
        session, task=task, started_at=at, is_done=is_done, says=says, version="0.2.0", actor=command(), now=at
    )  # fmt: skip


def test_a_failed_backup_stands_until_one_was_made(person: People, miriam: Person, given: Given) -> None:
    given(note, "backup", is_done=False)
    for who in (miriam, person("sam")):
        assert BACKUP in text(who.get("/"))
    assert "the disk is full" not in text(person("rosa").get("/"))
    given(note, "backup", is_done=True, says=copied(12, 3, 0))
    page = text(miriam.get("/"))
    assert "The backup failed" not in page and "12 records were copied." not in page


@pytest.mark.owner
def test_what_follows_from_a_failed_verification_is_told_once(
    app: Flask, kind: str, miriam: Person, given: Given
) -> None:
    given(cast.rich)
    for task in ("verify", "expiry", "checkpoint", "backup"):
        given(note, task, is_done=False)
    page = text(miriam.get("/"))
    assert CHECKPOINT in page and "The nightly verification failed" in page and "did not expire" in page
    tamper(app, kind)
    verify(miriam)
    page = text(miriam.get("/"))
    assert "The ledger failed verification on" in page and BACKUP in page
    assert CHECKPOINT not in page and "The nightly verification failed" not in page and "did not expire" not in page


def test_it_is_told_in_spanish(miriam: Person, given: Given) -> None:
    given(note, "drill", is_done=False, says=NOT_RESTORED)
    given(set_language, language="es", actor=cast.miriam, now=cast.NOW)
    page = text(miriam.get("/"))
    assert "Una copia de seguridad no se pudo restaurar en la prueba del 16 mar 2026" in page
    assert "Avise a quien se ocupa del servidor. La copia de seguridad más reciente no se pudo restaurar." in page


def test_a_verification_on_the_page_is_as_good_as_one_of_the_night(miriam: Person, given: Given) -> None:
    given(cast.rich)
    given(note, "verify", is_done=False, at=cast.NOW - timedelta(hours=9))
    assert "The nightly verification failed" in text(miriam.get("/"))
    verify(miriam)
    assert "The nightly verification failed" not in text(miriam.get("/"))
