"""What was done for the installation is noted, and the newest of each task is found."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from cm_tracker.queries.upkeep import UpkeepLine, failed_upkeep, newest_upkeep
from tests import cast

BEGAN = cast.NOW - timedelta(minutes=2)


def note(session: Session, task: str, says: str, *, is_done: bool = True) -> int:
    return note_upkeep(
        session, task=task, started_at=BEGAN, is_done=is_done, says=says, version="0.2.0", actor=command(), now=cast.NOW
    )  # fmt: skip


def test_the_newest_line_of_each_task_is_found(session: Session) -> None:
    assert newest_upkeep(session) == {}
    note(session, "backup", "The disk is full.", is_done=False)
    note(session, "verify", "No findings in 12 records.")
    note(session, "backup", "12 records were copied.")
    assert newest_upkeep(session) == {
        "backup": UpkeepLine("backup", BEGAN, cast.NOW, True, "12 records were copied.", "0.2.0"),
        "verify": UpkeepLine("verify", BEGAN, cast.NOW, True, "No findings in 12 records.", "0.2.0"),
    }


def test_a_failed_task_stands_until_it_was_done_again(session: Session) -> None:
    note(session, "checkpoint", "The key is missing.", is_done=False)
    note(session, "backup", "The disk is full.", is_done=False)
    assert [(line.task, line.says) for line in failed_upkeep(session)] == [
        ("backup", "The disk is full."), ("checkpoint", "The key is missing."),
    ]  # fmt: skip
    note(session, "backup", "12 records were copied.")
    assert [line.task for line in failed_upkeep(session)] == ["checkpoint"]


def test_a_long_sentence_is_cut_and_a_clock_that_was_set_back_is_borne(session: Session) -> None:
    note_upkeep(
        session, task="drill", started_at=cast.NOW + timedelta(hours=1), is_done=True, says="x" * 400, version="0.2.0",
        actor=command(), now=cast.NOW,
    )  # fmt: skip
    line = newest_upkeep(session)["drill"]
    assert line.says == "x" * 299 + "…"
    assert line.started_at == line.ended_at == cast.NOW + timedelta(hours=1)


def test_only_a_command_notes_and_only_known_tasks(session: Session) -> None:
    with pytest.raises(NotAllowed):
        note_upkeep(
            session, task="backup", started_at=BEGAN, is_done=True, says="x", version="0.2.0", actor=cast.miriam,
            now=cast.NOW,
        )  # fmt: skip
    with pytest.raises(ValueError, match="'laundry' is no task"):
        note(session, "laundry", "x")
