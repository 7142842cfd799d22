"""Panels: the strips of a site's test cup, and the lot of the kit that is in use.

A cup has several strips, and the form asks for each of them: first for what the schedule's target needs, then for the
side bonus, then for the rest. A target may be a group. Where the panel has a strip for every analyte of the group, the
form asks for these, and the group's result follows from them; otherwise it asks for the group itself.

An analyte without an answer is never taken as negative, nor as not negative: the form asks for it. A strip beyond the
target may be marked as not read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.schedules.analytes import BY_NAME, GROUPS, group_result, in_sentence
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits.evidence import (
    GIVEN,
    NEGATIVE,
    OUT_OF_RANGE,
    POSITIVE,
    RESULTS,
    NewVisit,
    Specimen,
    Test,
    outcome_of,
)
from cm_tracker.domain.visits.specimens import deciding, specimens_of

NOT_READ = "not_read"
"""What a form sends for a strip that could not be read. It is no result, and nothing is stored for the strip."""

NG, MG = "ng/mL", "mg/dL"
UNITS = (NG, MG)

LEAST_STRIPS, MOST_STRIPS = 1, 20
MOST_CUTOFF = 1_000_000
MOST_PANELS = 20
"""So many panels a site may have in use at a time."""
WARN_DAYS = 30
"""So many days before a lot expires, staff and leads are warned."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip of a panel: its analyte, and the cut-off at which it is positive."""

    analyte: str
    cutoff: int
    unit: str = NG


@dataclass(frozen=True, slots=True)
class KitLot:
    """The lot of a kit: its number, its last day, and the day from which it is in use."""

    id: int
    number: str
    expires_on: date
    used_from: date

    def days_left(self, today: date) -> int:
        """Return how many days the lot can still be used after today. It is below 0 once the lot has expired."""
        return (self.expires_on - today).days

    def is_expired(self, today: date) -> bool:
        """Return whether the last day of the lot is over."""
        return today > self.expires_on

    def warns(self, today: date) -> bool:
        """Return whether the lot expires within `WARN_DAYS` days, or has expired."""
        return today + timedelta(days=WARN_DAYS) >= self.expires_on


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of a site with its strips in the order of the cup. `lot` is the one in use, or None."""

    id: int
    name: str
    strips: tuple[Strip, ...]
    lot: KitLot | None

    @property
    def analytes(self) -> tuple[str, ...]:
        """The analytes of the strips, in the order of the cup."""
        return tuple(strip.analyte for strip in self.strips)


@dataclass(frozen=True, slots=True)
class Template:
    """A common cup, from which a lead makes a panel. The kit's insert says what its own strips are."""

    name: str
    title: str
    strips: tuple[Strip, ...]


_CUTOFFS = {
    "amphetamine": 500,
    "barbiturate": 300,
    "benzodiazepine": 300,
    "buprenorphine": 10,
    "cocaine": 150,
    "fentanyl": 10,
    "mdma": 500,
    "methadone": 300,
    "methamphetamine": 500,
    "opiate": 300,
    "oxycodone": 100,
    "phencyclidine": 25,
    "propoxyphene": 300,
    "thc": 50,
    "tricyclic": 1000,
}


def _template(name: str, title: str, analytes: str, **other: int) -> Template:
    return Template(name, title, tuple(Strip(one, {**_CUTOFFS, **other}[one]) for one in analytes.split()))


# The cut-offs of CLIA-waived cups; docs/lead.md has the sources.
TEMPLATES = (
    _template("5", "5 strips", "cocaine amphetamine methamphetamine opiate thc"),
    _template("federal", "Federal workplace panel", "cocaine amphetamine opiate phencyclidine thc", opiate=2000),
    _template(
        "10",
        "10 strips",
        "cocaine amphetamine methamphetamine benzodiazepine barbiturate methadone opiate oxycodone phencyclidine thc",
    ),
    _template(
        "12",
        "12 strips",
        "cocaine amphetamine methamphetamine mdma benzodiazepine barbiturate buprenorphine methadone opiate oxycodone "
        "phencyclidine thc",
    ),
    _template(
        "14",
        "14 strips",
        "cocaine amphetamine methamphetamine mdma benzodiazepine barbiturate buprenorphine fentanyl methadone opiate "
        "oxycodone phencyclidine thc tricyclic",
    ),
)


def check_panel(name: str, strips: Sequence[Strip]) -> None:
    """Raise everything that is wrong with a new panel, each at its field."""
    refusals = AllRefusals()
    with refusals:
        if not 1 <= len(name.strip()) <= 80 or not name.isprintable():
            raise BadInput("Give the panel a name of up to 80 characters.", "name")
    with refusals:
        if not LEAST_STRIPS <= len(strips) <= MOST_STRIPS:
            raise BadInput(
                "Enter the cut-off of each strip of the cup, of at most %(most)s strips.", "strips", most=MOST_STRIPS
            )
    for n, strip in enumerate(strips):
        with refusals:
            if strip.analyte not in BY_NAME or strip.analyte in GROUPS:
                raise BadInput("%(word)s is not a single analyte of the list.", "strips", word=strip.analyte)
            title = BY_NAME[strip.analyte].title
            if strip.analyte in (other.analyte for other in strips[:n]):
                raise BadInput("%(word)s is there twice.", "strips", word=title)
            if not 1 <= strip.cutoff <= MOST_CUTOFF or strip.unit not in UNITS:
                raise BadInput(
                    "%(word)s: the cut-off is a whole number such as 300.", f"cutoff_{strip.analyte}", word=title
                )
    refusals.raise_any()


