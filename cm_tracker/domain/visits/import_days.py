"""Compare an imported row with the visits that an enrollment already has.

A row with a date is evidence of its day. An absence without a date is only laid on its planned day, so it never stands
against dated evidence: it is rejected in a program week that has a visit, and it gives way to a visit that comes later.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.visits.evidence import (
    NOT_READ,
    PENDING,
    Absence,
    AwaitedTest,
    Hours,
    NewVisit,
    Presence,
    Test,
    outcome_of,
)
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.importing import Candidate, Reason, RowRefused
from cm_tracker.domain.visits.proposals import answered_visit

# What stands for a day, in the words of a rejected row's sentence.
_RECORDED: Mapping[str, str] = {
    outcomes.MET: phrase("a visit that met its target"),
    outcomes.POSITIVE: phrase("a positive test"),
    outcomes.UNEXCUSED: phrase("an absence without an excuse"),
    outcomes.EXCUSED: phrase("an excused absence"),
    outcomes.REFUSED: phrase("a refused test"),
    outcomes.TAMPERED: phrase("a tampered test"),
    outcomes.DILUTE: phrase("a dilute specimen"),
    outcomes.PENDING: phrase("a visit that waits for its result"),
    outcomes.DISPUTED: phrase("a disputed test"),
}


@dataclass(frozen=True, slots=True)
class NewDay:
    """The row becomes a new visit."""


@dataclass(frozen=True, slots=True)
class AnswersWaiting:
    """The row is the test result that a recorded visit of its day waits for."""

    visit: CurrentVisit


@dataclass(frozen=True, slots=True)
class Overrules:
    """The row takes the place of an absence that an import recorded for its day."""

    visit: CurrentVisit


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The row repeats a visit that is already recorded."""


Placement = NewDay | AnswersWaiting | Overrules | AlreadyRecorded


