"""An enrollment as the engine needs it: its pinned schedule, and its visits as they are now.

A visit that was corrected counts as its newest record says, in the place of its first one. The ledger
names that first record, so everything that was paid for a visit stays together through every correction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.corrections import AGAIN, CORRECTED, TAKEN_AWAY
from cm_tracker.domain.visits.evidence import also_negative


@dataclass(frozen=True, slots=True)
class CurrentVisit:
    """A visit as one of its records describes it: `id` is its first record, `newest_id` the one described here.

    `makers` are the staff on whose word it rests: who entered it, and who corrected it last.
    """

    id: int
    newest_id: int
    behavior: str
    happened_on: date
    day_place: int
    outcome: str
    excuse: str | None
    specimen: str | None
    temperature: str | None
    specimen_id: str | None
    collected_at: datetime | None
    read_at: datetime | None
    correction: str | None
    recorded_at: datetime
    staff_id: int | None
    makers: frozenset[int | None]
    results: Mapping[str, str]

    @property
    def is_current(self) -> bool:
        """Whether the visit counts: it was not voided and not undone."""
        return self.correction not in TAKEN_AWAY


class VisitRecord(Protocol):
    """One row of the visit table, as a query returns it."""

    @property
    def id(self) -> int: ...
    @property
    def corrects_id(self) -> int | None: ...
    @property
    def behavior(self) -> str: ...
    @property
    def happened_on(self) -> date: ...
    @property
    def day_place(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def excuse(self) -> str | None: ...
    @property
    def specimen(self) -> str | None: ...
    @property
    def temperature(self) -> str | None: ...
    @property
    def specimen_id(self) -> str | None: ...
    @property
    def collected_at(self) -> datetime | None: ...
    @property
    def read_at(self) -> datetime | None: ...
    @property
    def correction(self) -> str | None: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def staff_id(self) -> int | None: ...


class PaidElsewhere(NamedTuple):
    """Money from another enrollment of the client, or from a draw: at which seq of the log, on which day, how much."""

    seq: int
    day: date
    cents: int


class DrawnValue(NamedTuple):
    """What a draw or a trade of the enrollment gave: at which seq of the log, and how many cents it is worth."""

    seq: int
    cents: int


@dataclass(frozen=True, slots=True)
class EnrollmentHistory:
    """An enrollment with its pinned schedule, every record of its visits, and the settings of its site.

    `records` are the records of each visit by the id of the first one, oldest first. `visits` are those that
    count, in the order in which the engine takes them; `voided` are those that were taken away, which the
    engine does not see. `paid_elsewhere` and `drawn` are filled only where a ceiling of the schedule counts
    them, and `seqs` (the seq of each visit record in the log) only where one of the two is.
    """

    id: int
    client_id: int
    site_id: int
    time_zone: str
    settings: SiteSettings
    starts_on: date
    version_id: int
    schedule: Schedule
    records: Mapping[int, Sequence[CurrentVisit]]
    visits: tuple[CurrentVisit, ...]
    voided: tuple[CurrentVisit, ...]
    paid_elsewhere: tuple[PaidElsewhere, ...]
    drawn: tuple[DrawnValue, ...]
    seqs: Mapping[int, int]

    def day_of(self, instant: datetime) -> date:
        """Return the calendar day of an instant at the enrollment's site."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    def track_of(self, visit: CurrentVisit) -> Track:
        """Return the track of a visit."""
        track = self.schedule.track(visit.behavior)
        assert track is not None, "a visit is only recorded for a track of its schedule"
        return track

    def visit(self, record_id: int) -> CurrentVisit:
        """Return a visit as it is now, voided or not, by the id of any of its records. Raise `NotFound`."""
        for records in self.records.values():
            if any(record.newest_id == record_id for record in records):
                return records[-1]
        raise NotFound(what="visit")

    def with_visits(self, visits: Sequence[CurrentVisit]) -> "EnrollmentHistory":
        """Return the enrollment as it would be with more records.

        Each is a new visit (id 0 while it is not recorded yet), or one more record of a visit that is there.
        """
        records: dict[int, Sequence[CurrentVisit]] = dict(self.records)
        for visit in visits:
            records[visit.id] = [*records.get(visit.id, ()), visit]
        current, voided = _in_order([of_visit[-1] for of_visit in records.values()])
        return replace(self, records=records, visits=current, voided=voided)

    def replay(self) -> engine.Replay:
        """Work out what every visit earns; the `ref` of each result is the visit's id."""
        zone = ZoneInfo(self.time_zone)
        return engine.replay(self.schedule, self.starts_on, [self._engine_visit(visit, zone) for visit in self.visits])

    def ceilings(self, replay: engine.Replay, day: date) -> tuple[CeilingUse, ...]:
        """Return how much of each ceiling is used on a day, other enrollments and draws included."""
        uses = replay.ceilings(day, *known_then(self.paid_elsewhere, day, None))
        return tuple(
            use._replace(used_cents=use.used_cents + self._drawn_before(None)) if use.scope == "enrollment" else use
            for use in uses
        )

    def _engine_visit(self, visit: CurrentVisit, zone: ZoneInfo) -> engine.Visit:
        minute = None
        if visit.collected_at is not None:
            at = visit.collected_at.astimezone(zone)
            minute = at.hour * 60 + at.minute
        month = year = 0
        if self.paid_elsewhere:
            month, year = known_then(self.paid_elsewhere, visit.happened_on, self.seqs.get(visit.id))
        return engine.Visit(
            visit.happened_on,
            visit.behavior,
            visit.outcome,
            also_negative(self.track_of(visit), visit.results),
            minute,
            month,
            year,
            visit.id,
            self._drawn_before(self.seqs.get(visit.id)),
        )

    def _drawn_before(self, seq: int | None) -> int:
        """Return what draws had given when the record with a seq was written; all of it for a visit without one."""
        return sum(drawn.cents for drawn in self.drawn if seq is None or drawn.seq < seq)


