"""An enrollment as the engine needs it: its timeline, and its visits as they are now.

A visit that was corrected counts as its newest record says, in the place of its first one. The ledger
names that first record, so everything that was paid for a visit stays together through every correction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cm_tracker.domain.clients.events import MOVE, EnrollmentSpan
from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.schedules import engine, outcomes
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.domain.schedules.timeline import Timeline
from cm_tracker.domain.staff.site_settings import SiteSettings
from cm_tracker.domain.visits.corrections import REVERTED, TAKEN_AWAY, UNDONE
from cm_tracker.domain.visits.evidence import NOT_SAID, Collection, Hours, Specimen, Test, also_negative, outcome_of
from cm_tracker.domain.visits.kept import Subject
from cm_tracker.domain.visits.panels import with_groups
from cm_tracker.domain.visits.specimens import deciding


class VisitSite(NamedTuple):
    """The site at which a visit took place. Its days and times are what the clock on the wall there showed."""

    id: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class CurrentVisit:
    """A visit as one of its records describes it: `id` is its first record, `newest_id` the one described here.

    `makers` are the staff on whose word it rests: who entered it, and who corrected it last. `saved_with_id` is the
    first of the records that were saved together with it, or None for that record and for one saved alone. `site` is
    where it took place, None for a visit that is not recorded yet: it takes place at the client's site. `outcome` is
    the one with which it was recorded; `EnrollmentHistory.replay` decides readings and targets again. `specimen`, its
    label, times and results are those of the specimen that decides. `specimens` are all of them, where there are
    several. `hours` are the minutes of a program week, for the result of a week on a track of hours.
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
    saved_with_id: int | None = None
    site: VisitSite | None = None
    specimens: tuple[Specimen, ...] = ()
    collection: Collection = NOT_SAID
    reading: int | None = None
    hours: Hours | None = None

    @property
    def all_specimens(self) -> tuple[Specimen, ...]:
        """Every specimen of the visit in the order in which they were given; none where no test was taken."""
        if self.specimens or self.specimen is None:
            return self.specimens
        test = Test(
            self.results,
            self.specimen,
            self.temperature,
            is_disputed=self.outcome == outcomes.DISPUTED,
            is_observed=self.collection.observed == "yes",
            reading=self.reading,
        )
        return (Specimen(test, self.specimen_id, self.collected_at, self.read_at),)

    @property
    def deciding_place(self) -> int:
        """The place of the specimen that decides, from 1 on; 0 where no test was taken."""
        return deciding(self.all_specimens) + 1 if self.all_specimens else 0

    @property
    def specimen_ids(self) -> tuple[str, ...]:
        """The label of every specimen that has one."""
        ids = [one.specimen_id for one in self.specimens] if self.specimens else [self.specimen_id]
        return tuple(specimen_id for specimen_id in ids if specimen_id is not None)

    @property
    def is_absence(self) -> bool:
        """Whether the client did not come.

        A visit whose specimens could not be used is excused, but no absence. Nor are the hours of a week.
        """
        is_other = self.specimen is not None or self.hours is not None
        return not is_other and self.outcome in (outcomes.UNEXCUSED, outcomes.EXCUSED)

    @property
    def is_unusable(self) -> bool:
        """Whether the client gave a specimen, and none could be used: a cup leaked, or a test was invalid."""
        return self.specimen is not None and self.outcome == outcomes.EXCUSED

    @property
    def counts_reading(self) -> bool:
        """Whether the visit's reading decides: it is not disputed, and its specimen counts."""
        return self.outcome in (outcomes.MET, outcomes.POSITIVE)

    @property
    def is_undo(self) -> bool:
        """Whether the record takes back the one before it, at once and without a reason."""
        return self.correction in (UNDONE, REVERTED)

    @property
    def is_current(self) -> bool:
        """Whether the visit counts: it was not voided and not undone."""
        return self.correction not in TAKEN_AWAY


class Cut(NamedTuple):
    """The points that a ceiling cut from a visit, beyond what the enrollment's own visits use, and its scope."""

    points: int
    scope: str


