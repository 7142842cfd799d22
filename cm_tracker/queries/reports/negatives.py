"""Percent negative by week, for the first page of a lead and its report."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.day.client_week import monday_of
from cm_tracker.domain.measures.negatives import WeekOfNegatives, weeks_of_negatives
from cm_tracker.domain.measures.sequences import Course
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports.courses import courses
from cm_tracker.queries.staff.sites import zone_of_list

WEEKS = 12


def negatives_by_week(
    session: Session, actor: Actor, site_id: int | None, now: datetime, weeks: int = WEEKS
) -> tuple[WeekOfNegatives, ...]:
    """Return the last calendar weeks at the actor's sites, or at one of them, with the counts of their tests.

    The last one is today's, up to today. A test that was expected and not given is not negative; one that was excused or
    waits for a result is left out. Each is counted at the site to which the client belonged on its day.
    """
    today = day_at(now, zone_of_list(session, actor, site_id))
    first_day = monday_of(today) - timedelta(weeks=weeks - 1)
    known = courses(session, actor, site_id, first_day, today, now, since=first_day)
    return weeks_of_negatives(at_sites_of(known, actor, site_id), first_day, today, today)


def at_sites_of(known: tuple[Course, ...], actor: Actor, site_id: int | None) -> tuple[Course, ...]:
    """Return courses with only what was expected at the actor's sites, or at one of them."""
    return tuple(
        replace(
            course,
            expected=tuple(
                one for one in course.expected if actor.reaches(one.site_id) and site_id in (None, one.site_id)
            ),
        )
        for course in known
    )
