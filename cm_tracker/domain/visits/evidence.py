"""From what staff saw to an outcome. Staff enter evidence; the program alone decides what it means.

Only the analytes that the track's `target` names decide: a client who is negative for the target
and positive for something else has met it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.schedule import Track

NEGATIVE = "negative"
POSITIVE = "positive"
PENDING = "pending"
RESULTS = (NEGATIVE, POSITIVE, PENDING)

_SPECIMEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,39}")

# A breath test has one reading; it is kept as the result of this analyte.
BREATH = "breath"

GIVEN = "given"
REFUSED = "refused"
DILUTE = "dilute"
TAMPERED = "tampered"
SPECIMENS = (GIVEN, REFUSED, DILUTE, TAMPERED)

IN_RANGE = "in_range"
OUT_OF_RANGE = "out_of_range"
NOT_READ = "not_read"
TEMPERATURES = (IN_RANGE, OUT_OF_RANGE, NOT_READ)

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
    """A drug or breath test: the specimen as it was, and a result for each analyte."""

    __test__ = False  # pytest would take the name for a test case

    results: Mapping[str, str] = field(default_factory=dict)
    specimen: str = GIVEN
    temperature: str | None = None
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Presence:
    """The client came: an attended session or a finished activity, seen by staff."""


@dataclass(frozen=True, slots=True)
class AwaitedTest:
    """The client came and the test of that day is not known yet: nothing is paid, nothing lapses."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The client did not come; `excuse` is one of `EXCUSES`, or None for an absence without one."""

    excuse: str | None = None


Evidence = Test | Presence | AwaitedTest | Absence


@dataclass(frozen=True, slots=True)
class NewVisit:
    """What staff entered: the day, the evidence, and for a test the cup and its times."""

    behavior: str
    happened_on: date
    evidence: Evidence
    specimen_id: str | None = None
    collected_at: datetime | None = None
    read_at: datetime | None = None
    note: str | None = None


def analytes_of(track: Track) -> tuple[str, ...]:
    """The analytes for which a result must be given on this track."""
    return (BREATH,) if track.evidence == "breath_test" else track.analytes


def outcome_of(track: Track, evidence: Evidence) -> str:
    """The outcome of a visit on a track.

    Raises `BadInput` when the evidence is not of the track's kind, or a result is missing.
    """
    is_test = track.evidence in ("drug_test", "breath_test")
    match evidence:
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
        case Presence() if not is_test:
            return outcomes.MET
        case AwaitedTest() if is_test:
            return outcomes.PENDING
        case Test() if is_test:
            return _outcome_of_test(track, evidence)
    raise BadInput("%(track)s: this evidence does not belong to this track.", track=track.title)


def _outcome_of_test(track: Track, test: Test) -> str:
    if test.specimen not in SPECIMENS:
        raise BadInput("The specimen must be one of: %(known)s.", "specimen", known=", ".join(SPECIMENS))
    if test.specimen == REFUSED:
        if test.results or test.is_disputed:
            raise BadInput("No specimen was given, but a result is marked. Take one of the two away.", "specimen")
        return outcomes.REFUSED
    if test.is_disputed and POSITIVE not in test.results.values():
        raise BadInput("Nothing is positive, so there is nothing to dispute. Correct one of the two.", "is_disputed")
    if test.specimen == TAMPERED or test.temperature == OUT_OF_RANGE:
        return outcomes.TAMPERED
    if test.specimen == DILUTE:
        return outcomes.DILUTE
    target = (BREATH,) if track.evidence == "breath_test" else track.target
    results = []
    for analyte in target:
        result = test.results.get(analyte)
        if result not in RESULTS:
            raise BadInput(
                "Give a result for %(analyte)s: negative, positive or pending.", f"result_{analyte}", analyte=analyte
            )
        results.append(result)
    if POSITIVE in results:
        return outcomes.DISPUTED if test.is_disputed else outcomes.POSITIVE
    return outcomes.PENDING if PENDING in results else outcomes.MET


def also_negative(track: Track, results: Mapping[str, str]) -> bool:
    """Whether the side bonus's analytes are all negative."""
    side = track.side_bonus
    return side is not None and all(results.get(analyte) == NEGATIVE for analyte in side.also_negative)


def clean_specimen_id(specimen_id: str) -> str | None:
    """The label of a cup, or None when it has none. Raises `BadInput`."""
    specimen_id = specimen_id.strip()
    if not specimen_id:
        return None
    if not _SPECIMEN_ID.fullmatch(specimen_id):
        raise BadInput("A specimen id has up to 40 letters, digits, dots, slashes and hyphens.", "specimen_id")
    return specimen_id


def content_of(visit: NewVisit) -> list[object]:
    """What the form said, for the fingerprint of its key."""
    return [
        visit.behavior,
        visit.happened_on.isoformat(),
        repr(visit.evidence),
        visit.specimen_id,
        str(visit.collected_at),
        str(visit.read_at),
        visit.note,
    ]
