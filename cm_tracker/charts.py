"""Charts as coordinates. The templates draw them as SVG, always with a table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from cm_tracker import i18n
from cm_tracker.domain.prizes.fairness import TierCount
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.rehearsal import rehearse
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.domain.visits.reading_points import ReadingPoint

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 30


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one visit: the ladder's amount with the bonus on top. `says` is its label."""

    x: float
    width: float
    y: float
    height: float
    bonus_y: float
    bonus_height: float
    says: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class LadderChart:
    """The chart of a track's ladder: bars for visits that are all met, and a line for the ladder with one lapse."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    lapse_line: str
    lapse_at: int
    amounts: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    has_bonus: bool
    rows: tuple[Result, ...]
    lapse_rows: tuple[Result, ...]
    total: int

    @property
    def lapse_paid(self) -> tuple[int, ...]:
        """Return what each visit pays by the ladder after the lapse, under the ceilings."""
        return tuple(ladder_paid(result) for result in self.lapse_rows)

    @property
    def says(self) -> str:
        """Return the description of the chart for screen readers."""
        return (
            f"Bar chart: what each visit pays in {self.unit} when every visit meets its target, {self.total:,} in all. "
            f"A line shows the ladder with one lapse at visit {self.lapse_at}. The table below has the same numbers."
        )

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    ground = HEIGHT - BOTTOM


def ladder_paid(result: Result) -> int:
    """Return what a visit pays by the ladder, without bonuses. A ceiling may have cut it."""
    return min(result.ladder, result.paid)


def ladder_chart(schedule: Schedule, track: Track) -> LadderChart:
    """Return the chart of a track's ladder. Its line has one lapse after a third of the visits.

    Both are under the schedule's ceilings: where nothing is paid any more, bars and line are at zero.
    """
    met = rehearse(schedule, track)
    lapse_at = max(len(met) // 3, 1)
    lapsed = rehearse(schedule, track, lapse_at)
    top = _round_up(max([result.paid for result in met] + [ladder_paid(result) for result in lapsed] + [1]))
    ground = HEIGHT - BOTTOM
    scale = (ground - TOP) / top
    step = (WIDTH - LEFT - RIGHT) / len(met)
    bars = []
    for n, result in enumerate(met):
        bonus = result.paid - ladder_paid(result)
        ladder_height = ladder_paid(result) * scale
        bars.append(
            Bar(
                x=round(LEFT + n * step + step * 0.12, 1),
                width=round(step * 0.76, 1),
                y=round(ground - ladder_height, 1),
                height=round(ladder_height, 1),
                bonus_y=round(ground - ladder_height - bonus * scale, 1),
                bonus_height=round(bonus * scale, 1),
                says=f"{result.n}: {result.paid}",
            )
        )
    points = [
        f"{LEFT + (n + 0.5) * step:.1f},{ground - ladder_paid(result) * scale:.1f}" for n, result in enumerate(lapsed)
    ]
    weeks: list[Tick] = []
    last_week = met[-1].week
    every = max(-(-last_week // 12), 1)
    for n, result in enumerate(met):
        is_first = n == 0 or met[n - 1].week != result.week
        if is_first and (result.week - 1) % every == 0:
            weeks.append(Tick(round(LEFT + n * step + step / 2, 1), str(result.week)))
    return LadderChart(
        title=track.title,
        unit=track.pays,
        bars=tuple(bars),
        lapse_line=" ".join(points),
        lapse_at=lapse_at,
        amounts=tuple(Tick(round(ground - top * part / 4 * scale, 1), f"{top * part // 4:,}") for part in range(5)),
        weeks=tuple(weeks),
        has_bonus=any(result.run_bonus or result.week_bonus or result.side_bonus for result in met),
        rows=tuple(met),
        lapse_rows=tuple(lapsed),
        total=sum(result.paid for result in met),
    )


def _round_up(value: int) -> int:
    """Return the next round number that four equal steps divide, such as 4, 8, 12, 20, 40 or 240."""
    size = 4
    while True:
        for factor in (1, 2, 3, 4, 5, 6, 8):
            if value <= size * factor:
                return size * factor
        size *= 10


@dataclass(frozen=True, slots=True)
class TierBar:
    """A tier of the bowl: the length of its bar of drawn slips, and the position of the expected number."""

    tier: str
    drawn: float
    expected: float


def tier_bars(tiers: Sequence[TierCount], width: int = 400) -> tuple[TierBar, ...]:
    """Return the bars of all tiers on one scale, so that the tiers can be compared."""
    longest = max((max(tier.drawn, tier.expected) for tier in tiers), default=0) or 1
    scale = (width - 4) / longest
    return tuple(TierBar(tier.tier, round(tier.drawn * scale, 1), round(tier.expected * scale, 1)) for tier in tiers)


SMALL_WIDTH, SMALL_HEIGHT = 320, 150


@dataclass(frozen=True, slots=True)
class Dot:
    """A reading as a dot. `kind` is `counts`, `misses`, or `baseline` where nothing depended on it."""

    x: float
    y: float
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class ReadingChart:
    """The chart of a client's readings: dots in the order of the visits, and a stepped line at which they counted.

    `rows` are the same readings.
    """

    unit: str
    dots: tuple[Dot, ...]
    line: str
    numbers: tuple[Tick, ...]
    days: tuple[Tick, ...]
    rows: tuple[ReadingPoint, ...]

    @property
    def has_baseline(self) -> bool:
        """Return whether nothing depended on some of the readings."""
        return any(dot.kind == "baseline" for dot in self.dots)

    width = SMALL_WIDTH
    height = SMALL_HEIGHT
    left = LEFT
    right = SMALL_WIDTH - RIGHT
    ground = SMALL_HEIGHT - BOTTOM


def reading_chart(points: Sequence[ReadingPoint], track: Track) -> ReadingChart | None:
    """Return the chart of a client's readings on a track, None where there are none."""
    if not points or track.reading is None:
        return None
    top = _round_up(max([point.reading for point in points] + [point.limit or 0 for point in points] + [1]))
    ground = SMALL_HEIGHT - BOTTOM
    scale = (ground - TOP) / top
    step = (SMALL_WIDTH - LEFT - RIGHT) / len(points)
    dots, line, days = [], [], []
    every = -(-len(points) // 4)
    for n, point in enumerate(points):
        x = LEFT + (n + 0.5) * step
        says = f"{i18n.day(point.day)}: {i18n.number(point.reading)} {track.reading.unit}"
        kind = "baseline" if point.limit is None else "counts" if point.is_met else "misses"
        dots.append(Dot(round(x, 1), round(ground - point.reading * scale, 1), kind, says))
        if point.limit is not None:
            y = f"{ground - point.limit * scale:.1f}"
            line += [f"{LEFT + n * step:.1f},{y}", f"{LEFT + (n + 1) * step:.1f},{y}"]
        if n % every == 0:
            days.append(Tick(round(x, 1), f"{point.day:%b} {point.day.day}"))
    return ReadingChart(
        unit=track.reading.unit,
        dots=tuple(dots),
        line=" ".join(line),
        numbers=tuple(Tick(round(ground - top * part / 2 * scale, 1), f"{top * part // 2:,}") for part in range(3)),
        days=tuple(days),
        rows=tuple(points),
    )
