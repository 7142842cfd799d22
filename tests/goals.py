"""Treatment goals, reviews and slips for tests: a client of Harbor Street with a track of goals, and what staff do."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.operations.goals.hand_in_slip import hand_in_slip
from cm_tracker.operations.goals.meet_goal import meet_goal
from cm_tracker.operations.goals.save_listed_goal import save_listed_goal
from cm_tracker.operations.goals.set_goal import set_goal
from cm_tracker.operations.goals.set_review import set_review
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.goals.goals import GoalLine, goals_of
from cm_tracker.queries.goals.reviews import ReviewLine, reviews_of
from cm_tracker.queries.goals.slips import SlipLine, slips_of
from tests import cast, week
from tests.domain.schedules.documents import phase, track
from tests.operations.visits.test_readings import enrolled

TODAY = week.TODAY
KIM = 3  # the enrollment and the client, after Amir and Bea
IN_A_WEEK = TODAY + timedelta(days=7)


def kim(session: Session) -> int:
    """Enroll Kim, HS-7: the first finished goal earns 10 points, the next one 15. Return the enrollment's id."""
    return enrolled(session, track(phase(), evidence="activity", target=[], title="Goals"))


def goal(session: Session, title: str = "Find a flat", steps: Sequence[str] = (), **more: Any) -> int:
    """Set a goal for Kim as Rosa; `more` are whatever parameters a test names."""
    return set_goal(
        session,
        **{
            "enrollment_id": KIM, "kind": "housing", "title": title, "steps": steps, "due_on": IN_A_WEEK,
            "behavior": "goal", "key": cast.key(), "actor": cast.rosa, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def meet(session: Session, goal_id: int, **more: Any) -> int | None:
    """Meet a goal today, as Rosa."""
    return meet_goal(
        session,
        **{
            "goal_id": goal_id, "on_day": TODAY, "evidence": "The lease", "key": cast.key(), "actor": cast.rosa,
            "now": cast.NOW, **more,
        },
    )  # fmt: skip


def review(session: Session, kind: str = "weekly", **more: Any) -> int:
    """Set a review of Amir that is due today, as Rosa."""
    return set_review(
        session,
        **{
            "enrollment_id": cast.AMIR, "kind": kind, "due_on": TODAY, "key": cast.key(), "actor": cast.rosa,
            "now": cast.NOW, **more,
        },
    )  # fmt: skip


def slip(session: Session, service_id: int, **more: Any) -> int:
    """Take a slip of Friday's meeting from HS-11, enrollment 3, as Rosa."""
    return hand_in_slip(
        session,
        **{
            "enrollment_id": 3, "service_id": service_id, "on_day": FRIDAY, "time_of_day": time(19),
            "meeting": "St. Mark's hall", "signer": "Jo B.", "key": cast.key(), "actor": cast.rosa, "now": cast.NOW,
            **more,
        },
    )  # fmt: skip


FRIDAY = date(2026, 3, 13)


def meeting(session: Session) -> int:
    """A community meeting on Fridays at seven; HS-11, enrollment 3, is paid for coming. Return the service's id."""
    service_id = week.service(session, "Evening meeting", "community_meeting", week.meetings("4", time(19)))
    enrollment_id = week.newcomer(session, "HS-11")
    week.plan(session, week.item(service_id, "4", "attendance"), enrollment_id=enrollment_id)
    return service_id


def listed(session: Session, title: str = "Find a sponsor", **more: Any) -> int:
    """Add a goal to the list of Harbor Street, as Miriam."""
    return save_listed_goal(
        session,
        **{
            "site_id": cast.HARBOR, "kind": "support", "title": title, "key": cast.key(), "actor": cast.miriam,
            "now": cast.NOW, **more,
        },
    )  # fmt: skip


def goals(session: Session, enrollment_id: int = KIM) -> tuple[GoalLine, ...]:
    """The goals of an enrollment."""
    return goals_of(session, enrollment_id, {visit.id for visit in enrollment_history(session, enrollment_id).visits})


def reviews(session: Session, enrollment_id: int = cast.AMIR) -> tuple[ReviewLine, ...]:
    """The reviews of an enrollment."""
    return reviews_of(session, enrollment_id)


def slips(session: Session, enrollment_id: int = 3) -> tuple[SlipLine, ...]:
    """The slips of an enrollment."""
    return slips_of(session, enrollment_id)


def paid(session: Session, enrollment_id: int = KIM) -> list[tuple[str, int]]:
    """The outcome of each visit of an enrollment that counts, and what it earned."""
    return [(one.outcome, one.paid) for one in enrollment_history(session, enrollment_id).replay().results]


def wrong_fields(answer: Any) -> set[str]:
    """The fields of a page that a form was refused with."""
    assert answer.status_code == 422
    return set(re.findall(r'<p class="problem" id="([^"]*)-problem">', answer.get_data(as_text=True)))
