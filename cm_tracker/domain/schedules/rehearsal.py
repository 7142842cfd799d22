"""Try a schedule without a client: put outcomes on days, and see what they would earn.

The charts, the command `cm-tracker schedule replay` and the test of the published maxima use it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from cm_tracker.domain.schedules.engine import Result, Visit, replay
from cm_tracker.domain.schedules.outcomes import MET, NOT_MET, POSITIVE, UNEXCUSED
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track

# A Monday and January 1st, so that a rehearsal of up to a year stays in one calendar year.
START = date(2024, 1, 1)
# Attended hours have one result for each program week, also where a period of several weeks pays fewer.
HOURS = "hours"


def weeks_of(track: Track, outcomes: Sequence[str]) -> list[list[str]]:
    """Return the outcomes split into program weeks: as many as its phase pays fill a period, spread over its weeks."""
    weeks: list[list[str]] = []
    remaining = list(outcomes)
    while remaining:
        first = len(weeks) + 1
        phase = track.phase_in(first) or track.phases[-1]
        length = len(phase.weeks_of_period(first)) if first <= phase.last_week else phase.period_weeks
        of_period, remaining = remaining[: phase.visits_per_week], remaining[phase.visits_per_week :]
        weeks += [[] for _ in range(length)]
        for n, outcome in enumerate(of_period):
            weeks[first - 1 + n * length // len(of_period)].append(outcome)
    return weeks


def lay_out(
    track: Track,
    weeks: Sequence[Sequence[str]],
    also_negative: Sequence[Sequence[bool]] | None = None,
    starts_on: date = START,
) -> list[Visit]:
    """Return visits spread evenly over each program week: three fall on its first, third and fifth day.

    The result of attended hours lies on the week's last day.
    `also_negative` has one value for each outcome; without it no visit earns the side bonus.
    """
    visits = []
    for w, outcomes in enumerate(weeks):
        for n, outcome in enumerate(outcomes):
            in_week = 6 if track.evidence == HOURS else n * 7 // len(outcomes)
            day = starts_on + timedelta(days=7 * w + in_week)
            also = also_negative is not None and also_negative[w][n]
            visits.append(Visit(day, track.behavior, outcome, also))
    return visits


def rehearse(schedule: Schedule, track: Track, lapse_at: int | None = None) -> list[Result]:
    """Return the results of a track whose every visit is met, side bonuses included.

    With `lapse_at`, the visit of that number (counted from 1) does not meet the target, by an outcome that resets the
    ladder on its day if there is one.
    """
    weeks = all_met(track)
    if lapse_at is not None:
        places = [(w, n) for w, week in enumerate(weeks) for n in range(len(week))]
        w, n = places[lapse_at - 1]
        weeks[w][n] = lapse_in(track, w + 1)
    also = [[True] * len(week) for week in weeks]
    return replay(schedule, START, _read(track, lay_out(track, weeks, also))).results


def lapse_in(track: Track, week: int) -> str:
    """Return how a target is missed in a program week: by an outcome that resets the ladder, if there is one."""
    phase = track.phase_in(week)
    resets = phase.reset_on if phase is not None else track.reset_on
    likely = NOT_MET if track.evidence != HOURS else (UNEXCUSED,)
    return next((outcome for outcome in likely if outcome in resets), likely[0])


def most_earned(schedule: Schedule) -> dict[str, int]:
    """Return the most that a client can earn: `points`, `draws`, and the money of the points as `cents`."""
    results = best_case(schedule)
    return {
        "points": sum(result.paid for result in results if result.unit == "points"),
        "draws": sum(result.paid for result in results if result.unit == "draws"),
        "cents": sum(result.cents for result in results),
    }


def visits_in(phase: Phase) -> int:
    """Return how many visits the periods of a phase have. A shorter last one has as many as the others."""
    return -(-(phase.last_week - phase.first_week + 1) // phase.period_weeks) * phase.visits_per_week


def all_met(track: Track) -> list[list[str]]:
    """Return an outcome for every visit of a track, by program week: each meets its target."""
    if track.evidence == HOURS:
        return [[MET] for _ in range(track.last_week)]
    return weeks_of(track, [MET] * sum(visits_in(phase) for phase in track.phases))


def _read(track: Track, visits: Sequence[Visit]) -> list[Visit]:
    """Return the visits with readings where the track decides by them: the best one, or one that no rule takes."""
    read = []
    for visit in visits:
        rule = track.reading_in((visit.day - START).days // 7 + 1)
        if rule is not None and visit.outcome in (MET, POSITIVE):
            read.append(visit._replace(reading=0 if visit.outcome == MET else rule.at_most + 1))
        else:
            read.append(visit)
    return read


def best_case(schedule: Schedule) -> list[Result]:
    """Return the results of a client who meets every target, by day; all tracks together, as they share the ceilings."""
    return replay_weeks(schedule, {track.behavior: all_met(track) for track in schedule.tracks})


def replay_weeks(schedule: Schedule, outcomes: Mapping[str, Sequence[Sequence[str]]]) -> list[Result]:
    """Return the results of a client by day. `outcomes` are those of each behavior, by program week.

    A met visit earns the side bonus, too.
    """
    visits: list[Visit] = []
    for track in schedule.tracks:
        weeks = outcomes[track.behavior]
        visits += _read(track, lay_out(track, weeks, [[True] * len(week) for week in weeks]))
    return replay(schedule, START, visits).results
