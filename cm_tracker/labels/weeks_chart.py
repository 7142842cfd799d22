"""The chart of negative tests by week as coordinates. The template draws it as SVG, with a table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.measures.negatives import WeekOfNegatives
from cm_tracker.i18n import gettext
from cm_tracker.labels.desk import compared, month_day, result

WIDTH, HEIGHT = 760, 250
LEFT, RIGHT, TOP, GROUND = 48, 752, 22, 200
SHARES = (0, 25, 50, 75, 100)
_WIDTH_OF_BAR = 40
MIDDLE, DARK, OPEN = "middle", "dark", "open"


@dataclass(frozen=True, slots=True)
class WeekBar:
    """The bar of a week. `percent` is None without a test; `kind` is dark (compared in the title), open (this week) or middle."""

    x: float
    y: float
    height: float
    percent: int | None
    tests: int
    label: str
    monday: date
    kind: str
    negative: int

    @property
    def middle(self) -> float:
        """Where the texts of the bar are centered."""
        return self.x + _WIDTH_OF_BAR / 2

    @property
    def says(self) -> str:
        """What stands above the bar."""
        if self.percent is None:
            return "–"
        return gettext("%(percent)s so far", percent=self.percent) if self.kind == OPEN else str(self.percent)


@dataclass(frozen=True, slots=True)
class WeeksChart:
    """The chart: its title, its bars, and the lines of its shares, each with where it is."""

    says: str
    bars: tuple[WeekBar, ...]
    shares: tuple[tuple[int, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    ground: int = GROUND
    bar_width: int = _WIDTH_OF_BAR


def weeks_chart(weeks: Sequence[WeekOfNegatives]) -> WeeksChart:
    """Return the chart of some weeks."""
    step = (RIGHT - LEFT) / max(len(weeks), 1)
    ends = compared(weeks) or ()
    bars = []
    for number, week in enumerate(weeks):
        percent = percent_of(week)
        height = round((GROUND - TOP) * (percent or 0) / 100, 1)
        # The month stands where it begins.
        has_month = number == 0 or weeks[number - 1].monday.month != week.monday.month
        bars.append(
            WeekBar(
                round(LEFT + step * number + (step - _WIDTH_OF_BAR) / 2, 1), GROUND - height, height, percent,
                week.counts.expected, month_day(week.monday) if has_month else str(week.monday.day), week.monday,
                OPEN if not week.is_over else DARK if week in ends else MIDDLE, week.counts.negative,
            )
        )  # fmt: skip
    return WeeksChart(
        result(weeks), tuple(bars), tuple((share, GROUND - (GROUND - TOP) * share / 100) for share in SHARES)
    )  # fmt: skip


def percent_of(week: WeekOfNegatives) -> int | None:
    """Return the negative ones of a hundred expected tests, the half rounded up. None without a test."""
    counts = week.counts
    return (200 * counts.negative + counts.expected) // (2 * counts.expected) if counts.expected else None
