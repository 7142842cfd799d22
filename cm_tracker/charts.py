"""Charts as coordinates. The templates draw them as SVG, always with a table of the same numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cm_tracker import i18n
from cm_tracker.domain.prizes.fairness import TierCount
from cm_tracker.domain.schedules.difference_lines import weeks_of
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, PAID
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.rehearsal import HOURS, rehearse
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track
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
class Band:
    """Visits one after the other for which nothing is paid although all meet their target, and why.

    `label` is empty where it would be wider than the band; `says` is always there.
    """

    x: float
    width: float
    label: str
    says: str


@dataclass(frozen=True, slots=True)
class ReadingBar:
    """What a reading pays by a scale: the bar of one of its steps, or of the readings above the last one.

    `label` stands below the bar. It is empty where it would be wider than the bar's place.
    """

    x: float
    width: float
    y: float
    height: float
    label: str
    reading: str
    amount: int

    @property
    def middle(self) -> float:
        """Return where the text below the bar is centered."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class ScaleChart:
    """The chart of a scale: a bar for each of its steps, from the best reading on."""

    weeks: str
    unit: str
    reading_unit: str
    bars: tuple[ReadingBar, ...]
    amounts: tuple[Tick, ...]

    @property
    def says(self) -> str:
        """Return the description of the chart for screen readers."""
        steps = ", ".join(f"{bar.reading} pays {bar.amount:,}" for bar in self.bars)
        return f"Bar chart: what a reading pays in {self.unit}. {steps}. The table below has the same numbers."

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    ground = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class LadderChart:
    """The chart of a track's ladder: bars for visits that are all met, and a line for the ladder with one lapse.

    Where the reading alone decides what a visit of any week pays, `pays_by_visit` is false, and the scales say it.
    """

    title: str
    unit: str
    visit: str
    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    lapse_line: str
    lapse_at: int
    amounts: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    has_bonus: bool
    rows: tuple[Result, ...]
    lapse_rows: tuple[Result, ...]
    total: int
    scales: tuple[ScaleChart, ...]
    pays_by_visit: bool

    @property
    def lapse_paid(self) -> tuple[int, ...]:
        """Return what each visit pays by the ladder after the lapse, under the ceilings."""
        return tuple(ladder_paid(result) for result in self.lapse_rows)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return for each visit why nothing is paid for it although it meets its target, mostly an empty text."""
        return tuple(_unpaid(self.rows))

    @property
    def says(self) -> str:
        """Return the description of the chart for screen readers."""
        unpaid = "".join(f" {band.says}." for band in self.bands)
        return (
            f"Bar chart: what each {self.visit} pays in {self.unit} when every {self.visit} meets its target, "
            f"{self.total:,} in all.{unpaid} A line shows the ladder with one lapse at {self.visit} {self.lapse_at}. "
            "The table below has the same numbers."
        )

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    ground = HEIGHT - BOTTOM


# Why nothing is paid for a visit that meets its target.
_UNPAID = {BASELINE: "not paid", EXTRA: "no more is paid", "ceiling": "ceiling reached"}
# Beyond the most that are paid, but a later visit is paid again.
_PAUSED = "nothing is paid"
# A label of so many letters is about so many pixels wide.
LETTER_WIDTH = 7


def _unpaid(results: Sequence[Result]) -> Iterator[str]:
    """Yield for each visit why nothing is paid for it although it meets its target, mostly an empty text."""
    last = max((n for n, result in enumerate(results) if result.paid), default=-1)
    for n, result in enumerate(results):
        why = _UNPAID.get("ceiling" if result.cut_by and not result.paid else result.why, "")
        yield _PAUSED if result.why == EXTRA and n < last else why


def ladder_paid(result: Result) -> int:
    """Return what a visit pays by the ladder, without bonuses. A ceiling may have cut it."""
    return min(result.ladder, result.paid)


def ladder_chart(schedule: Schedule, track: Track) -> LadderChart:
    """Return the chart of a track's ladder. Its line has one lapse after a third of the visits that are paid.

    Both are under the schedule's ceilings: where nothing is paid any more, bars and line are at zero.
    """
    met = rehearse(schedule, track)
    whys = list(_unpaid(met))
    paid = [result.n for result in met if result.why == PAID] or [1]
    lapse_at = paid[max(len(paid) // 3, 1) - 1]
    lapsed = rehearse(schedule, track, lapse_at)
    top = round_up(max([result.paid for result in met] + [ladder_paid(result) for result in lapsed] + [1]))
    ground = HEIGHT - BOTTOM
    scale = (ground - TOP) / top
    step = (WIDTH - LEFT - RIGHT) / len(met)
    points = [
        f"{LEFT + (n + 0.5) * step:.1f},{ground - ladder_paid(result) * scale:.1f}" for n, result in enumerate(lapsed)
    ]
    return LadderChart(
        title=track.title,
        unit=track.pays,
        visit="week" if track.evidence == HOURS else "visit",
        bars=tuple(_bar(n, result, why, step, scale) for n, (result, why) in enumerate(zip(met, whys, strict=True))),
        bands=tuple(_bands(met, whys, step, "weeks" if track.evidence == HOURS else "visits")),
        lapse_line=" ".join(points),
        lapse_at=lapse_at,
        amounts=_amounts(top, scale),
        weeks=tuple(_weeks(met, step)),
        has_bonus=any(result.run_bonus or result.week_bonus or result.side_bonus for result in met),
        rows=tuple(met),
        lapse_rows=tuple(lapsed),
        total=sum(result.paid for result in met),
        scales=tuple(_scales(track)),
        pays_by_visit=any(not _has_scale(phase) for phase in track.phases if not phase.pays_nothing),
    )


def _bar(n: int, result: Result, why: str, step: float, scale: float) -> Bar:
    bonus = result.paid - ladder_paid(result)
    ground, height = HEIGHT - BOTTOM, ladder_paid(result) * scale
    return Bar(
        x=round(LEFT + n * step + step * 0.12, 1),
        width=round(step * 0.76, 1),
        y=round(ground - height, 1),
        height=round(height, 1),
        bonus_y=round(ground - height - bonus * scale, 1),
        bonus_height=round(bonus * scale, 1),
        says=f"{result.n}: {result.paid:,}" + (f", {why}" if why else ""),
    )


def _bands(met: Sequence[Result], whys: Sequence[str], step: float, visits: str) -> Iterator[Band]:
    """Yield the visits for which nothing is paid, each row of them once."""
    for why, group in groupby(enumerate(met), key=lambda item: whys[item[0]]):
        if not why:
            continue
        items = list(group)
        first, last, width = items[0][1], items[-1][1], len(items) * step
        label = why[:1].upper() + why[1:]
        yield Band(
            x=round(LEFT + items[0][0] * step, 1),
            width=round(width, 1),
            label=label if len(label) * LETTER_WIDTH < width else "",
            says=f"{label}: {visits} {first.n} to {last.n}"
            if last is not first
            else f"{label}: {visits[:-1]} {first.n}",
        )


def _weeks(met: Sequence[Result], step: float) -> Iterator[Tick]:
    """Yield the program weeks below the first visit of each, about twelve of them."""
    every = max(-(-met[-1].week // 12), 1)
    last = None
    for n, result in enumerate(met):
        if last is None or result.week >= last + every:
            last = result.week
            yield Tick(round(LEFT + n * step + step / 2, 1), str(result.week))


def _amounts(top: int, scale: float) -> tuple[Tick, ...]:
    ground = HEIGHT - BOTTOM
    return tuple(Tick(round(ground - top * part / 4 * scale, 1), f"{top * part // 4:,}") for part in range(5))


def _has_scale(phase: Phase) -> bool:
    return phase.reading is not None and bool(phase.reading.scale)


def _scales(track: Track) -> Iterator[ScaleChart]:
    """Yield a chart for each scale of a track, with the weeks in which it decides if there is more than one rule."""
    paying = [phase for phase in track.phases if not phase.pays_nothing]
    by_rule: dict[ReadingRule, list[Phase]] = {}
    for phase in paying:
        if phase.reading is not None and phase.reading.scale:
            by_rule.setdefault(phase.reading, []).append(phase)
    for rule, phases in by_rule.items():
        weeks = ", ".join(weeks_of(phase) for phase in phases) if len(phases) < len(paying) else ""
        yield _scale_chart(rule, track.pays, weeks)


def _scale_chart(rule: ReadingRule, unit: str, weeks: str) -> ScaleChart:
    steps = [(f"≤ {one.at_most:,}", f"{one.at_most:,} {rule.unit} or below", one.amount) for one in rule.scale]
    steps.append((f"> {rule.at_most:,}", f"above {rule.at_most:,} {rule.unit}", 0))
    top = round_up(max([amount for _, _, amount in steps] + [1]))
    ground = HEIGHT - BOTTOM
    scale, step = (ground - TOP) / top, (WIDTH - LEFT - RIGHT) / len(steps)
    bars = [
        ReadingBar(
            x=round(LEFT + n * step + step * 0.2, 1),
            width=round(step * 0.6, 1),
            y=round(ground - amount * scale, 1),
            height=round(amount * scale, 1),
            label=label if len(label) * LETTER_WIDTH < step else "",
            reading=reading,
            amount=amount,
        )
        for n, (label, reading, amount) in enumerate(steps)
    ]
    return ScaleChart(weeks, unit, rule.unit, tuple(bars), _amounts(top, scale))


def round_up(value: int) -> int:
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
    top = round_up(max([point.reading for point in points] + [point.limit or 0 for point in points] + [1]))
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
