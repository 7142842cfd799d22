"""What was expected of an enrollment where no plan says when its tests are, such as in an imported history.

Each program week expects as many tests as the version asks for a week: those that were recorded, and the rest as missed
on the week's last day. A week that is not over, that was paused, or in which the site was closed expects only what was
recorded.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from cm_tracker.domain.day.plans import Plan, plan_on
from cm_tracker.domain.measures.facts import EnrollmentFacts, SiteFacts, VisitFact, site_on
from cm_tracker.domain.measures.sequences import MISSED, OF_VISITS, Expected


def without_slots(
    facts: EnrollmentFacts, seen: set[int], sites: Mapping[int, SiteFacts], since: date, until: date, today: date
) -> Iterator[Expected]:
    """Yield the tests that no slot was there for: expected by the version where no plan says when, else unexpected."""
    timeline = facts.span.timeline
    behaviors = {track.behavior for schedule in timeline.schedules for track in schedule.tracks if track.is_test}
    recorded: dict[tuple[str, int], list[VisitFact]] = {}
    for visit in facts.visits:
        if visit.id not in seen and visit.on_day <= until and visit.behavior in behaviors:
            recorded.setdefault((visit.behavior, timeline.week_of(visit.on_day)), []).append(visit)
    for behavior in sorted(behaviors):
        if not _is_always_planned(facts, behavior):
            yield from _estimated(facts, sites, recorded, behavior, since, until, today)
    for (_, number), visits in recorded.items():
        yield from (_recorded(facts, visit, number, is_expected=False) for visit in visits)


def _is_always_planned(facts: EnrollmentFacts, behavior: str) -> bool:
    """Return whether a plan says from the first day on when the tests of a track are."""
    return (
        bool(facts.plans)
        and min(plan.from_on for plan in facts.plans) <= facts.span.timeline.starts_on
        and len(facts.stays) == 1
        and all(_is_planned(plan, behavior) and plan.site_id == facts.stays[0].site_id for plan in facts.plans)
    )


def _is_planned(plan: Plan, behavior: str) -> bool:
    return any(item.behavior == behavior for item in plan.items)


def _has_plan(facts: EnrollmentFacts, behavior: str, first_day: date, last_day: date) -> bool:
    """Return whether on one of some days a plan of the client's site says when the tests of a track are."""
    at_first = plan_on(facts.plans, first_day)
    later = (plan for plan in facts.plans if first_day < plan.from_on <= last_day)
    return any(
        _is_planned(plan, behavior) and plan.site_id == site_on(facts.stays, max(first_day, plan.from_on))
        for plan in (at_first, *later)
        if plan is not None
    )


def _recorded(facts: EnrollmentFacts, visit: VisitFact, number: int, *, is_expected: bool) -> Expected:
    return Expected(
        visit.on_day, number, site_on(facts.stays, visit.on_day), OF_VISITS[visit.outcome], True, is_expected,
        visit.behavior, None, visit.id, is_estimated=is_expected,
    )  # fmt: skip


def _estimated(
    facts: EnrollmentFacts,
    sites: Mapping[int, SiteFacts],
    recorded: dict[tuple[str, int], list[VisitFact]],
    behavior: str,
    since: date,
    until: date,
    today: date,
) -> Iterator[Expected]:
    """Yield the tests of a track in the program weeks that no plan covers, and take their visits out of `recorded`."""
    timeline = facts.span.timeline
    number = 1
    while (begins := timeline.first_day_of(number)) is not None and begins <= until:
        track = timeline.track_on(behavior, begins)
        phase = track.phase_in(number) if track else None
        weeks = phase.weeks_of_period(number) if phase else range(number, number + 1)
        ends = timeline.last_day_of(weeks[-1])
        number = weeks[-1] + 1
        if phase is None or (ends is not None and ends < since) or _has_plan(facts, behavior, begins, ends or until):
            continue
        visits = [(week, visit) for week in weeks for visit in recorded.pop((behavior, week), ())]
        yield from (_recorded(facts, visit, week, is_expected=True) for week, visit in visits)
        if ends is None or ends > until or ends >= today or _is_interrupted(facts, sites, begins, ends, 7 * len(weeks)):
            continue
        for _ in range(phase.visits_per_week - len(visits)):
            yield Expected(
                ends, weeks[-1], site_on(facts.stays, ends), MISSED, True, True, behavior, is_estimated=True
            )  # fmt: skip


def _is_interrupted(
    facts: EnrollmentFacts, sites: Mapping[int, SiteFacts], first_day: date, last_day: date, days: int
) -> bool:
    """Return whether a pause lies within some days, or the site was closed on one of them."""
    if (last_day - first_day).days + 1 != days:
        return True
    site = sites.get(site_on(facts.stays, last_day))
    return site is not None and any(
        closure.first_day <= last_day and first_day <= closure.last_day for closure in site.weeks.week.calendar.closures
    )