def known_then(elsewhere: Sequence[PaidElsewhere], day: date, seq: int | None) -> tuple[int, int]:
    """Return the cents paid elsewhere in a day's month and in its year when the record with a seq was written.

    Only what the ledger held then counts. So what a visit earned never changes afterwards, and the ceiling
    holds whichever enrollment comes later. A visit without a seq is being recorded now.
    """
    month = year = 0
    for paid in elsewhere:
        if paid.day.year == day.year and (seq is None or paid.seq < seq):
            year += paid.cents
            if paid.day.month == day.month:
                month += paid.cents
    return month, year


def records_by_visit(
    rows: Iterable[VisitRecord], results: Iterable[tuple[int, str, str]]
) -> dict[int, list[CurrentVisit]]:
    """Return every record of an enrollment's visits, oldest first, by the id of each visit's first record.

    `rows` are in the order of their ids, so that a record comes before its correction; `results` are
    (record id, analyte, result).
    """
    results_of: dict[int, dict[str, str]] = {}
    for record_id, analyte, result in results:
        results_of.setdefault(record_id, {})[analyte] = result
    first_of: dict[int, int] = {}
    entered_by: dict[int, frozenset[int | None]] = {}
    makers: dict[int, frozenset[int | None]] = {}
    records: dict[int, list[CurrentVisit]] = {}
    for row in rows:
        first = first_of[row.id] = row.id if row.corrects_id is None else first_of[row.corrects_id]
        if row.correction in (None, AGAIN):
            entered_by[first] = makers[first] = entered_by.get(first, frozenset()) | {row.staff_id}
        elif row.correction == CORRECTED:
            makers[first] = entered_by[first] | {row.staff_id}
        records.setdefault(first, []).append(
            CurrentVisit(
                id=first,
                newest_id=row.id,
                behavior=row.behavior,
                happened_on=row.happened_on,
                day_place=row.day_place,
                outcome=row.outcome,
                excuse=row.excuse,
                specimen=row.specimen,
                temperature=row.temperature,
                specimen_id=row.specimen_id,
                collected_at=row.collected_at,
                read_at=row.read_at,
                correction=row.correction,
                recorded_at=row.recorded_at,
                staff_id=row.staff_id,
                makers=makers[first],
                results=results_of.get(row.id, {}),
            )
        )
    return records


def history_of(
    *,
    id: int,
    client_id: int,
    site_id: int,
    time_zone: str,
    settings: SiteSettings,
    starts_on: date,
    version_id: int,
    schedule: Schedule,
    records: Mapping[int, Sequence[CurrentVisit]],
    paid_elsewhere: Sequence[PaidElsewhere] = (),
    drawn: Sequence[DrawnValue] = (),
    seqs: Mapping[int, int] | None = None,
) -> EnrollmentHistory:
    """Return the history of an enrollment from the records of its visits."""
    visits, voided = _in_order([of_visit[-1] for of_visit in records.values()])
    return EnrollmentHistory(
        id=id,
        client_id=client_id,
        site_id=site_id,
        time_zone=time_zone,
        settings=settings,
        starts_on=starts_on,
        version_id=version_id,
        schedule=schedule,
        records=records,
        visits=visits,
        voided=voided,
        paid_elsewhere=tuple(paid_elsewhere),
        drawn=tuple(drawn),
        seqs=seqs or {},
    )


def _in_order(visits: Sequence[CurrentVisit]) -> tuple[tuple[CurrentVisit, ...], tuple[CurrentVisit, ...]]:
    """Return the visits that count and those that were taken away, each by day and by their first recording."""
    in_order = sorted(visits, key=lambda visit: (visit.happened_on, visit.id == 0, visit.id))
    return tuple(v for v in in_order if v.is_current), tuple(v for v in in_order if not v.is_current)
