"""From evidence to an outcome. Staff enter what they saw, and the program decides what it means.

Only the analytes in the track's `target` count: a client who is negative for the target and positive
for something else has met it. Where the track has a rule for readings, a number takes the place of the analytes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cm_tracker.domain.errors import AllRefusals, BadInput
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Track

NEGATIVE = "negative"
POSITIVE = "positive"
PENDING = "pending"
RESULTS = (NEGATIVE, POSITIVE, PENDING)

_SPECIMEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")

# A breath test has one reading. It is stored as the result of this analyte.
BREATH = "breath"

# A reading that the laboratory still owes is stored as the result of this analyte: `pending`.
READING = "reading"
MOST_READING = 1_000_000
"""No device and no laboratory reports a higher number."""

GIVEN = "given"
REFUSED = "refused"
DILUTE = "dilute"
TAMPERED = "tampered"
LEAKED = "leaked"
INVALID = "invalid"
SPECIMENS = (GIVEN, REFUSED, DILUTE, TAMPERED, LEAKED, INVALID)

# What has no temperature to read: there is no cup, or it is not full any more.
WITHOUT_TEMPERATURE = (REFUSED, LEAKED)

IN_RANGE = "in_range"
OUT_OF_RANGE = "out_of_range"
NOT_READ = "not_read"
TEMPERATURES = (IN_RANGE, OUT_OF_RANGE, NOT_READ)

MINUTES_OF_A_WEEK = 7 * 24 * 60

EXCUSES = (
    "illness",
    "hospital",
    "medical_appointment",
    "court",
    "jail",
    "family",
    "work",
    "transport",
    "bereavement",
    "clinic_closed",
    "test_unavailable",
    "died",
    "other",
)


@dataclass(frozen=True, slots=True)
class Test:
    """A drug or breath test: the state of the specimen, and a result for each analyte or a `reading`.

    A reading that is disputed, or of a specimen that does not count, is kept and decides nothing. `is_observed` says that somebody watched the specimen being given. It decides only after one that was altered.
    """

    __test__ = False  # tells pytest that this class is not a test case

    results: Mapping[str, str] = field(default_factory=dict)
    specimen: str = GIVEN
    temperature: str | None = None
    is_disputed: bool = False
    is_observed: bool = False
    reading: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen of a visit: its test, the label of its cup, and when it was collected and read.

    `asked` are the analytes that a form asked for, and `unread` those of them whose strips could not be read. They are
    no part of the record.
    """

    test: Test
    specimen_id: str | None = None
    collected_at: datetime | None = None
    read_at: datetime | None = None
    asked: tuple[str, ...] = field(default=(), compare=False, repr=False)
    unread: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """The client attended a session or finished an activity, and staff saw it."""


@dataclass(frozen=True, slots=True)
class AwaitedTest:
    """The client came, and the result of that day's test is not known yet. Nothing is paid, and nothing resets."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The client did not come. `excuse` is one of `EXCUSES`, or None if there is none."""

    excuse: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """The minutes of one program week: attended, excused (missed with an excuse), and expected by the client's plan.

    Excused minutes count as attended. They are kept apart, so that an auditor sees what the client came for.
    """

    attended: int
    excused: int
    expected: int

    @property
    def counted(self) -> int:
        """The minutes that count: attended and excused ones."""
        return self.attended + self.excused


Evidence = Test | Presence | AwaitedTest | Absence | Hours


@dataclass(frozen=True, slots=True)
class Collection:
    """How a specimen was collected and read: the panel and the lot of the kit, and who was there.

    `observed` is yes or no: whether somebody watched the specimen that decides. `second_reader_id` is who else read a faint line. Everything is None where nobody said it.
    """

    panel_id: int | None = None
    kit_lot_id: int | None = None
    collected_by_id: int | None = None
    observed: str | None = None
    second_reader_id: int | None = None


