"""Two sample weeks of an intensive outpatient program, as an example to start from.

They are modeled on published sample weeks. Early weeks have groups of two hours and a 12-step meeting outside of the
clinic; later weeks have groups of three hours, a family session and a vocational session. The weekdays, the times of
day, the places and the numbers of places are our own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time

from cm_tracker.domain.day.services import TEST_VISIT, Meeting


@dataclass(frozen=True, slots=True)
class SampleService:
    """A service of a sample week: on some weekdays (Monday is 0) at one time."""

    name: str
    kind: str
    weekdays: tuple[int, ...]
    time_of_day: time
    minutes: int
    place: str = ""
    capacity: int | None = None

    def meetings(self, from_on: date) -> tuple[Meeting, ...]:
        """Return its meetings from a day on."""
        return tuple(Meeting(weekday, self.time_of_day, self.minutes, from_on) for weekday in self.weekdays)


@dataclass(frozen=True, slots=True)
class SampleWeek:
    """A sample week with its services. `name` is the one in a form."""

    name: str
    title: str
    about: str
    services: tuple[SampleService, ...]


_INDIVIDUAL = SampleService("Individual session", "individual", (3,), time(13), 60)
_MEETING = SampleService("12-step meeting", "community_meeting", (5,), time(18), 60, "Outside of the clinic")
_TESTS = SampleService("Test visit", TEST_VISIT, (0, 1, 2, 3, 4), time(9), 30)

SAMPLE_WEEKS = (
    SampleWeek(
        "early",
        "Early weeks",
        "Groups of two hours on five days, an individual session, and a 12-step meeting outside of the clinic.",
        (
            SampleService("Early recovery group", "group", (0, 2, 4), time(10), 120, "", 12),
            SampleService("Education group", "psychoeducation", (1, 3), time(10), 120, "", 12),
            _INDIVIDUAL,
            _MEETING,
            _TESTS,
        ),
    ),
    SampleWeek(
        "later",
        "Later weeks",
        "Groups of three hours on three days, a family session, a vocational session, and an individual session.",
        (
            SampleService("Relapse prevention group", "group", (0, 2, 4), time(13), 180, "", 12),
            SampleService("Family session", "family", (1,), time(17, 30), 90),
            SampleService("Vocational session", "skills", (3,), time(10), 90, "", 12),
            _INDIVIDUAL,
            _MEETING,
            _TESTS,
        ),
    ),
)


def sample_week(name: str | None) -> SampleWeek | None:
    """Return the sample week with a name, or None."""
    return next((week for week in SAMPLE_WEEKS if week.name == name), None)


def new_services(week: SampleWeek, names_in_use: Collection[str]) -> tuple[SampleService, ...]:
    """Return the services of a sample week whose names no service in use has, however they are written."""
    taken = {name.strip().lower() for name in names_in_use}
    return tuple(service for service in week.services if service.name.lower() not in taken)
