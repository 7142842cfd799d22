"""The charts of a trial and of a back-test as coordinates. The templates draw them, each with a table beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cm_tracker import i18n
from cm_tracker.charts import round_up
from cm_tracker.domain.simulation.trial import Spread, Trial
from cm_tracker.i18n import gettext, marked, ngettext
from cm_tracker.queries.visits.backtest import BackTest

WIDTH, HEIGHT = 480, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 72, 20, 28
# Words stand above the columns of the costs.
WORDS_TOP = 56
# Where the words at the ends of lines stand, from the top.
WORD_ROWS = (14, 30, 46)
LETTER_WIDTH = 7
NEAR = marked("Week %(week)s: %(n)s pass four fifths")
USED_UP = marked("Week %(week)s: %(n)s reach it")
CUT = marked("Week %(week)s: %(n)s have something cut")


@dataclass(frozen=True, slots=True)
class Column:
    """A bar that stands on the ground. `kind` is its style, `label` what stands above it, `says` what it means."""

    x: float
    width: float
    y: float
    height: float
    kind: str
    says: str
    label: str = ""

    @property
    def middle(self) -> float:
        """Return where its label is centered."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A number on an axis, or a line across the chart with a word at its end; `anchor` says on which side it stands."""

    at: float
    label: str
    anchor: str = "middle"
    y: float = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns, or a band around a line, with the numbers of both axes."""

    columns: tuple[Column, ...] = ()
    xs: tuple[Mark, ...] = ()
    ys: tuple[Mark, ...] = ()
    lines: tuple[Mark, ...] = ()
    band: str = ""
    line: str = ""
    ends: tuple[Mark, ...] = ()

    width = WIDTH
    height = HEIGHT
    left = LEFT
    right = WIDTH - RIGHT
    top = TOP
    ground = HEIGHT - BOTTOM


def cost_chart(trial: Trial) -> Chart:
    """Return how the costs of clients are spread: a bar for each span, and a line at the 5th, 50th and 95th of 100."""
    spans = trial.spans
    most = max(span.clients for span in spans)
    wide = (WIDTH - LEFT - 8) / len(spans)
    scale = (HEIGHT - BOTTOM - WORDS_TOP) / most
    width_cents = spans[0].to_cents
    columns = [
        _column(
            LEFT + n * wide + wide * 0.06,
            wide * 0.88,
            span.clients * scale,
            "bar-dear" if span.is_dearest else "bar-mid",
            gettext(
                "%(first)s to %(last)s: %(n)s",
                first=i18n.money(span.from_cents),
                last=i18n.money(span.to_cents),
                n=i18n.number(span.clients),
            ),
        )
        for n, span in enumerate(spans)
    ]
    every = max(-(-len(spans) // 5), 1)
    words = (gettext("5 of 100"), gettext("half"), gettext("95 of 100"))
    values = (trial.each.low, trial.each.middle, trial.each.high)
    lines = [
        Mark(round(LEFT + min(cents / width_cents, len(spans)) * wide, 1), f"{word}: {_short(cents)}")
        for word, cents in zip(words, values, strict=True)
    ]
    return Chart(
        columns=tuple(columns),
        xs=tuple(
            Mark(round(LEFT + n * wide, 1), _short(span.from_cents)) for n, span in enumerate(spans) if n % every == 0
        ),
        lines=_apart(lines),
    )


def ceiling_chart(trial: Trial) -> Chart | None:
    """Return by week how many clients pass four fifths of the program's ceiling and how many reach it, side by side.

    Without such a ceiling, they are those from whom any ceiling cuts something for the first time. None for nobody.
    """
    shown = [(trial.near, "bar-warm", NEAR), (trial.used_up, "bar-full", USED_UP)]
    if trial.ceiling is None:
        shown = [(trial.near, "bar-warm", NEAR), (trial.cut, "bar-full", CUT)]
    most = max(max(counts) for counts, _, _ in shown)
    if not most:
        return None
    weeks, top = len(trial.cut), round_up(most)
    scale = (HEIGHT - BOTTOM - TOP) / top
    step = (WIDTH - LEFT - 8) / weeks
    columns = []
    for week in range(weeks):
        for place, (counts, kind, says) in enumerate(shown):
            count = counts[week]
            if count:
                columns.append(
                    _column(
                        LEFT + week * step + step * (0.1 + 0.42 * place),
                        step * 0.38,
                        count * scale,
                        kind,
                        gettext(says, week=week + 1, n=i18n.number(count)),
                        i18n.number(count),
                    )
                )
    return Chart(columns=_readable(columns), xs=_weeks(weeks, step, step / 2), ys=_amounts(top, scale, i18n.number))


def band_chart(weeks: Sequence[Spread], *, is_money: bool) -> Chart:
    """Return a line by week with the band in which 90 of 100 tries lie."""
    write = _short if is_money else i18n.number
    top = round_up(max((*(week.high for week in weeks), 1)))
    scale = (HEIGHT - BOTTOM - TOP) / top
    step = (WIDTH - LEFT - RIGHT) / max(len(weeks) - 1, 1)

    def points(name: str) -> list[str]:
        return [
            f"{LEFT + n * step:.1f},{HEIGHT - BOTTOM - getattr(week, name) * scale:.1f}" for n, week in enumerate(weeks)
        ]

    last = weeks[-1]
    ends = [
        Mark(WIDTH - RIGHT + 6, write(value), "start", round(HEIGHT - BOTTOM - value * scale + 4, 1))
        for value in (last.high, last.middle, last.low)
    ]
    return Chart(
        xs=_weeks(len(weeks), step, 0),
        ys=_amounts(top, scale, write),
        band=" ".join([*points("high"), *reversed(points("low"))]),
        line=" ".join(points("middle")),
        ends=_stacked(ends),
    )


WIDE, TALL = 1120, 260
SAYS = {
    "bar-more": marked("%(code)s: %(amount)s more"),
    "bar-less": marked("%(code)s: %(amount)s less"),
    "bar-same": marked("%(code)s: the same"),
}


@dataclass(frozen=True, slots=True)
class DifferenceBar:
    """The bar of one client: up is more, down is less. Its link opens the client visit by visit."""

    column: Column
    enrollment_id: int
    code: str


@dataclass(frozen=True, slots=True)
class DifferenceChart:
    """What each client would get more or less, sorted."""

    bars: tuple[DifferenceBar, ...]
    ys: tuple[Mark, ...]
    ground: float
    words: tuple[Mark, ...]

    width = WIDE
    height = TALL
    left = LEFT + 12
    right = WIDE - 8


def difference_chart(found: BackTest) -> DifferenceChart:
    """Return a bar for each client, most gained to most lost."""
    differences = [client.compared.difference for client in found.clients]
    up, down = max(max(differences), 0), max(-min(differences), 0)
    unit = round_up(max(up, down, 100)) // 4
    above, below = -(-up // unit), -(-down // unit)
    scale = (TALL - 2 * BOTTOM) / (max(above + below, 1) * unit)
    ground = round(BOTTOM + above * unit * scale, 1)
    step = (WIDE - LEFT - 20) / len(differences)
    bars = []
    for n, client in enumerate(found.clients):
        cents = client.compared.difference
        height = max(abs(cents) * scale, 2)
        kind = "bar-more" if cents > 0 else "bar-less" if cents < 0 else "bar-same"
        says = gettext(SAYS[kind], code=client.client_code, amount=i18n.money(abs(cents)))
        x = LEFT + 12 + n * step + step * 0.06
        y = ground - height if cents > 0 else ground if cents < 0 else ground - 1
        column = Column(round(x, 1), round(min(step * 0.88, 40), 1), round(y, 1), round(height, 1), kind, says)
        bars.append(DifferenceBar(column, client.enrollment_id, client.client_code))
    return DifferenceChart(
        bars=tuple(bars),
        ys=tuple(
            Mark(round(ground - part * unit * scale, 1), _signed(part * unit)) for part in range(-below, above + 1)
        ),
        ground=ground,
        words=_sides(found, step, ground),
    )


def _sides(found: BackTest, step: float, ground: float) -> tuple[Mark, ...]:
    """Return how many get more and less, each on the empty side of its bars."""
    words = []
    if found.more:
        words.append(
            Mark(LEFT + 16, ngettext("%(n)s get more", "%(n)s get more", len(found.more)), "start", ground + 18)
        )
    if found.less:
        words.append(Mark(WIDE - 8, ngettext("%(n)s get less", "%(n)s get less", len(found.less)), "end", ground - 8))
    return tuple(words)


def _signed(cents: int) -> str:
    sign = "+" if cents > 0 else "−" if cents < 0 else ""
    return f"{sign}{_short(abs(cents))}"


def _column(x: float, width: float, height: float, kind: str, says: str, label: str = "") -> Column:
    return Column(round(x, 1), round(width, 1), round(HEIGHT - BOTTOM - height, 1), round(height, 1), kind, says, label)


def _readable(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns without the labels that would lie on another one; the table has their numbers."""
    taken: list[Column] = []
    for column in sorted(columns, key=lambda one: one.y):
        if all(
            abs(column.y - other.y) > 2 * LETTER_WIDTH
            or abs(column.middle - other.middle) > (len(column.label) + len(other.label)) * LETTER_WIDTH / 2
            for other in taken
        ) and not any(_covers(other, column) for other in columns):
            taken.append(column)
    return tuple(column if column in taken else replace(column, label="") for column in columns)


