"""Publishing checks the analytes of a document against the list, what a client can reach, and whether visits can hold what it needs."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadSchedule, Problem
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import ScheduleVersion
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests.cast import NOW, key
from tests.domain.schedules.documents import document, phase, track


def publish(session: Session, of: object) -> int:
    return publish_schedule(session, document=of, reason="Start", key=key(), actor=command(), now=NOW)


def test_a_schedule_with_an_unknown_analyte_is_not_published(session: Session) -> None:
    side = {"also_negative": ["thc", "opioids"], "amount": 1}
    with pytest.raises(BadSchedule) as refused:
        publish(session, document(track(target=["cocain"], side_bonus=side)))
    assert refused.value.problems == (
        Problem("tracks[0].target[0]", 'is "cocain", which is not in the list of analytes. Choose one of the list.'),
        Problem(
            "tracks[0].side_bonus.also_negative[1]",
            'is "opioids", which is in the list of analytes as "opioid". Write that.',
        ),
    )
    assert session.execute(select(ScheduleVersion.id)).scalars().all() == [1, 2]


def test_a_schedule_with_analytes_of_the_list_is_published(session: Session) -> None:
    side = {"also_negative": ["thc", "opioid"], "amount": 1}
    assert publish(session, document(track(target=["stimulant", "alcohol"], side_bonus=side))) == 3


def test_a_schedule_that_begins_above_its_ladder_is_not_published(session: Session) -> None:
    ladder = track(phase(cap=30), start_level=99)
    with pytest.raises(BadSchedule) as refused:
        publish(session, document(ladder, format="cm-schedule/2"))
    assert refused.value.problems == (
        Problem("tracks[0].start_level", "is 99; the highest level of this ladder is 4."),
    )
    assert publish(session, document({**ladder, "start_level": 4}, format="cm-schedule/2")) == 3


def test_another_schedule_of_the_second_format_is_published(session: Session) -> None:
    of_periods = document(track(phase(period_weeks=2, week_bonus=8)), format="cm-schedule/2")
    assert publish(session, of_periods) == 3
