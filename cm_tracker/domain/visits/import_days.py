"""Compare an imported row with the visits that an enrollment already has."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors import WeekFull
from cm_tracker.domain.schedules.outcomes import EXCUSED, PENDING, UNEXCUSED
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import Absence, AwaitedTest, Presence, Test, outcome_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.importing import Candidate, Reason, RowRefused


@dataclass(frozen=True, slots=True)
class NewDay:
    """The row becomes a new visit."""


@dataclass(frozen=True, slots=True)
class AnswersWaiting:
    """The row is the test result that a recorded visit of its day waits for."""

    visit: CurrentVisit


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The row repeats a visit that is already recorded."""


Placement = NewDay | AnswersWaiting | AlreadyRecorded


class ImportDays:
    """The days and program weeks of one track, while rows are added to them."""

    def __init__(self, history: EnrollmentHistory, track: Track) -> None:
        visits = [visit for visit in history.visits if visit.behavior == track.behavior]
        self._timeline = history.timeline
        self._track = track
        self._by_day = {visit.happened_on: visit for visit in visits}
        self._in_week: dict[int, int] = {}
        for visit in visits:
            self._count(visit.happened_on)
        voided = {visit.happened_on for visit in history.voided if visit.behavior == track.behavior}
        self._taken_away = voided - set(self._by_day)

    def place(self, candidate: Candidate) -> Placement:
        """Return what a row becomes.

        Raise `RowRefused` if its day is recorded differently or was voided by hand, and `WeekFull` if its program
        week already has as many visits as the schedule pays.
        """
        day = candidate.day
        if day in self._taken_away:
            raise RowRefused(
                Reason.TAKEN_AWAY,
                f"The visit of {day} was recorded and taken away again. If it did take place, enter it on the page.",
            )
        recorded = self._by_day.get(day)
        if recorded is not None:
            return self._compare(recorded, candidate)
        week = self._timeline.week_of(day)
        phase = self._track.phase_in(week)
        if phase is not None and self._in_week.get(week, 0) >= phase.visits_per_week:
            raise WeekFull(week=week, allowed=phase.visits_per_week)
        return NewDay()

    def add(self, day: date) -> None:
        """Count a row that became a new visit."""
        self._count(day)

    def _count(self, day: date) -> None:
        week = self._timeline.week_of(day)
        self._in_week[week] = self._in_week.get(week, 0) + 1

    def _compare(self, recorded: CurrentVisit, candidate: Candidate) -> Placement:
        came = recorded.outcome not in (EXCUSED, UNEXCUSED)
        match candidate.evidence:
            case Test() as test if recorded.outcome == PENDING and not recorded.results:
                return AnswersWaiting(recorded)
            case Test() as test:
                is_same = came and self._agree(recorded, test)
            case AwaitedTest() | Presence():
                is_same = came
            case Absence() as absence:
                is_same = recorded.outcome == outcome_of(self._track, absence)
        if is_same:
            return AlreadyRecorded()
        raise RowRefused(
            Reason.RECORDED_OTHERWISE,
            f"The visit of {candidate.day} is recorded already, as something else. If the file is right, a lead "
            "corrects the visit on its page.",
        )

    def _agree(self, recorded: CurrentVisit, test: Test) -> bool:
        """Return whether a recorded test and one of a file agree about every analyte that both tested."""
        return (
            recorded.temperature == test.temperature
            and all(target in recorded.results for target in self._track.target)
            and all(recorded.results.get(analyte, result) == result for analyte, result in test.results.items())
        )
