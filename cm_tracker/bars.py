"""The chart of a report: one bar for each row, with its label before it and its value after it."""

from dataclasses import dataclass

from cm_tracker.domain.measures.tables import PERCENT, Cell, Table
from cm_tracker.i18n import gettext
from cm_tracker.report_files import shown

WHOLE = 1000
"""One hundred percent, in thousandths."""


@dataclass(frozen=True, slots=True)
class RowBar:
    """A bar. `length` is its share of the whole width in percent, and None where there is no number to draw."""

    label: str
    length: float | None
    value: str
    is_sum: bool


@dataclass(frozen=True, slots=True)
class BarChart:
    """The bars of a report's chart, in the order of its rows. `about` is the title of the column that they show."""

    about: str
    bars: tuple[RowBar, ...]

    @property
    def says(self) -> str:
        """Return the description of the chart for screen readers."""
        values = ", ".join(f"{bar.label}: {bar.value}" for bar in self.bars)
        return gettext(
            "Bar chart: %(about)s. %(values)s. The table below has the same numbers.", about=self.about, values=values
        )


def bar_chart(table: Table, last_is_sum: bool) -> BarChart | None:
    """Return the chart of a report, or None for one without a chart or without a number in it.

    The bars of shares are measured against one hundred percent, all others against the longest of them.
    """
    if table.chart is None:
        return None
    place = [column.name for column in table.columns].index(table.chart)
    column, first = table.columns[place], table.columns[0]
    numbers = [cell for cell in table.column(table.chart) if isinstance(cell, int)]
    if not numbers:
        return None
    most = WHOLE if column.kind == PERCENT else max(*numbers, 1)
    return BarChart(
        column.title,
        tuple(
            RowBar(
                shown(row[0], first.kind),
                _length(row[place], most),
                shown(row[place], column.kind),
                last_is_sum and number == len(table.rows),
            )
            for number, row in enumerate(table.rows, 1)
        ),
    )


def _length(cell: Cell, most: int) -> float | None:
    return round(min(max(cell, 0), most) * 100 / most, 2) if isinstance(cell, int) else None