def check_lot(number: str, expires_on: date | None, used_from: date | None, today: date) -> None:
    """Raise everything that is wrong with a new lot: its number, its last day, and the day from which it is used."""
    refusals = AllRefusals()
    with refusals:
        if not 1 <= len(number.strip()) <= 40 or not number.isprintable():
            raise BadInput("Enter the lot number from the box, up to 40 characters.", "number")
    with refusals:
        if expires_on is None or expires_on < today:
            raise BadInput("The lot has expired. Enter the last day that is printed on the box.", "expires_on")
        if expires_on.year > today.year + 10:
            raise BadInput("Enter the last day that is printed on the box. It is within ten years.", "expires_on")
    with refusals:
        if used_from is None or not today - timedelta(days=366) <= used_from <= today + timedelta(days=366):
            raise BadInput("Enter the day from which the lot is used, within a year of today.", "used_from")
        if expires_on is not None and used_from > expires_on:
            raise BadInput("The lot expires before it is used. Correct one of the two days.", "used_from")
    refusals.raise_any()


def unit_of(analyte: str) -> str:
    """Return the unit of an analyte's cut-off."""
    return MG if analyte == "alcohol" else NG


def asked_on(track: Track, strips: Sequence[str]) -> tuple[str, ...]:
    """Return the analytes that the form of a track asks for: those of the schedule first, then the other strips."""
    asked: list[str] = []
    for name in track.analytes:
        members = GROUPS.get(name, ())
        if name not in strips and members and all(member in strips for member in members):
            # In the order of the cup, as they lie before the reader.
            asked += [strip for strip in strips if strip in members]
        else:
            asked.append(name)
    return tuple(dict.fromkeys([*asked, *strips]))


def needed_on(track: Track, asked: Sequence[str]) -> frozenset[str]:
    """Return those of the asked analytes without whose result the outcome is not known, in whichever phase it is decided."""
    return frozenset(one for name in track.targets for one in ((name,) if name in asked else GROUPS.get(name, ())))


def is_needed(track: Track, analyte: str) -> bool:
    """Return whether the outcome is not known without the result of an analyte: it is in the target, or in its group."""
    return any(analyte == name or analyte in GROUPS.get(name, ()) for name in track.targets)


def recorded_strips(results: Iterable[str]) -> tuple[str, ...]:
    """Return the analytes of recorded results as strips, without groups, in the order of the list."""
    recorded = set(results) - set(GROUPS)
    return tuple(name for name in BY_NAME if name in recorded)


def with_groups(track: Track, results: Mapping[str, str]) -> dict[str, str]:
    """Return the results with that of each group that the schedule names, where it follows from its analytes."""
    whole = dict(results)
    for name in track.analytes:
        if name in GROUPS and name not in whole:
            result = group_result(results.get(member) for member in GROUPS[name])
            if result is not None:
                whole[name] = result
    return whole


def check_answers(track: Track, test: Test, asked: Iterable[str], unread: Iterable[str] = ()) -> None:
    """Raise a refusal for each asked analyte that has no answer, at its field, and for results that contradict.

    A specimen that was refused, altered or too dilute is not read.
    """
    refusals = AllRefusals()
    needed = needed_on(track, tuple(asked))
    if test.specimen == GIVEN and test.temperature != OUT_OF_RANGE:
        for analyte in asked:
            with refusals:
                if test.results.get(analyte) in RESULTS or (analyte in unread and analyte not in needed):
                    continue
                word = in_sentence(analyte)
                if analyte in needed:
                    raise BadInput(
                        "Give a result for %(analyte)s: negative, positive or pending.",
                        f"result_{analyte}",
                        analyte=word,
                    )
                raise BadInput(
                    "Give a result for %(analyte)s, or say that it was not read.", f"result_{analyte}", analyte=word
                )
    for group, members in GROUPS.items():
        with refusals:
            found = [member for member in members if test.results.get(member) == POSITIVE]
            if test.results.get(group) == NEGATIVE and found:
                raise BadInput(
                    "%(analyte)s is positive, so %(group)s cannot be negative. Correct one of the two.",
                    f"result_{group}",
                    analyte=BY_NAME[found[0]].title,
                    group=BY_NAME[group].title,
                )
    refusals.raise_any()


def outcome_of_specimen(track: Track, one: Specimen) -> str:
    """Return the outcome of a specimen on a track, as `evidence.outcome_of` does.

    Raise a refusal for each analyte that was asked for and has no answer.
    """
    if one.asked and track.evidence == "drug_test":
        check_answers(track, one.test, one.asked, one.unread)
    return outcome_of(track, one.test)


def outcome_asked(track: Track, visit: NewVisit) -> str:
    """Return the outcome of a visit on a track: that of its evidence, or of the specimen that decides.

    Raise what `outcome_of_specimen` raises for any of the specimens.
    """
    given = specimens_of(visit)
    if not given:
        return outcome_of(track, visit.evidence)
    return [outcome_of_specimen(track, one) for one in given][deciding(given)]
