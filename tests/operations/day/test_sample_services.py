"""A lead begins with a sample week."""

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import MOST_SERVICES, Meeting
from cm_tracker.operations.day.add_sample_services import add_sample_services
from cm_tracker.queries.day.week import service_lines, service_names
from tests import cast, week
from tests.domain.refused import refused


def sample(session: Session, name: str = "early", **more: Any) -> int:
    return add_sample_services(
        session,
        **{
            "site_id": cast.HARBOR,
            "sample": name,
            "from_on": week.TODAY,
            "key": cast.key(),
            "actor": cast.miriam,
            "now": cast.NOW,
            **more,
        },
    )


def names(session: Session) -> list[str]:
    return [line.service.name for line in service_lines(session, cast.rosa, cast.HARBOR)]


def test_the_services_of_a_sample_week_are_added(session: Session) -> None:
    assert sample(session) == 5
    assert names(session) == [
        "12-step meeting",
        "Early recovery group",
        "Education group",
        "Individual session",
        "Test visit",
    ]
    education = service_lines(session, cast.rosa, cast.HARBOR)[2]
    assert education.service.meetings == (
        Meeting(1, time(10), 120, week.TODAY),
        Meeting(3, time(10), 120, week.TODAY),
    )
    assert (education.service.kind, education.service.capacity, education.leader_name) == ("psychoeducation", 12, None)
    assert service_names(session, cast.MILL) == ()


def test_a_name_that_is_in_use_is_left_out(session: Session) -> None:
    sample(session)
    assert sample(session, "later") == 3
    assert len(names(session)) == 8


def test_nothing_is_added_where_every_name_is_in_use(session: Session) -> None:
    sample(session)
    with refused("The site has services with all of these names already. Nothing was added.", "sample"):
        sample(session)
    with refused("Choose one of the sample weeks.", "sample"):
        sample(session, "best")


def test_a_sample_that_is_sent_twice_is_added_once(session: Session) -> None:
    key = cast.key()
    assert sample(session, key=key) == sample(session, key=key) == 5
    assert len(names(session)) == 5


def test_a_site_that_is_full_gets_none_of_them(session: Session) -> None:
    for number in range(MOST_SERVICES - 2):
        week.service(session, f"Group {number}", "group", week.meetings("0", time(9)))
    with refused("The site has 100 services. Retire one first.", "name"):
        sample(session)
    assert len(names(session)) == 98, "it is one transaction"


def test_they_can_begin_on_a_day_to_come(session: Session) -> None:
    sample(session, from_on=date(2026, 4, 6))
    (line, *_) = service_lines(session, cast.rosa, cast.HARBOR)
    assert line.service.meetings[0].from_on == date(2026, 4, 6)
