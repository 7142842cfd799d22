"""Courses: what was expected of an enrollment from its first day on, with what became of it.

What a plan expects comes from the slots of the day's board (`planned`). An imported history has no plan: there the
version says how many tests a week were expected (`estimated`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from cm_tracker.domain.day.states import DayVisit
from cm_tracker.domain.measures.estimated import without_slots
from cm_tracker.domain.measures.facts import EnrollmentFacts, SiteFacts, site_on
from cm_tracker.domain.measures.planned import add_planned
from cm_tracker.domain.measures.sequences import Course, Expected
from cm_tracker.domain.schedules.check import MOST_PERIOD
from cm_tracker.domain.schedules.schedule import Track


def loaded_since(since: date) -> date:
    """Return the day from which on the visits of a course that begins on a day have to be known.

    A period of a phase that no plan covers can begin earlier: it is told by all of its visits.
    """
    return since if since == date.min else since - timedelta(weeks=MOST_PERIOD)


def course_of(
    facts: EnrollmentFacts, sites: Mapping[int, SiteFacts], since: date, last_day: date, now: datetime
) -> Course:
    """Return the course of an enrollment until a day, with what is known of it by `now`.

    What was expected before `since` is left out. A slot of today or later counts once something was said of it.
    """
    until = min(day for day in (last_day, facts.span.last_day) if day is not None)
    found: list[Expected] = []
    seen: set[int] = set()
    visits: dict[date, list[DayVisit]] = {}
    for visit in facts.visits:
        of_day = DayVisit(visit.id, facts.enrollment_id, visit.behavior, visit.outcome)
        visits.setdefault(visit.on_day, []).append(of_day)
    for stay in facts.stays:
        if stay.first_day <= until and stay.site_id in sites:
            add_planned(found, seen, facts, visits, stay, sites[stay.site_id], since, until, now)
    today = max((sites[stay.site_id].today for stay in facts.stays if stay.site_id in sites), default=last_day)
    found += (one for one in without_slots(facts, seen, sites, since, until, today) if one.on_day >= since)
    found.sort(key=lambda one: one.on_day)
    return _course(facts, tuple(found), until, last_day, today)


def _course(facts: EnrollmentFacts, expected: tuple[Expected, ...], until: date, last_day: date, today: date) -> Course:
    timeline = facts.span.timeline
    tests = [track for track in timeline.newest.tracks if track.is_test] or [
        track for track in timeline.schedule.tracks if track.is_test
    ]
    track = tests[0] if tests else None
    by_then = min(last_day, today)
    weeks_over = max(0, timeline.days_before(by_then) // 7 if by_then >= timeline.starts_on else 0)
    possible = _possible(track, weeks_over) if track else ()
    return Course(
        enrollment_id=facts.enrollment_id,
        client_id=facts.client_id,
        code=facts.code,
        site_id=site_on(facts.stays, until),
        language=facts.language,
        counselor_id=facts.counselor_id,
        schedule=facts.schedule,
        starts_on=timeline.starts_on,
        last_day=facts.span.last_day if facts.span.last_day is not None and facts.span.last_day < last_day else None,
        end_reason=facts.span.end.reason if facts.span.end is not None else None,
        behavior=track.behavior if track else None,
        visits_per_week=next((count for count in possible if count), track.phases[0].visits_per_week if track else 0),
        possible_weeks=possible,
        weeks_over=weeks_over,
        expected=expected,
    )


def _possible(track: Track, weeks: int) -> tuple[int, ...]:
    """Return the visits that each program week up to one can pay. Those of a longer period stand in its last week."""
    found = []
    for number in range(1, min(weeks, track.last_week) + 1):
        phase = track.phase_in(number)
        if phase is None:
            found.append(0)
        else:
            found.append(phase.visits_per_week if number == phase.weeks_of_period(number)[-1] else 0)
    return tuple(found)
