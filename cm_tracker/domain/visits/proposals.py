"""A visit as it would be once it is recorded: a new one, or the record that takes the place of another.

Every check of times and specimens is here, and those of days are in `visit_days`. Nothing is read and nothing is written: the
page shows what a proposal would change (`settling.preview`), and the operation writes it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cm_tracker.domain.errors import (
    AllRefusals,
    BadInput,
    NoOtherSpecimen,
    NothingChanged,
    SameSpecimen,
    VoidedDay,
)
from cm_tracker.domain.schedules.outcomes import DISPUTED, MET, POSITIVE
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits import corrections
from cm_tracker.domain.visits.corrections import CorrectionTarget
from cm_tracker.domain.visits.evidence import NOT_SAID, Absence, Collection, Hours, NewVisit, Specimen, Test
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.hours import check_week
from cm_tracker.domain.visits.panels import outcome_asked
from cm_tracker.domain.visits.specimens import (
    deciding,
    may_have_another,
    new_visit,
    specimens_of,
    with_specimen,
)
from cm_tracker.domain.visits.visit_days import check_absence, check_day, free_place, voided_at

# The clock on the wall and the server's clock never show quite the same time.
CLOCK_TOLERANCE = timedelta(minutes=10)


class SpecimenHolder(NamedTuple):
    """The visit that a specimen id belongs to at a site: the id, its record's id and its day."""

    specimen_id: str
    visit_id: int
    happened_on: date


def propose_visit(
    history: EnrollmentHistory,
    visit: NewVisit,
    *,
    actor: Actor,
    now: datetime,
    replaces: CurrentVisit | None = None,
    correction: str | None = None,
) -> CurrentVisit:
    """Return a visit as it would be: a new one, or the record that takes the place of `replaces`.

    A new visit on a day whose record was voided takes that record's place, so that nothing is paid twice. A correction
    leaves a visit at the site at which it took place; a new one takes place at the client's site.
    Raise what stands against it: a day outside the enrollment, times that cannot be, evidence that does not
    fit the track, a day that has its visit already, an absence in a week whose paid visits are complete, hours of a week
    that is not over or has them already. A correction of hours keeps their day, also where a pause has moved the week's
    last day since.
    """
    track = _track_of(history, visit, replaces)
    outcome = _checked_outcome(history, track, visit, replaces, now)
    place = free_place(history, visit.behavior, visit.happened_on, replaces)
    if replaces is not None and replaces.happened_on != visit.happened_on:
        _refuse_voided_day(history, visit)
    site = replaces.site if replaces is not None else None
    if replaces is None:
        if visit.earlier and not may_have_another(visit.earlier):
            raise NoOtherSpecimen(field="specimen")
        replaces = voided_at(history, visit.behavior, visit.happened_on, place)
        correction = corrections.AGAIN if replaces else None
    if isinstance(visit.evidence, Absence):
        check_absence(history, track, visit.happened_on, outcome, replaces)
    new = replace(
        _entered(visit, outcome, replaces, actor=actor, now=now), day_place=place, site=site, correction=correction
    )
    return _read(history, new) if new.reading is not None else new


def _track_of(history: EnrollmentHistory, visit: NewVisit, replaces: CurrentVisit | None) -> Track:
    track = history.timeline.track_on(visit.behavior, visit.happened_on)
    if track is None and replaces is not None:
        # The behavior has ended by that day, and the visit was recorded before it did.
        track = history.track_of(replaces)
    if track is None:
        raise BadInput(
            'The schedule has no "%(behavior)s". Choose one of its tracks.', "behavior", behavior=visit.behavior
        )
    return track


def _checked_outcome(
    history: EnrollmentHistory, track: Track, visit: NewVisit, replaces: CurrentVisit | None, now: datetime
) -> str:
    """Return the outcome of the evidence. Raise everything that is wrong with it, its day and its times."""
    zone = ZoneInfo(replaces.site.time_zone if replaces is not None and replaces.site else history.time_zone)
    refusals = AllRefusals()
    outcome = ""
    with refusals:
        outcome = outcome_asked(track, visit)
    with refusals:
        if isinstance(visit.evidence, Hours) and (replaces is None or replaces.happened_on != visit.happened_on):
            check_week(history, visit.behavior, visit.happened_on, history.day_of(now))
        check_day(history, visit.happened_on, now)
        _check_times(visit, zone, now)
    with refusals:
        _check_order(visit)
    refusals.raise_any()
    return outcome


