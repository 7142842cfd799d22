"""A lead adds services to a site, changes them from a day on, and retires them."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import Meeting, Service
from cm_tracker.domain.errors import ChangedMeanwhile, NotFound
from cm_tracker.models import AuditEvent
from cm_tracker.operations.day.retire_service import retire_service
from cm_tracker.queries.day.week import service_lines, service_of, site_week
from tests import cast, week
from tests.domain.refused import refused

TODAY = week.TODAY


def only(session: Session) -> Service:
    (line,) = service_lines(session, cast.rosa, cast.HARBOR)
    return line.service


def test_a_service_is_listed_with_its_meetings_and_who_leads_it(session: Session) -> None:
    number = week.group(session, from_on=date(2026, 3, 2), capacity=12)
    (line,) = service_lines(session, cast.rosa, cast.HARBOR)
    assert line.service == Service(
        number,
        cast.HARBOR,
        "Skills group",
        "skills",
        cast.ROSA,
        "Room 1",
        12,
        tuple(Meeting(weekday, time(13), 120, date(2026, 3, 2)) for weekday in (0, 2, 4)),
    )
    assert (line.leader_name, line.is_retired) == ("Rosa", False)
    assert session.execute(select(AuditEvent.tag, AuditEvent.subject).order_by(AuditEvent.id.desc())).first() == (
        "service:added",
        f"service:{number}",
    )


def test_a_service_is_seen_only_at_its_site(session: Session) -> None:
    number = week.group(session)
    assert service_lines(session, cast.anna, cast.HARBOR) == ()
    with pytest.raises(NotFound):
        service_of(session, cast.anna, number)


def test_a_change_holds_from_its_day_on(session: Session) -> None:
    number = week.group(session)
    held = week.meetings("02", time(15), 180)
    week.service(session, "Evening group", "skills", held, service_id=number, from_on=date(2026, 3, 18))
    changed = only(session)
    assert (changed.id, changed.name) == (number, "Evening group")
    assert changed.meeting_on(date(2026, 3, 16)) == Meeting(0, time(13), 120, week.LONG_AGO, date(2026, 3, 17))
    assert changed.meeting_on(date(2026, 3, 18)) == Meeting(2, time(15), 180, date(2026, 3, 18))
    assert changed.meeting_on(date(2026, 3, 20)) is None


def test_past_days_stay_as_they_were(session: Session) -> None:
    number = week.group(session)
    with refused("Past days stay as they were. Choose today or a later day for the change.", "from_on"):
        week.service(session, "X", "skills", week.meetings("0", time(9)), service_id=number, from_on=date(2026, 3, 15))
    assert only(session).name == "Skills group"


def test_a_group_does_not_become_a_test_visit(session: Session) -> None:
    number = week.group(session)
    with refused("Plans count tests at test visits only. Add another service for this kind.", "kind"):
        week.service(session, "X", "test_visit", week.meetings("0", time(9)), service_id=number, from_on=TODAY)


def test_two_services_in_use_do_not_have_one_name(session: Session) -> None:
    number = week.group(session)
    with refused("A service of this site has the name already. Choose another one.", "name"):
        week.service(session, " skills GROUP ", "group", week.meetings("0", time(9)))
    retire_service(session, service_id=number, last_day=TODAY, actor=cast.miriam, now=cast.NOW)
    week.service(session, "Skills group", "group", week.meetings("0", time(9)))
    assert [line.is_retired for line in service_lines(session, cast.rosa, cast.HARBOR)] == [False, True]


@pytest.mark.parametrize("leader_id", [cast.ANNA, cast.GRACE, 99])
def test_somebody_of_the_site_leads_it(session: Session, leader_id: int) -> None:
    with refused("Choose somebody who works at this site.", "leader_id"):
        week.group(session, leader_id=leader_id)


def test_a_form_that_is_sent_twice_adds_one_service(session: Session) -> None:
    key = cast.key()
    assert week.group(session, key=key) == week.group(session, key=key)
    assert only(session).name == "Skills group"


def test_a_retired_service_meets_no_more_and_its_past_stays(session: Session) -> None:
    number = week.group(session)
    for _ in range(2):
        site_id = retire_service(
            session, service_id=number, last_day=date(2026, 3, 18), actor=cast.miriam, now=cast.NOW
        )
        assert site_id == cast.HARBOR
    retired = site_week(session, cast.HARBOR).services[number]
    assert retired.meeting_on(date(2026, 3, 18)) is not None
    assert retired.meeting_on(date(2026, 3, 20)) is None


def test_a_service_cannot_be_retired_in_the_past(session: Session) -> None:
    number = week.group(session)
    with refused("Past days stay as they were. Choose today or a later day.", "last_day"):
        retire_service(session, service_id=number, last_day=date(2026, 3, 15), actor=cast.miriam, now=cast.NOW)


def test_what_is_wrong_with_a_service_is_said_and_nothing_is_written(session: Session) -> None:
    wrong: dict[str, Any] = {"capacity": 0}
    with refused("Give a number of places from 1 to 200, or none.", "capacity"):
        week.group(session, **wrong)
    assert service_lines(session, cast.rosa, cast.HARBOR) == ()


def test_a_change_does_not_overwrite_what_somebody_else_changed(session: Session) -> None:
    number = week.group(session)
    shown, again = only(session).fingerprint, cast.key()
    held = week.meetings("024", time(13), 120)
    change = {"service_id": number, "from_on": TODAY, "shown": shown}
    week.service(session, "Evening group", "skills", held, **change, key=again)
    with pytest.raises(ChangedMeanwhile):
        week.service(session, "Morning group", "skills", held, **change)
    assert only(session).name == "Evening group"
    assert week.service(session, "Evening group", "skills", held, **change, key=again) == number, "the same form twice"
