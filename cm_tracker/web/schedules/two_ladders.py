"""The ladders of two schedules in one picture: a dashed line for the older one, a solid one above an area for the newer.

Where they cannot share a scale, there is a sentence in its place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cm_tracker.charts import Tick, ladder_paid, round_up
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.rehearsal import rehearse
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.i18n import gettext, number
from cm_tracker.labels import differences as labels

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 500, 230, 44, 8, 12, 30
GROUND = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Step:
    """What a visit pays, from when to when in weeks."""

    since: float
    until: float
    pays: int


@dataclass(frozen=True, slots=True)
class WeekRow:
    """What the visits of a program week pay under both, as the table says it."""

    week: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TwoLadders:
    """The picture: `before` and `after` are points of lines, `area` what lies below the newer one.

    With `why_not` there is no picture, and it says why.
    """

    title: str
    behavior: str
    unit: str = ""
    before: str = ""
    after: str = ""
    area: str = ""
    before_says: str = ""
    after_says: str = ""
    amounts: tuple[Tick, ...] = ()
    weeks: tuple[Tick, ...] = ()
    rows: tuple[WeekRow, ...] = ()
    why_not: str = ""

    width, height, left, right, ground = WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, GROUND


def two_ladders(before: Schedule, after: Schedule) -> tuple[TwoLadders, ...]:
    """Return a picture for each behavior that both schedules reward."""
    pairs = [(before.track(track.behavior), track) for track in after.tracks]
    return tuple(_drawn(before, old, after, new) for old, new in pairs if old is not None)


def _drawn(before: Schedule, old: Track, after: Schedule, new: Track) -> TwoLadders:
    if old.pays != new.pays:
        why_not = gettext("One pays points and the other draws.")
        return TwoLadders(gettext("%(title)s: two ladders", title=new.title), new.title, why_not=why_not)
    if _is_by_reading(old) or _is_by_reading(new):
        why_not = gettext("What a visit pays depends on its reading, and not on the visits before it.")
        return TwoLadders(gettext("%(title)s: no ladder", title=new.title), new.title, why_not=why_not)
    was, now = rehearse(before, old), rehearse(after, new)
    first, second = list(_steps(was)), list(_steps(now))
    top = round_up(max([step.pays for step in (*first, *second)] + [1]))
    last_week = max(was[-1].week, now[-1].week)
    line, other = _line(first, top, last_week), _line(second, top, last_week)
    end = other.rsplit(" ", 1)[-1].split(",")[0]
    return TwoLadders(
        title=labels.ladders([s.pays for s in first], [s.pays for s in second], _parts_in(first, second), new.pays),
        behavior=new.title,
        unit=new.pays,
        before=line,
        after=other,
        area=f"{LEFT},{GROUND} {other} {end},{GROUND}",
        before_says=labels.from_to([step.pays for step in first], new.pays),
        after_says=labels.from_to([step.pays for step in second], new.pays),
        amounts=tuple(Tick(round(GROUND - (GROUND - TOP) * part / 4, 1), number(top * part // 4)) for part in range(5)),
        weeks=tuple(_weeks(last_week)),
        rows=tuple(_rows(was, now, last_week)),
    )


def _is_by_reading(track: Track) -> bool:
    """Return whether readings alone decide what every visit that is paid pays."""
    return all(phase.reading is not None and phase.reading.scale for phase in track.phases if not phase.pays_nothing)


def _steps(results: Sequence[Result]) -> Iterator[Step]:
    """Yield the visits as steps: those of a week share it evenly, and the last one before a gap holds until the next."""
    starts = [
        (week - 1 + n / len(visits), visit)
        for week, visits in ((week, list(group)) for week, group in groupby(results, key=lambda result: result.week))
        for n, visit in enumerate(visits)
    ]
    ends = [since for since, _ in starts[1:]] + [float(results[-1].week)]
    for (since, visit), until in zip(starts, ends, strict=True):
        yield Step(since, until, ladder_paid(visit))


def _line(steps: Sequence[Step], top: int, last_week: int) -> str:
    across, up = (WIDTH - LEFT - RIGHT) / last_week, (GROUND - TOP) / top
    points = [(since, step.pays) for step in steps for since in (step.since, step.until)]
    return " ".join(f"{LEFT + week * across:.1f},{GROUND - pays * up:.1f}" for week, pays in points)


def _parts_in(before: Sequence[Step], after: Sequence[Step]) -> int | None:
    """Return the first week in which two ladders differ, or None where they are the same."""
    for old, new in zip(before, after, strict=False):
        if old != new:
            return int(min(old.since, new.since)) + 1
    longer = max(before, after, key=len)
    shorter = min(len(before), len(after))
    return int(longer[shorter].since) + 1 if len(longer) > shorter else None


def _weeks(last_week: int) -> Iterator[Tick]:
    """Yield the program weeks, about twelve of them, each below its middle."""
    across, every = (WIDTH - LEFT - RIGHT) / last_week, max(-(-last_week // 12), 1)
    for week in range(1, last_week + 1, every):
        yield Tick(round(LEFT + (week - 0.5) * across, 1), str(week))


def _rows(was: Sequence[Result], now: Sequence[Result], last_week: int) -> Iterator[WeekRow]:
    for week in range(1, last_week + 1):
        first, second = (
            ", ".join(number(ladder_paid(result)) for result in results if result.week == week) or "–"
            for results in (was, now)
        )
        yield WeekRow(week, first, second)
