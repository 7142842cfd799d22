"""The picture beside the editor: what a draft does, drawn small."""

from collections.abc import Sequence
from dataclasses import dataclass

from cm_tracker.charts import ladder_paid
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.invented import Costs, Invented, bonus_that_fits, costs, invented_clients, worth_cents
from cm_tracker.domain.schedules.outcomes import EXCUSED, MET, UNEXCUSED
from cm_tracker.domain.schedules.schedule import Schedule, Track
from cm_tracker.i18n import gettext, marked, number
from cm_tracker.labels import draft_words

WIDTH, HEIGHT, LEFT, GROUND, TOP = 376, 130, 34, 108, 10
# So many visits of an invented client have room.
MOST_DOTS = 80
# How a visit is drawn.
MET_KIND, UNPAID, EXCUSED_KIND, MISSED, POSITIVE = (
    marked("met"),
    marked("unpaid"),
    marked("excused"),
    marked("missed"),
    marked("positive"),
)


@dataclass(frozen=True, slots=True)
class PictureBar:
    """The bar of a visit: the ladder, the bonus on top, and what a ceiling cut above both."""

    x: float
    width: float
    y: float
    height: float
    bonus_y: float
    bonus_height: float
    cut_y: float
    cut_height: float


@dataclass(frozen=True, slots=True)
class PictureMark:
    """A word or a number on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """An invented client: a name, a few words, the sum in cents, and the kind of each visit that has room."""

    name: str
    about: str
    cents: int
    visits: tuple[str, ...]
    more: int
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What a draft does while one of its behaviors is shown."""

    unit: str
    costs: Costs
    has_ceiling: bool
    bars: tuple[PictureBar, ...]
    amounts: tuple[PictureMark, ...]
    weeks: tuple[PictureMark, ...]
    says: str
    worth_a_look: str
    rows: tuple[Row, ...]

    @property
    def has_bonus(self) -> bool:
        """Return whether a bonus is drawn."""
        return any(bar.bonus_height for bar in self.bars)

    @property
    def has_cut(self) -> bool:
        """Return whether a ceiling cuts something."""
        return any(bar.cut_height for bar in self.bars)

    width, height, left, ground = WIDTH, HEIGHT, LEFT, GROUND


def picture_of(schedule: Schedule, track: Track) -> Picture:
    """Return the picture of a schedule while a track of it is shown."""
    clients = invented_clients(schedule, track)
    perfect = clients[0]
    bonus = bonus_that_fits(schedule, track) if perfect.cut else None
    most = max([result.due for result in perfect.results] + [1])
    scale = (GROUND - TOP) / most
    step = (WIDTH - LEFT) / max(len(perfect.results), 1)
    paid = sum(result.paid for result in perfect.results)
    return Picture(
        unit=track.pays,
        costs=costs(schedule),
        has_ceiling=bool(schedule.ceilings),
        bars=tuple(_bar(n, result, step, scale) for n, result in enumerate(perfect.results)),
        amounts=tuple(
            PictureMark(round(GROUND - part * scale, 1), number(part)) for part in dict.fromkeys((0, most // 2, most))
        ),
        weeks=tuple(_weeks(perfect.results, step)),
        says=gettext(
            "Bar chart: %(amount)s in all when every target is met, from %(first)s at first to %(most)s at most.",
            amount=f"{number(paid)} {gettext(track.pays)}",
            first=number(perfect.results[0].paid),
            most=number(max(result.paid for result in perfect.results)),
        ),
        worth_a_look=draft_words.worth_a_look(perfect, bonus, track.pays),
        rows=tuple(_row(client, schedule) for client in clients),
    )


def _bar(n: int, result: Result, step: float, scale: float) -> PictureBar:
    ladder, bonus, cut = ladder_paid(result), result.paid - ladder_paid(result), result.due - result.paid
    top, over = GROUND - ladder * scale, GROUND - result.paid * scale
    return PictureBar(
        x=round(LEFT + n * step + step * 0.1, 1),
        width=round(step * 0.8, 1),
        y=round(top, 1),
        height=round(ladder * scale, 1),
        bonus_y=round(over, 1),
        bonus_height=round(bonus * scale, 1),
        cut_y=round(over - cut * scale, 1),
        cut_height=round(cut * scale, 1),
    )


def _weeks(results: Sequence[Result], step: float) -> list[PictureMark]:
    every = max(-(-results[-1].week // 12), 1)
    marks: list[PictureMark] = []
    last = 1 - every
    for n, result in enumerate(results):
        if result.week >= last + every:
            last = result.week
            marks.append(PictureMark(round(LEFT + (n + 0.5) * step, 1), str(result.week)))
    return marks


def _row(client: Invented, schedule: Schedule) -> Row:
    kinds = [_kind(result) for result in client.results]
    counts = ", ".join(f"{kinds.count(kind)} {gettext(kind)}" for kind in dict.fromkeys(kinds))
    return Row(
        name=draft_words.name_of(client),
        about=draft_words.about(client),
        cents=worth_cents(client.cents, client.draws, schedule.bowl),
        visits=tuple(kinds[:MOST_DOTS]),
        more=max(len(kinds) - MOST_DOTS, 0),
        says=gettext("%(number)s visits: %(counts)s.", number=len(kinds), counts=counts),
    )


def _kind(result: Result) -> str:
    """Return how a visit is drawn. One that is met and that a ceiling leaves unpaid has a shape of its own."""
    if result.outcome == MET:
        return UNPAID if result.cut_by and not result.paid else MET_KIND
    return {EXCUSED: EXCUSED_KIND, UNEXCUSED: MISSED}.get(result.outcome, POSITIVE)
