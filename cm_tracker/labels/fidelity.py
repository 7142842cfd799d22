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
from cm_tracker.i18n import gettext, lazy, ngettext
from cm_tracker.labels.counting import tier_name
from cm_tracker.queries.fidelity.sessions import RatedSession

SUBJECTS_IN_SHORT: Mapping[str, str] = {
    CORE: lazy("core and protocol"),
    TESTS: lazy("tests"),
    INCENTIVES: lazy("prizes"),
    DOCUMENTATION: lazy("writing down"),
    SUPERVISION: lazy("supervision"),
}

ITEM_NAMES: Mapping[str, str] = {
    TRAINED: lazy("Everybody is trained"),
    SCHEDULE: lazy("A schedule is published"),
    LEADS: lazy("A second lead can decide"),
    KIT: lazy("A test panel with a lot in date is on record"),
    CABINET: lazy("The cabinet is filled"),
    AGREEMENT: lazy("The agreement for clients is written"),
    WAIVER: lazy("The waiver for tests is on file"),
    ROOM: lazy("There is a private place"),
    COVER: lazy("Somebody covers"),
}
ITEM_HELP: Mapping[str, str] = {
    AGREEMENT: lazy(
        "What clients sign: what is tested, what each visit earns, what happens after a lapse, and their rights. Name "
        "its version."
    ),
    WAIVER: lazy("The number of the CLIA waiver, or the laboratory that does the tests."),
    ROOM: lazy("Where tests are given and prizes are handed out. Nobody else can see or hear it."),
    COVER: lazy("Who does the work when the coordinator is away. Name the person."),
}

GROUP_NAMES: Mapping[str, str] = {REWARDS: lazy("Results and rewards"), MANNER: lazy("How it was led")}


def anchors() -> str:
    """Return what the numbers of a rating mean."""
    return gettext(
        "%(lowest)s is not at all, 4 is well enough, %(highest)s could not be better.", lowest=LOWEST, highest=HIGHEST
    )


def subject(name: str) -> str:
    """Return a subject as the form names it."""
    return str(SUBJECT_NAMES[name])


def question(name: str) -> str:
    """Return a line of a rating as the form names it."""
    return str(QUESTIONS[name][0])


def subjects(names: Sequence[str]) -> str:
    """Return subjects as a list of words."""
    return ", ".join(str(SUBJECTS_IN_SHORT[name]) for name in names)


def to_learn(one: Untrained) -> str:
    """Return what somebody has to learn: tests, prizes; again: core and protocol."""
    parts = [subjects(one.subjects)] if one.subjects else []
    if one.again:
        parts.append(gettext("again: %(subjects)s", subjects=subjects(one.again)))
    return "; ".join(parts)


def says(item: str, facts: Facts) -> str:
    """Return what the program sees of an item of the checklist."""
    if item == TRAINED:
        if not facts.clinical:
            return gettext("Nobody who works with clients has an account here yet.")
        if facts.untrained:
            return gettext("Not on record yet, or due again:")
        return ngettext(
            "%(n)s person with all subjects on record.", "%(n)s people with all subjects on record.", facts.clinical
        )
    if item == SCHEDULE:
        if not facts.schedules:
            return gettext("There is none yet.")
        return ngettext("%(n)s schedule to enroll in.", "%(n)s schedules to enroll in.", facts.schedules)
    if item == LEADS:
        if facts.leads > 1:
            return ngettext("%(n)s lead in the program.", "%(n)s leads in the program.", facts.leads)
        return (
            gettext("The program has stated that it has one lead.")
            if facts.is_one_lead_stated
            else gettext("Open a second lead’s account, or state that there is one lead.")
        )
    if item == KIT:
        return (
            gettext("Its lot is in date.")
            if facts.has_kit
            else gettext("Enter the panel and its lot under Test panels.")
        )
    if facts.empty_tiers:
        tiers = ", ".join(tier_name(tier) for tier in facts.empty_tiers)
        return gettext("The bowl promises what the cabinet lacks: %(tiers)s.", tiers=tiers)
    if not facts.items:
        return gettext("Book a delivery under Prizes.")
    return ngettext("%(n)s item in it.", "%(n)s items in it.", facts.items)


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
    means = ", ".join(f"{str(GROUP_NAMES[group]).lower()} {group_mean(newest, group)}" for group in GROUP_NAMES)
    return ngettext(
        "The newest of %(n)s session: %(means)s, of 7.", "The newest of %(n)s sessions: %(means)s, of 7.",
        len(sessions), means=means,
    )  # fmt: skip