def _covers(other: Column, column: Column) -> bool:
    """Return whether a taller column stands where the label of another one would be."""
    half = len(column.label) * LETTER_WIDTH / 2
    return other.y < column.y and abs(other.middle - column.middle) < half + other.width / 2


def _apart(lines: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the lines with their words inside the chart and where they do not meet: each in the first row that is free.

    The middle one begins in the second row, so that the eye finds it between the others.
    """
    placed: list[Mark] = []
    for n, line in enumerate(lines):
        anchor = "start" if line.at < WIDTH * 0.3 else "end" if line.at > WIDTH * 0.75 else "middle"
        rows = WORD_ROWS[1:] if n == 1 else WORD_ROWS
        tried = [Mark(line.at, line.label, anchor, y) for y in rows]
        placed.append(next((mark for mark in tried if not any(_meet(mark, other) for other in placed)), tried[-1]))
    return tuple(placed)


def _meet(mark: Mark, other: Mark) -> bool:
    """Return whether the words of two marks are in one row and meet there."""
    (left, right), (others_left, others_right) = _words_of(mark), _words_of(other)
    return mark.y == other.y and left < others_right and others_left < right


def _words_of(mark: Mark) -> tuple[float, float]:
    """Return where the words of a mark begin and end."""
    width = len(mark.label) * LETTER_WIDTH
    left = mark.at - {"start": 0, "middle": width / 2, "end": width}[mark.anchor]
    return left, left + width


def _stacked(ends: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return marks from the top down, each at least a line below the one before."""
    placed: list[Mark] = []
    for end in ends:
        y = max(end.y, placed[-1].y + 14) if placed else end.y
        placed.append(Mark(end.at, end.label, end.anchor, y))
    over = placed[-1].y - (HEIGHT - BOTTOM + 4) if placed else 0
    return tuple(Mark(end.at, end.label, end.anchor, round(end.y - max(over, 0), 1)) for end in placed)


def _weeks(weeks: int, step: float, middle: float) -> tuple[Mark, ...]:
    every = max(-(-weeks // 12), 1)
    return tuple(Mark(round(LEFT + n * step + middle, 1), str(n + 1)) for n in range(0, weeks, every))


def _amounts(top: int, scale: float, write: Callable[[int], str]) -> tuple[Mark, ...]:
    return tuple(Mark(round(HEIGHT - BOTTOM - top * part // 4 * scale, 1), write(top * part // 4)) for part in range(5))


def _short(cents: int) -> str:
    """Return an amount without cents where it has none: $150."""
    words = i18n.money(cents)
    return words.removesuffix(".00")
