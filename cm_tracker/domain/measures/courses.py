"""Courses: what was expected of an enrollment from its first day on, with what became of it.

What a plan expects comes from the slots of the day's board (`planned`). An imported history has no plan: there the
version says how many tests a week were expected (`estimated`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from operator import itemgetter

from cm_tracker.domain.measures.estimated import without_slots
from cm_tracker.domain.measures.facts import EnrollmentFacts, SiteFacts, VisitFact, site_on
from cm_tracker.domain.measures.planned import add_planned
from cm_tracker.domain.measures.sequences import VOIDED, Course, Expected
from cm_tracker.domain.schedules.check import MOST_PERIOD
from cm_tracker.domain.schedules.timeline import ONE_DAY


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
    visits: dict[date, list[VisitFact]] = {}
    for visit in facts.visits:
        visits.setdefault(visit.on_day, []).append(visit)
    for stay in facts.stays:
        if stay.first_day <= until and stay.site_id in sites:
            add_planned(found, seen, facts, visits, stay, sites[stay.site_id], since, until, now)
    today = max((sites[stay.site_id].today for stay in facts.stays if stay.site_id in sites), default=last_day)
    found += (one for one in without_slots(facts, seen, sites, since, until, today) if one.on_day >= since)
    found += (
        Expected(
            one.on_day, facts.span.timeline.week_of(one.on_day), site_on(facts.stays, one.on_day), VOIDED, is_test=False,
            is_expected=False, visit_id=one.id,
        )
        for one in facts.voided
        if since <= one.on_day <= last_day
    )  # fmt: skip
    found.sort(key=itemgetter(0))  # by day; of one day as they were found
    return _course(facts, tuple(found), until, last_day, today)


def _course(facts: EnrollmentFacts, expected: tuple[Expected, ...], until: date, last_day: date, today: date) -> Course:
    timeline = facts.span.timeline
    held = (timeline.schedule, *(move.schedule for move in timeline.moves if move.from_day <= until))
    track = next((track for schedule in reversed(held) for track in schedule.tracks if track.is_test), None)
    # A day of the past is over; today is not.
    by_then = min(last_day + ONE_DAY, today)
    weeks_over = timeline.days_before(by_then) // 7 if by_then > timeline.starts_on else 0
    return Course(
        enrollment_id=facts.enrollment_id,
        client_id=facts.client_id,
        code=facts.code,
        site_id=site_on(facts.stays, until),
        stays=facts.stays,
        language=facts.language,
        counselor_id=facts.counselor_id,
        schedule=facts.schedule,
        timeline=timeline,
        last_day=facts.span.last_day if facts.span.last_day is not None and facts.span.last_day < last_day else None,
        end_reason=facts.span.end.reason if facts.span.end is not None else None,
        behavior=track.behavior if track else None,
        until_week=max(weeks_over, timeline.week_of(until)),
        last_week=held[-1].last_week,
        weeks_over=weeks_over,
        plans=facts.plans,
        visits=tuple(sorted(facts.visits, key=itemgetter(2, 0))),  # by day and first record
        expected=expected,
    )