class ImportDays:
    """The days and program weeks of one behavior, while rows are added to them.

    `undated` are the records of absences that an earlier import laid on their planned day.
    """

    def __init__(self, history: EnrollmentHistory, behavior: str, undated: Collection[int] = ()) -> None:
        visits = [visit for visit in history.visits if visit.behavior == behavior]
        self._history = history
        self._timeline = history.timeline
        self._by_day = {visit.happened_on: visit for visit in visits}
        self._undated = {visit.happened_on for visit in visits if visit.newest_id in undated}
        # An absence that an import took away itself does not keep its day closed.
        by_hand = {v.happened_on for v in history.voided if v.behavior == behavior and v.staff_id is not None}
        self._taken_away = by_hand - set(self._by_day)
        # The hours of a week stand in their week, also where a pause has moved its last day since.
        self._hours = {self._week(visit.happened_on): visit for visit in visits if visit.hours is not None}
        self._weeks_taken_away = {self._week(day) for day in by_hand} - set(self._hours)

    def place(self, candidate: Candidate) -> Placement:
        """Return what a row becomes. Raise `RowRefused` if its day or its week says otherwise."""
        day = candidate.day
        if isinstance(candidate.evidence, Hours):
            return self._place_hours(self._week(day), candidate.evidence)
        recorded = self._by_day.get(day)
        if candidate.is_planned:
            self._refuse_beside_a_visit(candidate)
        if day in self._taken_away:
            raise RowRefused(
                Reason.TAKEN_AWAY,
                phrase(
                    "The visit of %(day)s was recorded and taken away again. If it did take place, enter it on the page.",
                    day=str(day),
                ),
            )
        if recorded is not None:
            return self._compare(recorded, candidate)
        return NewDay()

    def gives_way(self, candidate: Candidate) -> list[CurrentVisit]:
        """Return the undated absences on other days of a row's program week, if the row says that the client came."""
        if isinstance(candidate.evidence, Absence):
            return []
        week = self._week(candidate.day)
        days = sorted(day for day in self._undated if day != candidate.day and self._week(day) == week)
        return [self._by_day[day] for day in days]

    def add(self, visit: CurrentVisit, *, is_planned: bool = False) -> None:
        """Take in a visit that was recorded for a row."""
        self._by_day[visit.happened_on] = visit
        self._undated.discard(visit.happened_on)
        self._taken_away.discard(visit.happened_on)
        if visit.hours is not None:
            self._hours[self._week(visit.happened_on)] = visit
        if is_planned:
            self._undated.add(visit.happened_on)

    def take_away(self, visit: CurrentVisit) -> None:
        """Take out an absence that gave way."""
        del self._by_day[visit.happened_on]
        self._undated.discard(visit.happened_on)

    def _week(self, day: date) -> int:
        return self._timeline.week_of(day)

    def _place_hours(self, week: int, hours: Hours) -> Placement:
        """Return what the hours of a week become. Raise `RowRefused` where other hours are recorded for the week."""
        if week in self._weeks_taken_away:
            raise RowRefused(
                Reason.TAKEN_AWAY,
                phrase(
                    "The hours of program week %(week)s were recorded and taken away again. If they are right, enter "
                    "them on the page.",
                    week=week,
                ),
            )
        recorded = self._hours.get(week)
        if recorded is None or recorded.hours is None:
            return NewDay()
        if recorded.hours == hours:
            return AlreadyRecorded()
        was = recorded.hours
        raise RowRefused(
            Reason.CORRECTED_RESULT,
            phrase(
                "Other hours are recorded for program week %(week)s: %(attended)s minutes attended, %(excused)s excused, "
                "%(expected)s expected. A corrected number is a correction to look at: if the file is right, a lead "
                "corrects the hours on their page.",
                week=week,
                attended=str(was.attended),
                excused=str(was.excused),
                expected=str(was.expected),
            ),
        )

    def _refuse_beside_a_visit(self, candidate: Candidate) -> None:
        week = self._week(candidate.day)
        for day, visit in sorted(self._by_day.items()):
            if self._week(day) == week and not visit.is_absence:
                raise RowRefused(
                    Reason.UNDATED_ABSENCE,
                    phrase(
                        "The absence has no date, and its program week has a visit, on %(day)s. If the client did miss "
                        "a visit in that week, give the absence its date.",
                        day=str(day),
                    ),
                )

    def _compare(self, recorded: CurrentVisit, candidate: Candidate) -> Placement:
        if self._is_overruled(recorded, candidate):
            return Overrules(recorded)
        came = not recorded.is_absence
        match candidate.evidence:
            case Test() as test if recorded.outcome == outcomes.PENDING and not _differs(recorded, test):
                return AnswersWaiting(recorded)
            case Test() as test:
                is_same = came and not _differs(recorded, test) and self._means_the_same(recorded, test)
            case AwaitedTest() | Presence() | Hours():
                is_same = came
            case Absence() as absence:
                is_same = recorded.outcome == outcome_of(self._history.track_of(recorded), absence)
        if is_same:
            return AlreadyRecorded()
        unusable = phrase("a specimen that could not be used")
        stands = unusable if recorded.is_unusable else _RECORDED[recorded.outcome]
        if came and isinstance(candidate.evidence, Test):
            raise RowRefused(
                Reason.CORRECTED_RESULT,
                phrase(
                    "Another result is recorded for the test of %(day)s: %(stands)s. A corrected result is a correction "
                    "to look at: if the file is right, a lead corrects the visit on its page.",
                    day=str(candidate.day),
                    stands=stands,
                ),
            )
        raise RowRefused(
            Reason.RECORDED_OTHERWISE,
            phrase(
                "Something else is recorded for %(day)s: %(stands)s. If the file is right, a lead corrects the visit on "
                "its page.",
                day=str(candidate.day),
                stands=stands,
            ),
        )

    def _is_overruled(self, recorded: CurrentVisit, candidate: Candidate) -> bool:
        """Return whether a row takes the place of a recorded absence.

        Any dated row does if the absence has no date. A test also does if an import recorded the absence and nobody
        has touched it since. What people enter stands.
        """
        if not recorded.is_absence or candidate.is_planned:
            return False
        if recorded.happened_on in self._undated:
            return True
        is_imported = recorded.staff_id is None and recorded.correction is None
        return is_imported and isinstance(candidate.evidence, Test)

    def _means_the_same(self, recorded: CurrentVisit, test: Test) -> bool:
        outcome = outcome_of(self._history.track_of(recorded), test)
        return outcome == recorded.outcome or (outcome, recorded.outcome) == (outcomes.POSITIVE, outcomes.DISPUTED)


def answer(waiting: CurrentVisit, candidate: Candidate) -> NewVisit:
    """Return a waiting visit with the result of a row. What is known about its specimen stays."""
    test = candidate.evidence
    assert isinstance(test, Test), "only a test is an answer"
    known = {analyte: result for analyte, result in waiting.results.items() if result != PENDING}
    temperature = test.temperature
    if waiting.temperature is not None and temperature == NOT_READ:
        temperature = waiting.temperature
    return answered_visit(waiting, Test({**known, **test.results}, temperature=temperature))


def _differs(recorded: CurrentVisit, test: Test) -> bool:
    """Return whether a test contradicts what is recorded: only results that were recorded before are compared."""
    temperatures = {recorded.temperature, test.temperature} - {None, NOT_READ}
    return len(temperatures) > 1 or any(
        test.results.get(analyte, result) != result for analyte, result in recorded.results.items() if result != PENDING
    )
