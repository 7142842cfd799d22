"""The chart of a source to the end of its year: what was spent, what is likely, and the band around it."""

from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from cm_tracker.charts import Tick
from cm_tracker.i18n import day, gettext, language, money
from cm_tracker.queries.funding.money import SourceUse

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 76, 128, 18, 28
# Labels at the right edge are at least so far apart.
LINE = 16
# As many months have room below the chart.
MOST_MONTHS = 13


@dataclass(frozen=True, slots=True)
class EndLabel:
    """What stands at the end of a line, at its height."""

    at: float
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class ForecastChart:
    """Points of the lines as SVG has them. `rows` are the same numbers: a day, and the sum up to it."""

    spent: str
    likely: str
    band: str
    limit_at: float | None
    today_x: float
    today_y: float
    ends: tuple[EndLabel, ...]
    amounts: tuple[Tick, ...]
    months: tuple[Tick, ...]
    rows: tuple[tuple[str, str], ...]
    says: str

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    ground = HEIGHT - BOTTOM


def forecast_chart(use: SourceUse, today: date) -> ForecastChart | None:
    """Return the chart of a source in its present year, or None without a forecast."""
    found = use.forecast
    if found is None:
        return None
    first, last = use.year.first, use.year.last
    limit = use.total.limit_cents
    top = _round_up(max(found.high_cents, limit or 0, 100))
    days = (last - first).days or 1
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - BOTTOM - TOP

    def x(on: date) -> float:
        return round(LEFT + (on - first).days * wide / days, 1)

    def y(cents: int) -> float:
        return round(HEIGHT - BOTTOM - max(cents, 0) * high / top, 1)

    sums = _sums(use, today)
    now = f"{x(today)},{y(found.spent_cents)}"
    ends = [
        EndLabel(y(found.high_cents), gettext("%(amount)s high", amount=_short(found.high_cents)), ""),
        EndLabel(y(found.likely_cents), gettext("%(amount)s likely", amount=_short(found.likely_cents)), "strong"),
        EndLabel(y(found.low_cents), gettext("%(amount)s low", amount=_short(found.low_cents)), ""),
    ]
    if limit is not None:
        ends.append(EndLabel(y(limit), gettext("%(amount)s limit", amount=_short(limit)), "strong"))
    return ForecastChart(
        spent=" ".join(f"{x(on)},{y(cents)}" for on, cents in sums),
        likely=f"{now} {x(last)},{y(found.likely_cents)}",
        band=f"{now} {x(last)},{y(found.high_cents)} {x(last)},{y(found.low_cents)}",
        limit_at=None if limit is None else y(limit),
        today_x=x(today),
        today_y=y(found.spent_cents),
        ends=tuple(_apart(ends)),
        amounts=tuple(Tick(y(top * part // 4), _short(top * part // 4)) for part in range(5)),
        months=tuple(Tick(x(on), format_date(on, "LLL", locale=language())) for on in _months(first, last)),
        rows=(
            *((day(on), money(cents)) for on, cents in sums),
            (gettext("%(day)s, likely", day=day(last)), money(found.likely_cents)),
            (gettext("%(day)s, low", day=day(last)), money(found.low_cents)),
            (gettext("%(day)s, high", day=day(last)), money(found.high_cents)),
        ),
        says=_says(use, today),
    )


def _says(use: SourceUse, today: date) -> str:
    found, limit = use.forecast, use.total.limit_cents
    assert found is not None
    values = {
        "spent": money(found.spent_cents),
        "today": day(today),
        "likely": money(found.likely_cents),
        "last": day(use.year.last),
        "low": money(found.low_cents),
        "high": money(found.high_cents),
    }
    if limit is None:
        return gettext(
            "Line chart: %(spent)s spent by %(today)s, about %(likely)s likely by %(last)s, between %(low)s and %(high)s. "
            "The table below has the same numbers.",
            **values,
        )
    return gettext(
        "Line chart: %(spent)s spent by %(today)s, about %(likely)s likely by %(last)s, between %(low)s and %(high)s, "
        "of %(limit)s. The table below has the same numbers.",
        limit=money(limit),
        **values,
    )


def _sums(use: SourceUse, today: date) -> list[tuple[date, int]]:
    """Return what was spent up to the first day of the year, to the end of each month, and to today."""
    found: list[tuple[date, int]] = [(use.year.first, 0)]
    total, on = 0, use.year.first
    while on <= today:
        total += use.by_day.get(on, 0)
        if on == today or (on + timedelta(days=1)).day == 1:
            found.append((on, total))
        on += timedelta(days=1)
    return found


def _months(first: date, last: date) -> list[date]:
    starts = [first]
    on = first
    while on < last:
        on += timedelta(days=1)
        if on.day == 1:
            starts.append(on)
    # The first day of a year is no beginning of a month: its label would stand on the next one's.
    if first.day != 1 and len(starts) > 1 and (starts[1] - first).days < 20:
        starts = starts[1:]
    return starts[:MOST_MONTHS]


def _apart(ends: list[EndLabel]) -> list[EndLabel]:
    """Return the labels from the top to the bottom, moved down where two would stand on one another."""
    placed: list[EndLabel] = []
    for end in sorted(ends, key=lambda one: one.at):
        at = max(end.at, placed[-1].at + LINE) if placed else end.at
        placed.append(EndLabel(at, end.text, end.kind))
    beyond = placed[-1].at - (HEIGHT - BOTTOM)
    return [EndLabel(one.at - beyond, one.text, one.kind) for one in placed] if beyond > 0 else placed


def _short(cents: int) -> str:
    """Return an amount without its hundredths: $48,000."""
    return money((cents + 50) // 100 * 100).removesuffix(".00")


def _round_up(cents: int) -> int:
    size = 400
    while True:
        for factor in (1, 2, 3, 4, 5, 6, 8):
            if cents <= size * factor:
                return size * factor
        size *= 10