@dataclass(frozen=True, slots=True)
class EnrollmentHistory:
    """An enrollment with its timeline and its end, every record of its visits, and the settings of its site.

    Site, time zone and settings are those of the site to which the client belongs now. A visit from before a transfer
    keeps the site at which it took place.
    `first_version_id` is the version with which it began. `records` are the records of each visit by the id of the first one,
    oldest first. `visits` are those that count, in the order in which the engine takes them; `voided` are those that
    were taken away, which the engine does not see. `cuts` has by visit id what a ceiling cut from it when it was paid.
    """

    id: int
    client_id: int
    site_id: int
    time_zone: str
    settings: SiteSettings
    first_version_id: int
    span: EnrollmentSpan
    records: Mapping[int, Sequence[CurrentVisit]]
    visits: tuple[CurrentVisit, ...]
    voided: tuple[CurrentVisit, ...]
    cuts: Mapping[int, Cut]
    # Whether the target may be another one than that by which the visits were recorded.
    has_other_target: bool = False

    @property
    def timeline(self) -> Timeline:
        """The program weeks, moves and pauses."""
        return self.span.timeline

    @property
    def starts_on(self) -> date:
        """The first day."""
        return self.timeline.starts_on

    @property
    def schedule(self) -> Schedule:
        """The version of the schedule that holds after every move."""
        return self.timeline.newest

    def day_of(self, instant: datetime) -> date:
        """Return the calendar day of an instant at the enrollment's site."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    def site_of(self, visit: CurrentVisit) -> VisitSite:
        """Return the site at which a visit took place."""
        return visit.site or VisitSite(self.site_id, self.time_zone)

    def track_of(self, visit: CurrentVisit) -> Track:
        """Return the track of a visit on its day; where the behavior has ended by then, its last one.

        Raise `KeyError` for a behavior that no version has: the program never records one.
        """
        track = self.timeline.track_on(visit.behavior, visit.happened_on)
        if track is None:
            tracks = self.timeline.tracks_of(visit.behavior)
            if not tracks:
                raise KeyError(visit.behavior)
            track = tracks[-1]
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
        current, voided = _current_and_voided([of_visit[-1] for of_visit in records.values()])
        return replace(self, records=records, visits=current, voided=voided)

    def under(self, schedule: Schedule) -> "EnrollmentHistory":
        """Return the enrollment as if a schedule had held from its first day on, with the same pauses.

        Visits of a behavior that the schedule does not have are left out. What ceilings cut because of money from
        elsewhere is kept where the schedule has ceilings.
        """
        old = self.timeline.schedules
        targets = [(track.behavior, track.targets) for track in schedule.tracks]
        return replace(
            self,
            span=replace(
                self.span, schedule=schedule, events=tuple(one for one in self.span.events if one.kind != MOVE)
            ),
            visits=tuple(visit for visit in self.visits if schedule.track(visit.behavior) is not None),
            cuts=self.cuts if schedule.ceilings else {},
            has_other_target=any(
                (track := before.track(behavior)) is not None and track.targets != target
                for before in old
                for behavior, target in targets
            ),
        )

    def in_order(self) -> tuple[CurrentVisit, ...]:
        """Return every visit, taken away or not, in the order in which the engine would take it."""
        return _in_order([*self.visits, *self.voided])

    def origin_of(self, record: str | None) -> str | None:
        """Return the name of the first record of what was saved together with a visit's record, None for another record.

        An undo belongs to what it took back.
        """
        kind, _, number = (record or "").partition(":")
        return f"visit:{self._first_saved(int(number))}" if kind == "visit" else None

    def _first_saved(self, record_id: int) -> int:
        for records in self.records.values():
            for n, one in enumerate(records):
                if one.newest_id == record_id:
                    saved = records[n - 1] if n and one.is_undo else one
                    return saved.saved_with_id or saved.newest_id
        return record_id

    def subjects_of(self, record: str | None) -> frozenset[Subject]:
        """Return what a record is about, by its name in the log: of a visit, its behavior with its day.

        A record that moved a visit to another day is about both days, and one that was saved together with others is
        about theirs, too, as long as these are not undone. A pause or a move is one subject through all of its records.
        """
        kind, _, number = (record or "").partition(":")
        if kind == "enrollment_event":
            return frozenset({(kind, str(self.span.first_of.get(int(number), number)))})
        if kind != "visit":
            return frozenset({("record", record or "")})
        first_id = self._first_saved(int(number))
        every: set[Subject] = set()
        standing: set[Subject] = set()
        for records in self.records.values():
            for n, one in enumerate(records):
                if first_id in (one.newest_id, one.saved_with_id) and not one.is_undo:
                    subjects = {(old.behavior, old.happened_on.isoformat()) for old in records[max(n - 1, 0) : n + 1]}
                    every |= subjects
                    if not any(later.is_undo for later in records[n + 1 : n + 2]):
                        standing |= subjects
        return frozenset(standing or every)

    def replay(self) -> engine.Replay:
        """Work out what every visit earns after every ceiling; the `ref` of each result is the visit's id."""
        replay = self.replay_before_cuts()
        if not self.cuts:
            return replay
        return replay._replace(results=[self._cut(result) for result in replay.results])

    def replay_before_cuts(self) -> engine.Replay:
        """Work out what every visit earns where the ceilings count nothing but the enrollment's own visits."""
        again = self._decides_again
        return engine.replay_timeline(self.timeline, [self._engine_visit(visit, again) for visit in self.visits])

    def replay_as_if(self, behavior: str, days: Sequence[date]) -> list[engine.Result]:
        """Return what a visit of each of some days to come would earn if all of them met the target, in their order."""
        again = self._decides_again
        visits = [self._engine_visit(visit, again) for visit in self.visits]
        more = [engine.Visit(day, behavior, outcomes.MET, ref=-1) for day in days]
        results = engine.replay_timeline(self.timeline, [*visits, *more]).results
        return [result for result in results if result.ref == -1]

    def _cut(self, result: engine.Result) -> engine.Result:
        cut = self.cuts.get(result.ref)
        if cut is None or result.unit != "points":
            return result
        paid = max(result.paid - cut.points, 0)
        cents = paid * (result.cents // result.paid) if result.paid else 0
        return result._replace(paid=paid, cents=cents, cut_by=cut.scope)

    def _engine_visit(self, visit: CurrentVisit, again: bool) -> engine.Visit:
        minute = None
        if visit.collected_at is not None:
            # Hours between visits compare what the clocks on the walls showed, also where two sites differ.
            at = visit.collected_at.astimezone(ZoneInfo(self.site_of(visit).time_zone))
            minute = at.hour * 60 + at.minute
        track = self.track_of(visit)
        return engine.Visit(
            visit.happened_on,
            visit.behavior,
            decided(track, visit) if again else visit.outcome,
            also_negative(track, visit.results),
            minute,
            visit.id,
            visit.reading if visit.counts_reading else None,
        )

    @property
    def _decides_again(self) -> bool:
        """Whether a test may be decided by another target than on the day on which it was recorded."""
        versions = self.timeline.schedules
        return (
            self.has_other_target
            or len(versions) > 1
            or any(track.targets != track.target for track in versions[0].tracks)
        )


def decided(track: Track, visit: CurrentVisit) -> str:
    """Return the outcome of a visit under the target of its day, as its track says it on that day.

    A pause or a move can lay a visit under another target than the one by which it was recorded. A test that was read
    is then decided again from its analytes. One that lacks a result of that target, and one that waits for its answer,
    stay what they are.
    """
    if (
        track.evidence != "drug_test"
        or visit.specimen is None
        or visit.outcome not in (outcomes.MET, outcomes.POSITIVE)
    ):
        return visit.outcome
    given = visit.all_specimens
    test = given[deciding(given)].test
    try:
        outcome = outcome_of(track, replace(test, results=with_groups(track, test.results)))
    except BadInput:
        return visit.outcome
    return outcome if outcome in (outcomes.MET, outcomes.POSITIVE) else visit.outcome


def history_of(
    *,
    id: int,
    client_id: int,
    site_id: int,
    time_zone: str,
    settings: SiteSettings,
    first_version_id: int,
    span: EnrollmentSpan,
    records: Mapping[int, Sequence[CurrentVisit]],
    cuts: Mapping[int, Cut] | None = None,
) -> EnrollmentHistory:
    """Return the history of an enrollment from the records of its visits."""
    visits, voided = _current_and_voided([of_visit[-1] for of_visit in records.values()])
    return EnrollmentHistory(
        id=id,
        client_id=client_id,
        site_id=site_id,
        time_zone=time_zone,
        settings=settings,
        first_version_id=first_version_id,
        span=span,
        records=records,
        visits=visits,
        voided=voided,
        cuts=cuts or {},
    )


def _in_order(visits: Iterable[CurrentVisit]) -> tuple[CurrentVisit, ...]:
    """Return visits by day, and those of one day by their first recording; one that is not recorded yet comes last.

    The hours of a week come after every other visit of their day: the week is closed when that day is over.
    """
    return tuple(
        sorted(visits, key=lambda visit: (visit.happened_on, visit.hours is not None, visit.id == 0, visit.id))
    )


def _current_and_voided(
    visits: Sequence[CurrentVisit],
) -> tuple[tuple[CurrentVisit, ...], tuple[CurrentVisit, ...]]:
    """Return the visits that count and those that were taken away, each in the engine's order."""
    in_order = _in_order(visits)
    return tuple(v for v in in_order if v.is_current), tuple(v for v in in_order if not v.is_current)