NOT_SAID = Collection()


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit as staff entered it: its day, its evidence, and for a test the specimen's label and times.

    `earlier` are the specimens that were given before that one at the same visit, in their order. `asked` are the
    analytes that the form asked for, and `unread` those of them whose strips could not be read.
    """

    behavior: str
    happened_on: date
    evidence: Evidence
    specimen_id: str | None = None
    collected_at: datetime | None = None
    read_at: datetime | None = None
    note: str | None = None
    earlier: tuple[Specimen, ...] = ()
    collection: Collection = NOT_SAID
    asked: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def analytes_of(track: Track) -> tuple[str, ...]:
    """Return the analytes for which a test on this track needs a result; none where a reading decides."""
    return (BREATH,) if track.evidence == "breath_test" else track.analytes


def outcome_of(track: Track, evidence: Evidence) -> str:
    """Return the outcome of a visit on a track, one of `outcomes.ALL`.

    The outcome of a reading is what it is without earlier readings; with them, `history` decides. Raise `BadInput` if the evidence does not belong to the track, contradicts itself or lacks a result.
    """
    is_test = track.is_test
    match evidence:
        case Hours() if track.evidence == "hours":
            return _outcome_of_hours(track, evidence)
        case _ if track.evidence == "hours":
            raise BadInput(
                "%(track)s: enter the hours of the whole week. An absence is a part of them.", track=track.title
            )
        case Absence(excuse=None):
            return outcomes.UNEXCUSED
        case Absence(excuse=excuse):
            if excuse not in EXCUSES:
                raise BadInput(
                    '"%(excuse)s" is not a known excuse; use one of: %(known)s.',
                    "excuse",
                    excuse=str(excuse),
                    known=", ".join(EXCUSES),
                )
            return outcomes.EXCUSED
        case Presence() if track.evidence in ("attendance", "activity"):
            return outcomes.MET
        case AwaitedTest() if is_test:
            return outcomes.PENDING
        case Test() if is_test:
            return _outcome_of_test(track, evidence)
    raise BadInput("%(track)s: this evidence does not belong to this track.", track=track.title)


def _outcome_of_hours(track: Track, hours: Hours) -> str:
    refusals = AllRefusals()
    for name in ("attended", "excused", "expected"):
        with refusals:
            if not 0 <= getattr(hours, name) <= MINUTES_OF_A_WEEK:
                raise BadInput("A week has 168 hours, so this is not possible. Correct it.", name)
    with refusals:
        if hours.excused > hours.expected:
            raise BadInput("More time is excused than was expected. Correct one of the two.", "excused")
    with refusals:
        if not refusals.found and hours.counted > MINUTES_OF_A_WEEK:
            raise BadInput("A week has 168 hours, so this is not possible. Correct it.", "attended")
    refusals.raise_any()
    if hours.expected == 0:
        return outcomes.EXCUSED
    return outcomes.MET if hours.counted >= 60 * (track.hours or 0) else outcomes.UNEXCUSED


def _outcome_of_test(track: Track, test: Test) -> str:
    if test.specimen not in SPECIMENS:
        raise BadInput("The specimen must be one of: %(known)s.", "specimen", known=", ".join(SPECIMENS))
    if test.specimen == REFUSED:
        if test.results or test.is_disputed or test.reading is not None:
            raise BadInput("No specimen was given, but a result is marked. Remove one of the two.", "specimen")
        return outcomes.REFUSED
    if test.is_disputed and test.reading is None and POSITIVE not in test.results.values():
        raise BadInput("Nothing is positive, so there is nothing to dispute. Correct one of the two.", "is_disputed")
    if test.specimen == LEAKED:
        return outcomes.EXCUSED
    if test.specimen == TAMPERED or test.temperature == OUT_OF_RANGE:
        return outcomes.TAMPERED
    if test.specimen == INVALID:
        return outcomes.EXCUSED
    if test.specimen == DILUTE:
        return outcomes.DILUTE
    if track.reading is not None:
        return _outcome_of_reading(track.reading, test, has_cup=track.has_cup)
    target = (BREATH,) if track.evidence == "breath_test" else track.target
    refusals = AllRefusals()
    results = [test.results.get(analyte) for analyte in target]
    for analyte, result in zip(target, results, strict=True):
        with refusals:
            if result not in RESULTS:
                raise BadInput(
                    "Give a result for %(analyte)s: negative, positive or pending.",
                    f"result_{analyte}",
                    analyte=analyte,
                )
    refusals.raise_any()
    if POSITIVE in results:
        return outcomes.DISPUTED if test.is_disputed else outcomes.POSITIVE
    return outcomes.PENDING if PENDING in results else outcomes.MET


def _outcome_of_reading(rule: ReadingRule, test: Test, *, has_cup: bool) -> str:
    is_awaited = test.results.get(READING) == PENDING
    if test.reading is None:
        if is_awaited:
            return outcomes.PENDING
        if not has_cup:
            raise BadInput("Enter the number that the device shows.", "reading")
        raise BadInput("Enter the number, or say that the laboratory’s comes later.", "reading")
    if is_awaited:
        raise BadInput("There is a number, so none is awaited. Correct one of the two.", "reading")
    if not 0 <= test.reading <= MOST_READING:
        raise BadInput(
            "Enter the number in %(unit)s: it is from 0 to %(most)s.", "reading", unit=rule.unit, most=MOST_READING
        )
    is_met = test.reading <= rule.at_most
    if test.is_disputed and is_met:
        raise BadInput("The number counts, so there is nothing to dispute. Correct one of the two.", "is_disputed")
    if test.is_disputed:
        return outcomes.DISPUTED
    return outcomes.MET if is_met else outcomes.POSITIVE


def also_negative(track: Track, results: Mapping[str, str]) -> bool:
    """Return whether the track has a side bonus and all of its analytes are negative."""
    side = track.side_bonus
    return side is not None and all(results.get(analyte) == NEGATIVE for analyte in side.also_negative)


def clean_specimen_id(specimen_id: str) -> str | None:
    """Return the label of a specimen, or None if it is empty. Raise `BadInput` for characters that it may not have."""
    specimen_id = specimen_id.strip()
    if not specimen_id:
        return None
    if not _SPECIMEN_ID.fullmatch(specimen_id):
        raise BadInput("A specimen id has up to 40 letters, digits, dots, slashes and hyphens.", "specimen_id")
    return specimen_id


def _tests_of(visit: NewVisit) -> list[Test]:
    last = [visit.evidence] if isinstance(visit.evidence, Test) else []
    return [*(one.test for one in visit.earlier), *last]


def content_of(visit: NewVisit) -> list[object]:
    """Return what was entered, for the fingerprint that is stored with an idempotency key."""
    return [
        visit.behavior,
        visit.happened_on.isoformat(),
        repr(visit.evidence),
        visit.specimen_id,
        str(visit.collected_at),
        str(visit.read_at),
        visit.note,
        *map(repr, visit.earlier),
        *(f"reading {one.reading}" for one in _tests_of(visit) if one.reading is not None),
        *([repr(visit.collection), *visit.unread] if visit.collection != NOT_SAID or visit.unread else []),
    ]
