"""Services of a site: groups, sessions and test visits, each with its meetings in the week.

A meeting holds on one weekday at one time, from a day on and until a day. A service that changes its time gets another
meeting from that day on, so that past weeks stay as they were. A service meets at most once a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from cm_tracker.domain.errors import AllRefusals, BadInput

TEST_VISIT = "test_visit"
KINDS = (
    "group",
    "individual",
    "family",
    "psychoeducation",
    "skills",
    "recovery_support",
    "medication",
    "telehealth",
    "community_meeting",
    "recovery_activity",
    TEST_VISIT,
)
# Kinds whose people come together: one sheet lists all of them. Of the others, each client has a row of their own.
TOGETHER = frozenset({"group", "psychoeducation", "skills", "recovery_support"})

MOST_NAME = 80
MOST_PLACE = 200
LEAST_MINUTES, MOST_MINUTES = 5, 12 * 60
MOST_CAPACITY = 200
MOST_SERVICES = 100
"""So many services a site may have in use at a time."""

WEEKDAYS = tuple(range(7))
"""Monday is 0 and Sunday is 6, as `date.weekday` counts."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A service meets on a weekday, at a time on the wall of its site, for some minutes.

    It does so from `from_on` on and up to `until_on`, or without an end.
    """

    weekday: int
    time_of_day: time
    minutes: int
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether the meeting takes place on a day, closures apart."""
        return day.weekday() == self.weekday and self.is_in_force(day)

    def is_in_force(self, day: date) -> bool:
        """Return whether a day, whatever its weekday, is between the first and the last day of the meeting."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a site. `leader_id` is the member of staff who leads it; `place` is a room, an address or a link."""

    id: int
    site_id: int
    name: str
    kind: str
    leader_id: int | None
    place: str
    capacity: int | None
    meetings: tuple[Meeting, ...]

    @property
    def is_together(self) -> bool:
        """Return whether its people come together, so that one sheet lists them."""
        return self.kind in TOGETHER

    @property
    def fingerprint(self) -> str:
        """Return a text that changes with anything of the service, so that a form can tell whether somebody changed it."""
        return sha256(repr(self).encode()).hexdigest()[:32]

    def meeting_on(self, day: date) -> Meeting | None:
        """Return the meeting of a day, closures apart, or None."""
        return next((meeting for meeting in self.meetings if meeting.holds_on(day)), None)

    def meeting_like(self, weekday: int, day: date) -> Meeting | None:
        """Return the meeting of a weekday that is in force on a day: it is held on that day to make up for another."""
        return next((one for one in self.meetings if one.weekday == weekday and one.is_in_force(day)), None)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clock on the wall shows a time.

    Where the clock is put forward over that time, it is the instant as many minutes after the change as the time lies
    after it. Of a time that comes twice, it is the first one.
    """
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC"))


def check_service(
    name: str, kind: str, place: str, capacity: int | None, meetings: Sequence[Meeting], is_leader_known: bool = True
) -> None:
    """Raise everything that is wrong with a service as it was entered."""
    refusals = AllRefusals()
    with refusals:
        if not name.strip():
            raise BadInput("Give the service a name that clients know it by.", "name")
        if len(name.strip()) > MOST_NAME:
            raise BadInput("Shorten the name to %(most)s characters.", "name", most=MOST_NAME)
    with refusals:
        if kind not in KINDS:
            raise BadInput("Choose the kind of the service from the list.", "kind")
    with refusals:
        if not is_leader_known:
            raise BadInput("Choose somebody who works at this site.", "leader_id")
    with refusals:
        if len(place.strip()) > MOST_PLACE:
            raise BadInput("Shorten the place to %(most)s characters.", "place", most=MOST_PLACE)
    with refusals:
        if capacity is not None and not 1 <= capacity <= MOST_CAPACITY:
            raise BadInput("Give a number of places from 1 to %(most)s, or none.", "capacity", most=MOST_CAPACITY)
    with refusals:
        _check_meetings(meetings)
    refusals.raise_any()


def _check_meetings(meetings: Sequence[Meeting]) -> None:
    if not meetings:
        raise BadInput("Choose at least one weekday, with its time.", "weekdays")
    if len({meeting.weekday for meeting in meetings}) < len(meetings):
        raise BadInput("A service meets once a day. Make a second service for a second time on that day.", "weekdays")
    for meeting in meetings:
        if not LEAST_MINUTES <= meeting.minutes <= MOST_MINUTES:
            raise BadInput(
                "Give a length from %(least)s minutes to %(most)s hours.",
                "minutes",
                least=LEAST_MINUTES,
                most=MOST_MINUTES // 60,
            )
        if meeting.until_on is not None and meeting.until_on < meeting.from_on:
            raise BadInput("The last day is before the first one. Correct one of the two.", "until_on")


def changed_meetings(old: Sequence[Meeting], new: Sequence[Meeting], from_on: date) -> tuple[Meeting, ...]:
    """Return the meetings of a service that changes from a day on.

    What was in force before that day ends on the day before it; what would have begun later is left out. A meeting that
    stays as it is goes on without a break.
    """
    same = {(one.weekday, one.time_of_day, one.minutes, one.until_on) for one in new}
    kept: list[Meeting] = []
    going_on = set()
    for one in old:
        described = (one.weekday, one.time_of_day, one.minutes, one.until_on)
        if one.until_on is not None and one.until_on < from_on:
            kept.append(one)
        elif one.from_on < from_on and described in same:
            kept.append(one)
            going_on.add(described)
        elif one.from_on < from_on:
            kept.append(Meeting(one.weekday, one.time_of_day, one.minutes, one.from_on, _day_before(from_on)))
    begins = [
        Meeting(one.weekday, one.time_of_day, one.minutes, from_on, one.until_on)
        for one in new
        if (one.weekday, one.time_of_day, one.minutes, one.until_on) not in going_on
    ]
    return (*kept, *begins)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
