"""What was expected of an enrollment where no plan says when its tests are, such as in an imported history.

Each program week expects as many tests as the version asks for a week: those that were recorded, and the rest as missed
on the week's last day. A week that is not over, that was paused, or in which the site was closed expects only what was
recorded.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from cm_tracker.domain.day.plans import Plan, plan_on
from cm_tracker.domain.days import days_between
from cm_tracker.domain.measures.facts import EnrollmentFacts, SiteFacts, VisitFact, site_on
from cm_tracker.domain.measures.sequences import ATTENDED, MISSED, NEGATIVE, OF_VISITS, OTHER, POSITIVE, Expected
from cm_tracker.domain.schedules.schedule import Track

# The evidence of a track that pays for coming.
ATTENDANCE = "attendance"


def without_slots(
    facts: EnrollmentFacts, seen: set[int], sites: Mapping[int, SiteFacts], since: date, until: date, today: date
) -> Iterator[Expected]:
    """Yield the visits that no slot was there for: expected by the version where no plan says when, else unexpected."""
    timeline = facts.span.timeline
    tracks = {track.behavior: track for schedule in timeline.schedules for track in schedule.tracks}
    behaviors = {name for name, track in tracks.items() if track.is_test or track.evidence == ATTENDANCE}
    recorded: dict[tuple[str, int], list[VisitFact]] = {}
    for visit in facts.visits:
        if visit.id not in seen and visit.on_day <= until:
            recorded.setdefault((visit.behavior, timeline.week_of(visit.on_day)), []).append(visit)
    for behavior in sorted(behaviors):
        if not _is_always_planned(facts, behavior):
            yield from _estimated(facts, sites, recorded, tracks[behavior], since, until, today)
    for (behavior, number), visits in recorded.items():
        track = tracks.get(behavior)
        yield from (_recorded(facts, visit, number, track, is_expected=False) for visit in visits)


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
    """Return whether on one of some days a plan of the client's site says when the visits of a track are."""
    if not facts.plans:
        return False
    for day in days_between(first_day, last_day):
        plan = plan_on(facts.plans, day)
        if plan is not None and _is_planned(plan, behavior) and plan.site_id == site_on(facts.stays, day):
            return True
    return False


def _recorded(
    facts: EnrollmentFacts, visit: VisitFact, number: int, track: Track | None, *, is_expected: bool
) -> Expected:
    is_test = track is not None and track.is_test
    outcome = OF_VISITS[visit.outcome]
    if not is_test and outcome == NEGATIVE:
        outcome = ATTENDED if track is not None and track.evidence == ATTENDANCE else OTHER
    elif not is_test and outcome == POSITIVE:
        outcome = OTHER
    return Expected(
        visit.on_day, number, site_on(facts.stays, visit.on_day), outcome, is_test, is_expected, visit.behavior, None,
        visit.id, is_estimated=is_expected,
    )  # fmt: skip


def _estimated(
    facts: EnrollmentFacts,
    sites: Mapping[int, SiteFacts],
    recorded: dict[tuple[str, int], list[VisitFact]],
    of: Track,
    since: date,
    until: date,
    today: date,
) -> Iterator[Expected]:
    """Yield the visits of a track in the program weeks that no plan covers, and take their visits out of `recorded`."""
    timeline, behavior = facts.span.timeline, of.behavior
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
        yield from (_recorded(facts, visit, week, of, is_expected=True) for week, visit in visits)
        if ends is None or ends > until or ends >= today or _is_interrupted(facts, sites, begins, ends, 7 * len(weeks)):
            continue
        for _ in range(phase.visits_per_week - len(visits)):
            yield Expected(
                ends, weeks[-1], site_on(facts.stays, ends), MISSED, of.is_test, True, behavior, is_estimated=True
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
