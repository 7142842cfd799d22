"""The demonstration's treatment goals, reviews and slips of meetings.

Nadia has met a goal, works on two, and one of them is overdue. Her weekly review repeats, and a slip of hers was accepted.
Other clients have a check-in that is overdue, a transition plan to come, and a slip that waits.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import SITES, Clinic, Event
from cm_tracker.cli.demo.hours import CODE as NADIA
from cm_tracker.cli.demo.hours import GOALS
from cm_tracker.db import db
from cm_tracker.domain.goals.reviews import CHECK_IN, DONE, TRANSITION, WEEKLY
from cm_tracker.domain.goals.slips import ACCEPTED, COMMUNITY_MEETING
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.goals.add_starting_list import add_starting_list
from cm_tracker.operations.goals.hand_in_slip import hand_in_slip
from cm_tracker.operations.goals.meet_goal import meet_goal
from cm_tracker.operations.goals.note_review import note_review
from cm_tracker.operations.goals.set_goal import set_goal
from cm_tracker.operations.goals.set_review import set_review
from cm_tracker.operations.goals.tick_step import tick_step
from cm_tracker.queries.clients.search import client_with_code
from cm_tracker.queries.clients.spans import current_of, spans_of
from cm_tracker.queries.day.week import service_lines
from cm_tracker.queries.goals.goals import goals_of
from cm_tracker.queries.goals.listed import listed_goals
from cm_tracker.queries.goals.reviews import reviews_of

ACTOR = command("demonstration")
ONE_DAY = timedelta(days=1)
FRIDAY = 4
MEETING_AT, MORNING = time(19), time(10)
CHECKED_IN, STEPS_DOWN, WAITS = "HS-101", "HS-109", "HS-103"


def goals(clinic: Clinic) -> list[Event]:
    """Return the events in which Miriam adds the list, and Rosa sets goals and reviews and takes slips."""
    return _Goals(clinic).events()


class _Goals:
    """What staff did, each at its time. `at(days)` is so many days ago."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.zone = clinic, ZoneInfo(SITES[0][1])
        self.rosa, self.miriam = clinic.staff["rosa"], clinic.staff["miriam"]
        self.today = clinic.now.astimezone(self.zone).date()

    def events(self) -> list[Event]:
        friday = self.last_friday()
        accepted_at = self.moment(friday + ONE_DAY)
        return [
            self.event(26, self.add_list),
            self.event(20, self.set_goals),
            self.event(16, self.tick),
            self.event(9, self.meet),
            self.event(21, partial(self.review, NADIA, WEEKLY, 14, self.miriam, repeats=True)),
            self.event(14, self.finish_review),
            self.event(7, self.finish_review),
            self.event(10, partial(self.review, CHECKED_IN, CHECK_IN, 2, self.rosa)),
            self.event(3, partial(self.review, STEPS_DOWN, TRANSITION, -5, self.rosa)),
            (accepted_at, partial(self.take_slip, NADIA, friday, ACCEPTED, accepted_at)),
            (self.clinic.now - timedelta(minutes=40), partial(self.take_slip, WAITS, friday, None, None)),
        ]

    def event(self, days: int, act: Callable[[datetime], None]) -> Event:
        at = self.clinic.now - timedelta(days=days)
        return at, partial(act, at)

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, MORNING, self.zone).astimezone(self.clinic.now.tzinfo)

    def last_friday(self) -> date:
        """Return the newest Friday of which the morning after has come."""
        day = self.today
        while day.weekday() != FRIDAY or self.moment(day + ONE_DAY) > self.clinic.month_ends_at:
            day -= ONE_DAY
        return day

    def enrollment(self, code: str) -> int:
        client_id = client_with_code(db.session(), ACTOR, code)
        assert client_id is not None
        current = current_of(spans_of(db.session(), [client_id]), self.today)
        assert current is not None
        return current.enrollment_id

    def add_list(self, now: datetime) -> None:
        add_starting_list(
            db.session(), site_id=self.clinic.sites[0], key=str(uuid4()), actor=self.miriam, now=now
        )  # fmt: skip

    def set_goals(self, now: datetime) -> None:
        """Set a goal that is met later, one that is overdue by now, and one in own words."""
        listed = {one.title: one.id for one in listed_goals(db.session(), ACTOR, self.clinic.sites[0])}
        for title, steps, due in (
            ("Find a sponsor or a mentor", ("Ask at two meetings", "Agree on a day to talk"), 8),
            ("Hand in an application for housing", ("Get the form", "Collect the papers", "Hand it in"), 3),
            ("See the grandchildren every second Sunday", ("Call my daughter",), -12),
        ):
            set_goal(
                db.session(), enrollment_id=self.enrollment(NADIA), kind="" if title in listed else "family",
                title=title, listed_id=listed.get(title), steps=steps, due_on=self.today - timedelta(days=due),
                behavior=GOALS, key=str(uuid4()), actor=self.rosa, now=now,
            )  # fmt: skip

    def tick(self, now: datetime) -> None:
        for goal in goals_of(db.session(), self.enrollment(NADIA), ()):
            step = goal.steps[0]
            tick_step(
                db.session(), goal_id=goal.id, step_id=step.id, is_done=True, key=str(uuid4()), actor=self.rosa,
                now=now,
            )  # fmt: skip

    def meet(self, now: datetime) -> None:
        goal = min(goals_of(db.session(), self.enrollment(NADIA), ()), key=lambda goal: goal.id)
        meet_goal(
            db.session(), goal_id=goal.id, on_day=now.astimezone(self.zone).date(),
            evidence="The sponsor called while she was here", key=str(uuid4()), actor=self.rosa, now=now,
        )  # fmt: skip

    def review(self, code: str, kind: str, due: int, actor: Actor, now: datetime, *, repeats: bool = False) -> None:
        set_review(
            db.session(), enrollment_id=self.enrollment(code), kind=kind, due_on=self.today - timedelta(days=due),
            repeats=repeats, key=str(uuid4()), actor=actor, now=now,
        )  # fmt: skip

    def finish_review(self, now: datetime) -> None:
        review = reviews_of(db.session(), self.enrollment(NADIA))[0]
        note_review(
            db.session(), review_id=review.id, way=DONE, note="Came to every group of the week", key=str(uuid4()),
            actor=self.rosa, now=now,
        )  # fmt: skip

    def take_slip(self, code: str, friday: date, decision: str | None, now: datetime | None) -> None:
        lines = service_lines(db.session(), ACTOR, self.clinic.sites[0])
        meeting = next(line.service for line in lines if line.service.kind == COMMUNITY_MEETING)
        hand_in_slip(
            db.session(), enrollment_id=self.enrollment(code), service_id=meeting.id, on_day=friday,
            time_of_day=MEETING_AT, meeting="Friday Night Group, St. Mark’s hall", signer="Joan P.",
            decision=decision, key=str(uuid4()), actor=self.rosa,
            now=now or self.clinic.now - timedelta(minutes=40),
        )  # fmt: skip
