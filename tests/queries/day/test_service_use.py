"""How many clients a change of a service touches."""

from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.queries.day.service_use import ServiceUse, clients_by_service, service_use
from tests import cast, week

LATER = date(2026, 3, 23)


def another_client(session: Session) -> int:
    client_id = open_client(
        session, code="HS-9", preferred_name="Zoe", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    return enroll_client(
        session, client_id=client_id, schedule_version_id=cast.HIGGINS, starts_on=cast.START, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


def used(session: Session, day: date = week.TODAY) -> dict[int, int]:
    return clients_by_service(session, cast.rosa, cast.HARBOR, day)


def test_clients_are_counted_by_the_plan_that_holds(session: Session) -> None:
    group, tests = week.group(session), week.tests(session)
    assert used(session) == {}
    week.plan(session, week.item(group, "024"))
    week.plan(session, week.item(group, "0"), week.item(tests, "13"), enrollment_id=another_client(session))
    assert used(session) == {group: 2, tests: 1}
    assert service_use(session, cast.rosa, cast.HARBOR, group, week.TODAY) == ServiceUse(2, {0: 2, 2: 1, 4: 1})
    assert service_use(session, cast.rosa, cast.HARBOR, tests, week.TODAY) == ServiceUse(1, {1: 1, 3: 1})


def test_a_plan_that_was_replaced_counts_until_then(session: Session) -> None:
    group, tests = week.group(session), week.tests(session)
    week.plan(session, week.item(group, "024"))
    week.plan(session, week.item(tests, "0"), from_on=LATER, reason="services")
    assert used(session) == {group: 1, tests: 1}
    assert used(session, LATER) == {tests: 1}
    week.plan(session, week.item(group, "0"), from_on=LATER, reason="services")
    assert used(session, LATER) == {group: 1}, "of two plans from one day on the one that was entered later holds"
    assert used(session) == {group: 1}


def test_an_enrollment_that_has_ended_does_not_count(session: Session) -> None:
    group = week.group(session)
    week.plan(session, week.item(group, "024"))
    cast.end(session, cast.AMIR, "2026-03-16")
    assert used(session) == {}


def test_clients_of_a_site_are_counted_for_its_staff_only(session: Session) -> None:
    group = week.group(session)
    week.plan(session, week.item(group, "024"))
    assert clients_by_service(session, cast.anna, cast.HARBOR, week.TODAY) == {}
    assert service_use(session, cast.anna, cast.HARBOR, group, week.TODAY) == ServiceUse()
    cast.transfer(session)
    assert used(session) == {}, "a client who was transferred is not expected here any more"