def _refuse_voided_day(history: EnrollmentHistory, visit: NewVisit) -> None:
    """Raise `VoidedDay` where a record of that day was voided: what was paid for the day stays with it."""
    for old in history.voided:
        if (old.behavior, old.happened_on) == (visit.behavior, visit.happened_on):
            raise VoidedDay(day=visit.happened_on)


def _entered(
    visit: NewVisit, outcome: str, replaces: CurrentVisit | None, *, actor: Actor, now: datetime
) -> CurrentVisit:
    """Return what was entered as a record of a visit, at the first place of its day."""
    specimens = specimens_of(visit)
    decides = specimens[deciding(specimens)] if specimens else None
    test = decides.test if decides else None
    return CurrentVisit(
        id=replaces.id if replaces else 0,
        newest_id=replaces.newest_id if replaces else 0,
        behavior=visit.behavior,
        happened_on=visit.happened_on,
        day_place=1,
        outcome=outcome,
        excuse=visit.evidence.excuse if isinstance(visit.evidence, Absence) else None,
        specimen=test.specimen if test else None,
        temperature=test.temperature if test else None,
        specimen_id=decides.specimen_id if decides else visit.specimen_id,
        collected_at=decides.collected_at if decides else visit.collected_at,
        read_at=decides.read_at if decides else visit.read_at,
        correction=None,
        recorded_at=now,
        staff_id=actor.staff_id,
        makers=replaces.makers if replaces else frozenset({actor.staff_id}),
        results=dict(sorted(test.results.items())) if test else {},
        specimens=specimens if len(specimens) > 1 else (),
        collection=_collection(visit, specimens, replaces),
        reading=test.reading if test else None,
        hours=visit.evidence if isinstance(visit.evidence, Hours) else None,
    )


def _read(history: EnrollmentHistory, new: CurrentVisit) -> CurrentVisit:
    """Return a visit with the outcome of its reading, which the client's earlier readings can decide.

    Raise `BadInput` for a dispute of a reading that counts.
    """
    if not new.counts_reading and new.outcome != DISPUTED:
        return new
    results = history.with_visits([replace(new, outcome=POSITIVE)]).replay_before_cuts().results
    outcome = next(result.outcome for result in results if result.ref == new.id)
    if new.outcome != DISPUTED:
        return replace(new, outcome=outcome)
    if outcome == MET:
        raise BadInput("The number counts, so there is nothing to dispute. Correct one of the two.", "is_disputed")
    return new


def _collection(visit: NewVisit, specimens: Sequence[Specimen], replaces: CurrentVisit | None) -> Collection:
    """Return how the specimens were collected. A correction that does not say it leaves it as it was recorded.

    Where there are several, each says by itself whether it was observed, and the visit says it of the one that decides.
    """
    if not specimens:
        return NOT_SAID
    is_kept = visit.collection == NOT_SAID and replaces is not None and replaces.is_current
    said = replaces.collection if is_kept and replaces is not None else visit.collection
    if specimens[deciding(specimens)].test.is_observed:
        return replace(said, observed="yes")
    if len(specimens) > 1 or (is_kept and replaces is not None and replaces.specimens):
        return replace(said, observed=None)
    return said


def propose_correction(
    history: EnrollmentHistory,
    visit_id: int,
    way: str,
    visit: NewVisit | None,
    *,
    actor: Actor,
    now: datetime,
    is_newest: bool = True,
) -> CurrentVisit:
    """Return the record that would take the place of a visit's newest one, by the id of any of its records.

    `way` is one of `corrections.WAYS`; `visit` says what is right, and is None for an undo and a void.
    `is_newest` says whether nothing was booked for the client after the visit's newest record; only an undo asks for
    it. Raise what stands against it.
    """
    old = history.visit(visit_id)
    corrections.check_way(way, correction_target(history, old, is_newest=is_newest), actor, now)
    if way == corrections.UNDO:
        return _undone(history, old, actor=actor, now=now)
    if way == corrections.VOID:
        return replace(old, correction=corrections.VOIDED, recorded_at=now, staff_id=actor.staff_id)
    assert visit is not None, "every other way says what is right"
    if way == corrections.SPECIMEN:
        visit = replace(visit, behavior=old.behavior, happened_on=old.happened_on, earlier=old.all_specimens)
    word = {
        corrections.SPECIMEN: corrections.ANOTHER_SPECIMEN,
        corrections.ANSWER: corrections.ANSWERED,
        corrections.EXCUSE: corrections.EXCUSED,
        corrections.CORRECT: corrections.CORRECTED,
    }[way]
    new = propose_visit(history, visit, actor=actor, now=now, replaces=old, correction=word)
    if replace(old, recorded_at=now, staff_id=actor.staff_id, correction=word) == new:
        raise NothingChanged
    return new


