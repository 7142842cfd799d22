"""What happens to an enrollment after it began: it is paused, moved to another version, or ended.

Each event is a record of its own, with a day and a reason. Nothing is edited: resuming replaces the record of the
pause by one with a last day, and an event that was entered by mistake is withdrawn by one more record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, Protocol

from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.domain.schedules.timeline import ONE_DAY, Move, Pause, Timeline, timeline_of

END, PAUSE, MOVE = "end", "pause", "move"
KINDS = (END, PAUSE, MOVE)

# Whether an event counts, or was entered by mistake.
COUNTS, WITHDRAWN = "counts", "withdrawn"

# Why an enrollment ended. One that was entered by mistake never counted.
COMPLETED = "completed"
MOVED_UP = "moved_up"
MOVED_DOWN = "moved_down"
LEFT = "left"
DISCHARGED = "discharged"
DIED = "died"
MISTAKE = "mistake"
END_REASONS = (COMPLETED, MOVED_UP, MOVED_DOWN, LEFT, DISCHARGED, DIED, MISTAKE)


class EventRecord(Protocol):
    """One row of the table of enrollment events, as a query returns it."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def schedule_version_id(self) -> int | None: ...
    @property
    def replaces_id(self) -> int | None: ...
    @property
    def state(self) -> str: ...


class EnrollmentEvent(NamedTuple):
    """An event as its newest record has it. `id` is its first record, `newest_id` the one described here.

    `from_day` is the first day of a pause, the first day under another version, or the last day of the enrollment.
    `to_day` is the last day of a pause, None while it goes on.
    """

    id: int
    newest_id: int
    kind: str
    from_day: date
    to_day: date | None
    reason: str | None
    schedule_version_id: int | None


@dataclass(frozen=True, slots=True)
class EnrollmentSpan:
    """From when to when an enrollment runs: its first day and version, and the events that count.

    `schedules` has the version of every move by its id, and `first_of` the first record of every event by the id of each
    of its records. `next_starts_on` is the first day of the client's next enrollment: a last day that both have is the
    next one's.
    """

    starts_on: date
    schedule: Schedule
    events: tuple[EnrollmentEvent, ...] = ()
    schedules: Mapping[int, Schedule] = field(default_factory=dict)
    first_of: Mapping[int, int] = field(default_factory=dict)
    next_starts_on: date | None = None
    timeline: Timeline = field(init=False)
    last_day: date | None = field(init=False)
    """The last day: of the end, or of the schedule's last week. None while a pause goes on."""

    def __post_init__(self) -> None:
        moves = [
            Move(event.from_day, self.schedules[event.schedule_version_id])
            for event in self.events
            if event.kind == MOVE and event.schedule_version_id is not None
        ]
        pauses = [Pause(event.from_day, event.to_day) for event in self.events if event.kind == PAUSE]
        object.__setattr__(self, "timeline", timeline_of(self.starts_on, self.schedule, moves, pauses))
        days = [day for day in (self.ended_on, self.timeline.last_day()) if day is not None]
        object.__setattr__(self, "last_day", min(days, default=None))

    @property
    def end(self) -> EnrollmentEvent | None:
        """The event that ended it, if there is one."""
        return next((event for event in self.events if event.kind == END), None)

    @property
    def ended_on(self) -> date | None:
        """The last day, where somebody ended it."""
        if self.end is None:
            return None
        return self.end.from_day - ONE_DAY if self.end.from_day == self.next_starts_on else self.end.from_day

    @property
    def is_mistake(self) -> bool:
        """Whether it was entered by mistake."""
        return self.end is not None and self.end.reason == MISTAKE

    @property
    def open_pause(self) -> EnrollmentEvent | None:
        """The pause that goes on, if there is one."""
        return next((event for event in self.events if event.kind == PAUSE and event.to_day is None), None)

    def event(self, record_id: int) -> EnrollmentEvent | None:
        """Return the event of a record that counts, or None."""
        first = self.first_of.get(record_id)
        return next((event for event in self.events if event.id == first), None)

    def with_event(self, event: EnrollmentEvent, schedule: Schedule | None = None) -> "EnrollmentSpan":
        """Return the span with one more event, or with a newer record of one that is there.

        `schedule` is the version of a move.
        """
        schedules = dict(self.schedules)
        if schedule is not None and event.schedule_version_id is not None:
            schedules[event.schedule_version_id] = schedule
        others = tuple(other for other in self.events if other.id != event.id)
        return replace(self, events=(*others, event), schedules=schedules)

    def without_event(self, event: EnrollmentEvent) -> "EnrollmentSpan":
        """Return the span as if an event had never been entered."""
        return replace(self, events=tuple(other for other in self.events if other.id != event.id))


def span_of(
    starts_on: date,
    schedule: Schedule,
    records: Iterable[EventRecord] = (),
    schedules: Mapping[int, Schedule] | None = None,
    next_starts_on: date | None = None,
) -> EnrollmentSpan:
    """Return an enrollment's span from the records of its events, which are in the order of their ids."""
    first_of: dict[int, int] = {}
    newest: dict[int, EventRecord] = {}
    for record in records:
        first = record.id if record.replaces_id is None else first_of[record.replaces_id]
        first_of[record.id] = first
        newest[first] = record
    events = tuple(
        EnrollmentEvent(
            first, record.id, record.kind, record.from_day, record.to_day, record.reason, record.schedule_version_id
        )
        for first, record in newest.items()
        if record.state == COUNTS
    )
    return EnrollmentSpan(starts_on, schedule, events, schedules or {}, first_of, next_starts_on)


def version_on(span: EnrollmentSpan, first_version_id: int, day: date | None = None) -> int:
    """Return the id of the version that holds on a day; without a day, after every move."""
    moves = sorted(
        (max(event.from_day, span.timeline.starts_on), event.id, event.schedule_version_id)
        for event in span.events
        if event.kind == MOVE and event.schedule_version_id is not None and (day is None or event.from_day <= day)
    )
    return moves[-1][2] if moves else first_version_id
