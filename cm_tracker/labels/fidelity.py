"""Training, a site's checklist and observed sessions in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cm_tracker.domain.fidelity.competence import HIGHEST, LOWEST, MANNER, REWARDS, mean, tenths
from cm_tracker.domain.fidelity.readiness import (
    AGREEMENT,
    CABINET,
    COVER,
    KIT,
    LEADS,
    ROOM,
    SCHEDULE,
    TRAINED,
    WAIVER,
    Facts,
    Untrained,
)
from cm_tracker.domain.fidelity.training import CORE, DOCUMENTATION, INCENTIVES, SUPERVISION, TESTS
from cm_tracker.forms.fidelity import QUESTIONS, SUBJECT_NAMES
from cm_tracker.labels.counting import counted, tier_name
from cm_tracker.queries.fidelity.sessions import RatedSession

SUBJECTS_IN_SHORT: Mapping[str, str] = {
    CORE: "core and protocol",
    TESTS: "tests",
    INCENTIVES: "prizes",
    DOCUMENTATION: "writing down",
    SUPERVISION: "supervision",
}

ITEM_NAMES: Mapping[str, str] = {
    TRAINED: "Everybody is trained",
    SCHEDULE: "A schedule is published",
    LEADS: "A second lead can decide",
    KIT: "A test panel with a lot in date is on record",
    CABINET: "The cabinet is filled",
    AGREEMENT: "The agreement for clients is written",
    WAIVER: "The waiver for tests is on file",
    ROOM: "There is a private place",
    COVER: "Somebody covers",
}
ITEM_HELP: Mapping[str, str] = {
    AGREEMENT: "What clients sign: what is tested, what each visit earns, what happens after a lapse, and their rights. Name "
    "its version.",
    WAIVER: "The number of the CLIA waiver, or the laboratory that does the tests.",
    ROOM: "Where tests are given and prizes are handed out. Nobody else can see or hear it.",
    COVER: "Who does the work when the coordinator is away. Name the person.",
}

GROUP_NAMES: Mapping[str, str] = {REWARDS: "Results and rewards", MANNER: "How it was led"}
ANCHORS = f"{LOWEST} is not at all, 4 is well enough, {HIGHEST} could not be better."


def subject(name: str) -> str:
    """Return a subject as the form names it."""
    return SUBJECT_NAMES[name]


def question(name: str) -> str:
    """Return a line of a rating as the form names it."""
    return QUESTIONS[name][0]


def subjects(names: Sequence[str]) -> str:
    """Return subjects as a list of words."""
    return ", ".join(SUBJECTS_IN_SHORT[name] for name in names)


def to_learn(one: Untrained) -> str:
    """Return what somebody has to learn: tests, prizes; again: core and protocol."""
    parts = [subjects(one.subjects)] if one.subjects else []
    return "; ".join([*parts, *([f"again: {subjects(one.again)}"] if one.again else [])])


def says(item: str, facts: Facts) -> str:
    """Return what the program sees of an item of the checklist."""
    if item == TRAINED:
        if not facts.clinical:
            return "Nobody who works with clients has an account here yet."
        if facts.untrained:
            return "Not on record yet, or due again:"
        return f"{counted(facts.clinical, 'person', 'people')} with all subjects on record."
    if item == SCHEDULE:
        return f"{counted(facts.schedules, 'schedule')} to enroll in." if facts.schedules else "There is none yet."
    if item == LEADS:
        if facts.leads > 1:
            return f"{counted(facts.leads, 'lead')} in the program."
        return (
            "The program has stated that it has one lead."
            if facts.is_one_lead_stated
            else "Open a second lead’s account, or state that there is one lead."
        )
    if item == KIT:
        return "Its lot is in date." if facts.has_kit else "Enter the panel and its lot under Test panels."
    if facts.empty_tiers:
        tiers = ", ".join(tier_name(tier) for tier in facts.empty_tiers)
        return f"The bowl promises what the cabinet lacks: {tiers}."
    return f"{counted(facts.items, 'item')} in it." if facts.items else "Book a delivery under Prizes."


def one_decimal(value: Fraction | None) -> str:
    """Return a mean with one decimal, or a dash where nothing was observed."""
    return "–" if value is None else f"{tenths(value) // 10}.{tenths(value) % 10}"


def group_mean(one: RatedSession, group: str | None = None) -> str:
    """Return the mean of a session in a group, or in all."""
    return one_decimal(mean(one.ratings, group))


WIDTH, HEIGHT, LEFT, GROUND = 320, 150, 24, 124


@dataclass(frozen=True, slots=True)
class Line:
    """The means of a group over time: the points of its line, each with a mark."""

    group: str
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """Return the points as an SVG polyline has them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def lines(sessions: Sequence[RatedSession]) -> tuple[Line, ...]:
    """Return a line for each group, the oldest of at most twelve sessions first."""
    shown = list(reversed(sessions[:12]))
    step = (WIDTH - LEFT - 16) / max(len(shown) - 1, 1)
    found = []
    for group in GROUP_NAMES:
        means = [(n, mean(one.ratings, group)) for n, one in enumerate(shown)]
        points = tuple((round(LEFT + 8 + n * step, 1), height(value)) for n, value in means if value is not None)
        found.append(Line(group, points))
    return tuple(found)


def height(value: Fraction | int) -> float:
    """Return how far from the top of the chart a mean stands."""
    return round(float(GROUND - (value - LOWEST) * Fraction(GROUND - 14, HIGHEST - LOWEST)), 1)


def chart_says(sessions: Sequence[RatedSession]) -> str:
    """Return the chart in a sentence, with the newest means."""
    newest = sessions[0]
    parts = ", ".join(f"{GROUP_NAMES[group].lower()} {group_mean(newest, group)}" for group in GROUP_NAMES)
    return f"The newest of {counted(len(sessions), 'session')}: {parts}, of 7."