def correction_target(history: EnrollmentHistory, visit: CurrentVisit, *, is_newest: bool = True) -> CorrectionTarget:
    """Return what decides which corrections of a visit are possible.

    `is_newest` says whether nothing was booked for the client after the visit's newest record.
    """
    return CorrectionTarget(
        outcome=visit.outcome,
        is_test=history.track_of(visit).is_test,
        correction=visit.correction,
        recorded_at=visit.recorded_at,
        staff_id=visit.staff_id,
        makers=visit.makers,
        settings=history.settings,
        is_newest=is_newest,
        may_have_another=may_have_another(visit.all_specimens),
        is_hours=visit.hours is not None,
    )


def answered_visit(
    visit: CurrentVisit, test: Test, *, asked: tuple[str, ...] = (), unread: tuple[str, ...] = ()
) -> NewVisit:
    """Return a visit as it is recorded, with another test of the specimen that decides: its result is known now.

    `asked` are the analytes that a form asked for, and `unread` those of them that could not be read.
    """
    specimens = visit.all_specimens
    if not specimens:
        return NewVisit(
            visit.behavior,
            visit.happened_on,
            test,
            visit.specimen_id,
            visit.collected_at,
            visit.read_at,
            asked=asked,
            unread=unread,
        )
    place = deciding(specimens)
    decides = specimens[place]
    test = replace(test, is_observed=decides.test.is_observed)
    answered = replace(decides, test=test, asked=asked, unread=unread)
    return new_visit(visit.behavior, visit.happened_on, with_specimen(specimens, place, answered))


def check_specimen(visit: CurrentVisit, holder: SpecimenHolder | None) -> None:
    """Raise `SameSpecimen` where another visit of the site already has a specimen of a proposed visit."""
    if holder is not None and visit.is_current:
        raise SameSpecimen(specimen_id=holder.specimen_id, day=holder.happened_on, visit_id=holder.visit_id)


def _check_times(visit: NewVisit, zone: ZoneInfo, now: datetime) -> None:
    for one in visit.earlier:
        if one.collected_at is not None and one.collected_at.astimezone(zone).date() != visit.happened_on:
            raise BadInput("The specimen was collected on another day than the visit's.", "collected_at")
    if visit.collected_at is not None:
        if visit.collected_at > now + CLOCK_TOLERANCE and not isinstance(visit.evidence, Test):
            raise BadInput("The time is in the future. Correct it.", "collected_at")
        if visit.collected_at > now + CLOCK_TOLERANCE:
            raise BadInput("The time of collection is in the future. Correct it.", "collected_at")
        if visit.collected_at.astimezone(zone).date() != visit.happened_on:
            raise BadInput("The specimen was collected on another day than the visit's.", "collected_at")
    if visit.read_at is not None:
        if visit.read_at > now + CLOCK_TOLERANCE:
            raise BadInput("The time of reading is in the future. Correct it.", "read_at")
        if visit.collected_at is not None and visit.read_at < visit.collected_at:
            raise BadInput("The test was read before it was collected. Correct one of the times.", "read_at")


def _check_order(visit: NewVisit) -> None:
    """Raise `BadInput` where the specimens of a visit share a label, or were not collected one after the other."""
    if not isinstance(visit.evidence, Test) and visit.earlier:
        raise BadInput("The visit has specimens, so it was no absence.", "happened")
    last = Specimen(Test(), visit.specimen_id, visit.collected_at)
    for before, after in pairwise((*visit.earlier, last)):
        if before.collected_at and after.collected_at and after.collected_at < before.collected_at:
            raise BadInput(
                "A later specimen cannot be collected before an earlier one. Correct one of the times.", "collected_at"
            )
    labels = [one.specimen_id for one in (*visit.earlier, last) if one.specimen_id is not None]
    if len(set(labels)) < len(labels):
        raise BadInput("Two specimens of this visit have the same ID. Check the labels on the cups.", "specimen_id")


def _undone(history: EnrollmentHistory, old: CurrentVisit, *, actor: Actor, now: datetime) -> CurrentVisit:
    """Return the record of an undo: it takes a first record away, and brings back what a correction replaced."""
    if old.correction in (None, corrections.AGAIN):
        return replace(old, correction=corrections.UNDONE, recorded_at=now, staff_id=actor.staff_id)
    before = history.records[old.id][-2]
    return replace(
        before,
        newest_id=old.newest_id,
        day_place=free_place(history, before.behavior, before.happened_on, old),
        correction=corrections.REVERTED,
        recorded_at=now,
        staff_id=actor.staff_id,
    )
