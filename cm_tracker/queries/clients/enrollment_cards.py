"""An enrollment as a client's page and the kiosk show it: its tracks today, and its visits with what each earned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.events import MOVE, EnrollmentSpan, version_on
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.ceilings import CeilingUse, ReceivedSum, received_sums
from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.hours import ProgramWeek, weeks_without_hours
from cm_tracker.domain.visits.settling import LedgerState, ceiling_uses, client_totals
from cm_tracker.models import Client, ScheduleRow, ScheduleVersion, Site
from cm_tracker.queries.clients.enrollments import history_and_paid
from cm_tracker.queries.clients.received import received_by_enrollment
from cm_tracker.queries.clients.spans import current_of, spans_of
from cm_tracker.queries.schedules.documents import version_name
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class TrackState:
    """A track and the client's state on its ladder today.

    `opens_on` is the first day of the next paid visit if this week's paid visits are complete, else None. `is_period`
    says whether they are counted by several weeks now, not by one. `weeks` are those that are over and wait for their
    hours, newest first, on a track of hours.
    """

    track: Track
    state: LadderState
    opens_on: date | None
    is_period: bool = False
    weeks: tuple[ProgramWeek, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit as its newest record has it, and what it earned."""

    visit: CurrentVisit
    result: Result
    track: Track


@dataclass(frozen=True, slots=True)
class EnrollmentCard:
    """An enrollment today, under the version that it follows today. `visits` are those that count, `taken_away` those undone or voided, each newest first.

    `pause` is the pause in which today lies. `kept` is by unit what the client received beyond what the visits earn: corrections left it as the program's loss.
    """

    id: int
    schedule_name: str
    version_id: int
    version_number: int
    starts_on: date
    week: int
    last_week: int
    tracks: tuple[TrackState, ...]
    visits: tuple[VisitLine, ...]
    taken_away: tuple[CurrentVisit, ...]
    ceilings: tuple[CeilingUse, ...]
    kept: Mapping[str, int]
    span: EnrollmentSpan
    pause: Pause | None
    history: EnrollmentHistory

    @property
    def is_paused(self) -> bool:
        """Return whether today is a day of a pause."""
        return self.pause is not None

    @property
    def is_over(self) -> bool:
        """Return whether it was ended, or the schedule's last week has passed."""
        return self.span.end is not None or self.week > self.last_week

    @property
    def has_begun(self) -> bool:
        """Return whether the first day of the enrollment has come."""
        return self.week >= 1

    @property
    def is_running(self) -> bool:
        """Return whether the enrollment has begun and is not over."""
        return self.has_begun and not self.is_over

    @property
    def has_moved(self) -> bool:
        """Return whether it follows another version on other days than today's."""
        return any(event.kind == MOVE for event in self.span.events)

    @property
    def near_ceilings(self) -> tuple[CeilingUse, ...]:
        """Return the ceilings that are nearly or fully used, for a notice to client and staff."""
        return tuple(use for use in self.ceilings if use.is_near)


def current_enrollment(session: Session, client_id: int, today: date) -> EnrollmentCard | None:
    """Return the client's current enrollment with its state today, or None."""
    current = current_of(spans_of(session, [client_id]), today)
    return enrollment_card(session, current.enrollment_id, today) if current is not None else None


def enrollment_card(session: Session, enrollment_id: int, today: date) -> EnrollmentCard:
    """Return an enrollment's tracks with their state today, and its visits with what each earned."""
    enrollment, ledger_state = history_and_paid(session, enrollment_id)
    replay = enrollment.replay()
    by_id = {visit.id: visit for visit in enrollment.visits}
    schedule = enrollment.timeline.schedule_on(today)
    version_id = version_on(enrollment.span, enrollment.first_version_id, today)
    name, number = session.execute(
        select(version_name(), ScheduleVersion.number)
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(ScheduleVersion.id == version_id)
    ).one()
    return EnrollmentCard(
        id=enrollment.id,
        schedule_name=name,
        version_id=version_id,
        version_number=number,
        starts_on=enrollment.starts_on,
        week=enrollment.timeline.week_of(today),
        last_week=schedule.last_week,
        tracks=tuple(_track_state(enrollment, replay, track, today) for track in enrollment.timeline.tracks_on(today)),
        visits=tuple(
            VisitLine(by_id[result.ref], result, enrollment.track_of(by_id[result.ref]))
            for result in reversed(replay.results)
        ),
        taken_away=tuple(reversed(enrollment.voided)),
        ceilings=ceiling_uses(enrollment, ledger_state, today),
        span=enrollment.span,
        pause=enrollment.timeline.pause_on(today),
        kept={unit: kept for unit, kept in _kept(ledger_state) if kept},
        history=enrollment,
    )


def received_today(session: Session, actor: Actor, client_id: int, now: datetime) -> tuple[ReceivedSum, ...]:
    """Return what a client received and kept this calendar year and since enrolling, with the ceilings of today.

    Return nothing for a client without an enrollment. Raise `NotFound` for a client of another site.
    """
    time_zone = session.execute(
        select(Site.time_zone)
        .join(Client, Client.site_id == Site.id)
        .where(Client.id == client_id, at_sites(Client.site_id, actor))
    ).scalar_one_or_none()
    if time_zone is None:
        raise NotFound(what="client")
    today = day_at(now, time_zone)
    current = current_of(spans_of(session, [client_id]), today)
    if current is None:
        return ()
    history, ledger_state = history_and_paid(session, current.enrollment_id)
    beside = received_by_enrollment(session, [history], always=True)[history.id]
    return received_sums(
        client_totals(history, replace(ledger_state, received_elsewhere=beside)),
        history.timeline.schedule_on(today).ceilings,
        history.id,
        history.starts_on,
        today,
        is_open=history.starts_on <= today and (current.span.last_day is None or today <= current.span.last_day),
    )


def _kept(ledger_state: LedgerState) -> Iterator[tuple[str, int]]:
    for unit, of_unit in sorted(ledger_state.paid.items()):
        yield unit, sum(paid.received - paid.issued for paid in of_unit.values())


def _track_state(enrollment: EnrollmentHistory, replay: Replay, track: Track, today: date) -> TrackState:
    state = replay.state(track.behavior, today)
    opens_on = None
    if state.opens_week > enrollment.timeline.week_of(today) and state.next_due is not None:
        opens_on = enrollment.timeline.first_day_of(state.opens_week)
    phase = track.phase_in(enrollment.timeline.week_of(today))
    weeks = weeks_without_hours(enrollment, track.behavior, today) if track.evidence == "hours" else ()
    return TrackState(track, state, opens_on, phase is not None and phase.period_weeks > 1, weeks)
