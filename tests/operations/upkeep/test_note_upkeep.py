"""What was done for the installation is noted, and the newest of each task is found."""

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.phrases import Phrase
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.upkeep import LEFT_OUT, REFUSED, copied, no_backup, verified
from cm_tracker.models import Upkeep
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.operations.upkeep.note_upkeep import note_upkeep
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.upkeep import UpkeepLine, failed_upkeep, newest_upkeep
from tests import cast

BEGAN = cast.NOW - timedelta(minutes=2)
FULL, COPIED, HELD = no_backup("the disk is full"), copied(12, 3, 0), verified(1204, 0)


def note(session: Session, task: str, says: Phrase, *, is_done: bool = True) -> int:
    return note_upkeep(
        session, task=task, started_at=BEGAN, is_done=is_done, says=says, version="0.2.0", actor=command(), now=cast.NOW
    )  # fmt: skip


def test_the_newest_line_of_each_task_is_found(session: Session) -> None:
    assert newest_upkeep(session) == {}
    note(session, "backup", FULL, is_done=False)
    note(session, "verify", HELD)
    note(session, "backup", COPIED)
    assert newest_upkeep(session) == {
        "backup": UpkeepLine(
            "backup", BEGAN, cast.NOW, True, "12 records were copied. 3 files of settings and keys were, too.", "0.2.0"
        ),
        "verify": UpkeepLine("verify", BEGAN, cast.NOW, True, "1,204 records were verified. No findings.", "0.2.0"),
    }


def test_a_failed_task_stands_until_it_was_done_again(session: Session) -> None:
    note(session, "checkpoint", LEFT_OUT, is_done=False)
    note(session, "backup", FULL, is_done=False)
    assert [(line.task, line.says) for line in failed_upkeep(session)] == [
        ("backup", "There is no backup: the disk is full."),
        ("checkpoint", "Left out, because the ledger was not verified."),
    ]  # fmt: skip
    note(session, "backup", COPIED)
    assert [line.task for line in failed_upkeep(session)] == ["checkpoint"]


def test_a_clock_that_was_set_back_is_borne(session: Session) -> None:
    note_upkeep(
        session, task="drill", started_at=cast.NOW + timedelta(hours=1), is_done=True, says=HELD, version="0.2.0",
        actor=command(), now=cast.NOW,
    )  # fmt: skip
    line = newest_upkeep(session)["drill"]
    assert line.started_at == line.ended_at == cast.NOW + timedelta(hours=1)


def test_a_sentence_of_an_older_version_stays_as_it_is(session: Session) -> None:
    session.execute(
        insert(Upkeep).values(
            task="drill", started_at=BEGAN, ended_at=cast.NOW, is_done=True, says="Restored on trial.", version="0.2.0"
        )
    )
    assert newest_upkeep(session)["drill"].says == "Restored on trial."


def test_a_newer_verification_of_all_levels_counts_whoever_ran_it(session: Session) -> None:
    note(session, "verify", REFUSED, is_done=False)
    later = cast.NOW + timedelta(hours=1)
    for level in (3, 4):
        assert [line.task for line in failed_upkeep(session)] == ["verify"]
        verification = verify_ledger(session, level=level)
        save_verification(session, verification=verification, actor=cast.sam, now=later)
    line = newest_upkeep(session)["verify"]
    assert (line.is_done, line.ended_at) == (True, later)
    assert line.says == f"{verification.size} records were verified. No findings."
    note(session, "verify", REFUSED, is_done=False)
    assert failed_upkeep(session) == ()


def test_only_a_command_notes_and_only_known_tasks(session: Session) -> None:
    with pytest.raises(NotAllowed):
        note_upkeep(
            session, task="backup", started_at=BEGAN, is_done=True, says=HELD, version="0.2.0", actor=cast.miriam,
            now=cast.NOW,
        )  # fmt: skip
    with pytest.raises(ValueError, match="'laundry' is no task"):
        note(session, "laundry", HELD)
