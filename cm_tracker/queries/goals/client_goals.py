"""The page of a client's goals, reviews and slips, and the short section of it on the client's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.services import Service
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.goals.goals import paying_tracks
from cm_tracker.domain.goals.listed import ListedGoal
from cm_tracker.domain.goals.slips import COMMUNITY_MEETING
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment, GoalRow, MeetingSlip, ReviewRow, Site
from cm_tracker.queries.clients.enrollment_cards import EnrollmentCard
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.day.week import service_lines
from cm_tracker.queries.goals.goals import GoalLine, goals_of
from cm_tracker.queries.goals.listed import listed_goals
from cm_tracker.queries.goals.reviews import ReviewLine, reviews_of
from cm_tracker.queries.goals.slips import SlipLine, slips_of
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class PayingTrack:
    """A track through which a goal can pay: what the next finished goal earns, in points or draws."""

    track: Track
    next_due: int
    unit: str


@dataclass(frozen=True, slots=True)
class GoalsPage:
    """A client with an enrollment, its goals, reviews and slips. `tracks` are those that pay a finished goal today.

    `ended_on` is the last day of an enrollment that somebody ended.
    """

    client_id: int
    enrollment_id: int
    code: str
    preferred_name: str
    site_id: int
    time_zone: str
    today: date
    starts_on: date
    ended_on: date | None
    tracks: tuple[PayingTrack, ...]
    goals: tuple[GoalLine, ...]
    reviews: tuple[ReviewLine, ...]
    slips: tuple[SlipLine, ...]

    @property
    def is_over(self) -> bool:
        """Return whether the enrollment ended before today, so that nothing new is set."""
        return self.ended_on is not None and self.ended_on < self.today

    def track_of(self, goal: GoalLine) -> PayingTrack | None:
        """Return the track that pays a goal today, or None where it earns nothing."""
        return next((one for one in self.tracks if one.track.behavior == goal.behavior), None)


@dataclass(frozen=True, slots=True)
class GoalSummary:
    """What a client's page says of goals and reviews: how many are open, met and overdue, and the next one due."""

    open_goals: int
    met_goals: int
    overdue: int
    waiting_slips: int
    next_goal: GoalLine | None
    next_review: ReviewLine | None


def goals_page(session: Session, actor: Actor, enrollment_id: int, now: datetime) -> GoalsPage:
    """Return the goals, reviews and slips of an enrollment at the actor's sites. Raise `NotFound`.

    The number of statements does not depend on how many there are.
    """
    row = session.execute(
        select(Client.id, Client.code, Client.preferred_name, Client.site_id, Site.time_zone, Enrollment.starts_on)
        .join(Record, main_of(Record) == Client.id)
        .join(Enrollment, Enrollment.client_id == Record.id)
        .join(Site, Site.id == Client.site_id)
        .where(Enrollment.id == enrollment_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="enrollment")
    history, today = enrollment_history(session, enrollment_id), day_at(now, row.time_zone)
    paying = paying_tracks(history.timeline.tracks_on(today))
    replay = history.replay() if paying else None
    states = [(track, replay.state(track.behavior, today)) for track in paying] if replay is not None else []
    return GoalsPage(
        client_id=row.id,
        enrollment_id=enrollment_id,
        code=row.code,
        preferred_name=row.preferred_name,
        site_id=row.site_id,
        time_zone=row.time_zone,
        today=today,
        starts_on=row.starts_on,
        ended_on=history.span.ended_on,
        tracks=tuple(PayingTrack(track, state.next_due or 0, state.unit) for track, state in states),
        goals=goals_of(session, enrollment_id, {visit.id for visit in history.visits}),
        reviews=reviews_of(session, enrollment_id),
        slips=slips_of(session, enrollment_id),
    )


def goal_summary(session: Session, card: EnrollmentCard, today: date) -> GoalSummary:
    """Return what a client's page says of goals and reviews. The caller checks whether the actor may see the client."""
    goals = goals_of(session, card.id, {line.visit.id for line in card.visits})
    reviews = reviews_of(session, card.id)
    open_goals = [line for line in goals if line.standing.is_open]
    open_reviews = [line for line in reviews if line.standing.is_open]
    late_goals = sum(line.standing.is_overdue(today) for line in open_goals)
    late_reviews = sum(line.standing.is_overdue(today) for line in open_reviews)
    return GoalSummary(
        len(open_goals),
        sum(line.standing.state == "met" for line in goals),
        late_goals + late_reviews,
        sum(line.decision is None for line in slips_of(session, card.id)),
        next(iter(open_goals), None),
        next(iter(open_reviews), None),
    )


def enrollment_of_goal(session: Session, goal_id: int) -> int:
    """Return the enrollment of a goal. Raise `NotFound`. Whether the actor may see it, the page asks."""
    found = session.execute(select(GoalRow.enrollment_id).where(GoalRow.id == goal_id)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="goal")
    return found


def enrollment_of_review(session: Session, review_id: int) -> int:
    """Return the enrollment of a review. Raise `NotFound`. Whether the actor may see it, the page asks."""
    found = session.execute(select(ReviewRow.enrollment_id).where(ReviewRow.id == review_id)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="review")
    return found


def enrollment_of_slip(session: Session, slip_id: int) -> int:
    """Return the enrollment of a slip. Raise `NotFound`. Whether the actor may see it, the page asks."""
    found = session.execute(select(MeetingSlip.enrollment_id).where(MeetingSlip.id == slip_id)).scalar_one_or_none()
    if found is None:
        raise NotFound(what="slip")
    return found


def goals_to_choose(session: Session, actor: Actor, site_id: int) -> tuple[ListedGoal, ...]:
    """Return the goals in use of the list of one of the actor's sites."""
    return tuple(one for one in listed_goals(session, actor, site_id) if not one.is_retired)


def community_meetings(session: Session, actor: Actor, site_id: int) -> Sequence[Service]:
    """Return the community meetings of one of the actor's sites that slips can be for, by name."""
    lines = service_lines(session, actor, site_id)
    return [line.service for line in lines if line.service.kind == COMMUNITY_MEETING and not line.is_retired]
