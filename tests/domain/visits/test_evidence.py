"""From what staff saw to an outcome, by the table of docs/schedules.md; only the target's analytes count."""

from datetime import UTC, date, datetime

import pytest

from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.evidence import (
    EXCUSES,
    Absence,
    AwaitedTest,
    Collection,
    Evidence,
    NewVisit,
    Presence,
    Specimen,
    Test,
    also_negative,
    analytes_of,
    clean_specimen_id,
    content_of,
    outcome_of,
)
from tests.domain.refused import all_refused, refused
from tests.domain.schedules.documents import document, track

SIDE = {"also_negative": ["opiate", "thc"], "amount": 2}


def on(evidence: str = "drug_test", **more: object) -> Track:
    return parse(document(track(evidence=evidence, **{"target": [], **more}))).tracks[0]


URINE = on(target=["cocaine", "methamphetamine"], side_bonus=SIDE)
BREATH = on("breath_test")
GROUP = on("attendance")
GOAL = on("activity")
CLEAN = {"cocaine": "negative", "methamphetamine": "negative"}
DIRTY = {"cocaine": "negative", "methamphetamine": "positive"}


@pytest.mark.parametrize(
    ("of", "evidence", "outcome"),
    [
        # An absence is the same for every track.
        (URINE, Absence(), "unexcused"),
        (GROUP, Absence(), "unexcused"),
        (BREATH, Absence("illness"), "excused"),
        (GOAL, Absence("other"), "excused"),
        # Who attended, or finished an activity, met the target.
        (GROUP, Presence(), "met"),
        (GOAL, Presence(), "met"),
        # The result of a test that is not known yet.
        (URINE, AwaitedTest(), "pending"),
        (BREATH, AwaitedTest(), "pending"),
        # A breath test has one reading.
        (BREATH, Test({"breath": "negative"}), "met"),
        (BREATH, Test({"breath": "positive"}), "positive"),
        # All analytes of the target are negative, and others do not matter.
        (URINE, Test(CLEAN), "met"),
        (URINE, Test({**CLEAN, "opiate": "positive", "thc": "pending"}), "met"),
        (URINE, Test(DIRTY), "positive"),
        (URINE, Test({"cocaine": "pending", "methamphetamine": "positive"}), "positive"),
        (URINE, Test({"cocaine": "pending", "methamphetamine": "negative"}), "pending"),
        # The client disputes a positive result.
        (URINE, Test(DIRTY, is_disputed=True), "disputed"),
        (URINE, Test({**CLEAN, "opiate": "positive"}, is_disputed=True), "met"),
        (URINE, Test({"cocaine": "pending", "methamphetamine": "positive"}, is_disputed=True), "disputed"),
        # What the specimen says comes before its results.
        (URINE, Test(specimen="refused"), "refused"),
        (URINE, Test(specimen="refused", temperature="out_of_range"), "refused"),
        (URINE, Test(specimen="leaked"), "excused"),
        (URINE, Test(specimen="leaked", temperature="out_of_range"), "excused"),
        (URINE, Test(specimen="invalid"), "excused"),
        (URINE, Test(specimen="invalid", temperature="out_of_range"), "tampered"),
        (URINE, Test(CLEAN, specimen="dilute"), "dilute"),
        (URINE, Test(CLEAN, specimen="dilute", temperature="out_of_range"), "tampered"),
        (URINE, Test(CLEAN, specimen="tampered"), "tampered"),
        (URINE, Test(CLEAN, temperature="out_of_range"), "tampered"),
        (URINE, Test(CLEAN, temperature="in_range"), "met"),
        (URINE, Test(CLEAN, temperature="not_read"), "met"),
    ],
)
def test_what_staff_saw_becomes_an_outcome(of: Track, evidence: Evidence, outcome: str) -> None:
    assert outcome_of(of, evidence) == outcome


@pytest.mark.parametrize("excuse", EXCUSES)
def test_every_excuse_of_the_list_excuses(excuse: str) -> None:
    assert outcome_of(URINE, Absence(excuse)) == "excused"


def test_an_excuse_that_is_not_in_the_list_is_refused() -> None:
    known = (
        "illness, hospital, medical_appointment, court, jail, family, work, transport, bereavement, clinic_closed, "
        "test_unavailable, died, other"
    )
    with refused(f'"weather" is not a known excuse; use one of: {known}.', "excuse"):
        outcome_of(URINE, Absence("weather"))


@pytest.mark.parametrize(
    ("of", "evidence"),
    [(URINE, Presence()), (BREATH, Presence()), (GROUP, AwaitedTest()), (GROUP, Test(CLEAN)), (GOAL, Test(CLEAN))],
)
def test_evidence_of_another_kind_is_refused(of: Track, evidence: Evidence) -> None:
    with refused("Goal: this evidence does not belong to this track."):
        outcome_of(of, evidence)


def test_a_specimen_has_one_of_six_states() -> None:
    with refused(
        "The specimen must be one of: given, refused, dilute, tampered, leaked, invalid.",
        "specimen",
    ):
        outcome_of(URINE, Test(CLEAN, specimen="cold"))


@pytest.mark.parametrize("test", [Test(CLEAN, specimen="refused"), Test(specimen="refused", is_disputed=True)])
def test_a_specimen_that_was_not_given_has_no_result(test: Test) -> None:
    with refused("No specimen was given, but a result is marked. Remove one of the two.", "specimen"):
        outcome_of(URINE, test)


@pytest.mark.parametrize("specimen", ["given", "dilute", "leaked"])
def test_only_a_positive_result_is_disputed(specimen: str) -> None:
    with refused("Nothing is positive, so there is nothing to dispute. Correct one of the two.", "is_disputed"):
        outcome_of(URINE, Test(CLEAN, specimen=specimen, is_disputed=True))


@pytest.mark.parametrize(
    ("of", "results", "missing"),
    [
        (URINE, {}, ["cocaine", "methamphetamine"]),
        (URINE, {"cocaine": "positive"}, ["methamphetamine"]),
        (URINE, {"cocaine": "not_read", "methamphetamine": "negative"}, ["cocaine"]),
        (BREATH, {"cocaine": "negative"}, ["breath"]),
    ],
)
def test_an_analyte_without_a_result_is_never_taken_as_negative(
    of: Track, results: dict[str, str], missing: list[str]
) -> None:
    with all_refused(
        *((f"Give a result for {name}: negative, positive or pending.", f"result_{name}") for name in missing)
    ):
        outcome_of(of, Test(results))


@pytest.mark.parametrize(
    ("results", "is_so"),
    [
        ({"opiate": "negative", "thc": "negative"}, True),
        ({"opiate": "negative", "thc": "positive"}, False),
        ({"opiate": "negative", "thc": "pending"}, False),
        ({"opiate": "negative"}, False),
    ],
)
def test_the_side_bonus_needs_every_one_of_its_analytes_negative(results: dict[str, str], is_so: bool) -> None:
    assert also_negative(URINE, {**CLEAN, **results}) is is_so
    assert also_negative(on(target=["cocaine"]), {**CLEAN, **results}) is False, "a track without a side bonus"


def test_the_analytes_of_a_track_are_those_of_its_target_and_side_bonus() -> None:
    assert analytes_of(URINE) == ("cocaine", "methamphetamine", "opiate", "thc")
    assert analytes_of(BREATH) == ("breath",)


@pytest.mark.parametrize(
    ("entered", "label"), [(" U-12/3.a ", "U-12/3.a"), ("7", "7"), ("a" * 40, "a" * 40), ("", None), ("  ", None)]
)
def test_the_label_of_a_cup(entered: str, label: str | None) -> None:
    assert clean_specimen_id(entered) == label


@pytest.mark.parametrize("entered", ["-12", "U 12", "U_12", "a" * 41, "Ü1"])
def test_what_is_no_label(entered: str) -> None:
    with refused("A specimen id has up to 40 letters, digits, dots, slashes and hyphens.", "specimen_id"):
        clean_specimen_id(entered)


DAY = date(2026, 3, 16)
AT = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)
ENTERED = NewVisit("goal", DAY, Test(CLEAN), "U1", AT, AT.replace(minute=5), "late")


def test_what_was_entered_is_the_content_of_its_form() -> None:
    assert content_of(ENTERED) == [
        "goal",
        "2026-03-16",
        "Test(results={'cocaine': 'negative', 'methamphetamine': 'negative'}, specimen='given', temperature=None, "
        "is_disputed=False, is_observed=False)",
        "U1",
        "2026-03-16 14:00:00+00:00",
        "2026-03-16 14:05:00+00:00",
        "late",
    ]
    assert content_of(NewVisit("group", DAY, Presence()))[3:] == [None, "None", "None", None]


def test_earlier_specimens_and_how_they_were_collected_belong_to_the_content() -> None:
    first = Specimen(Test(specimen="dilute"), "U0")
    base = content_of(ENTERED)
    more = [
        NewVisit("goal", DAY, Test(CLEAN), "U1", AT, AT.replace(minute=5), "late", **extra)  # type: ignore[arg-type]
        for extra in ({"earlier": (first,)}, {"collection": Collection(panel_id=4)}, {"unread": ("thc",)})
    ]
    added = [content_of(visit)[len(base) :] for visit in more]
    assert all(content_of(visit)[: len(base)] == base for visit in more)
    assert added[0] == [
        "Specimen(test=Test(results={}, specimen='dilute', temperature=None, is_disputed=False, is_observed=False), "
        "specimen_id='U0', collected_at=None, read_at=None, unread=())"
    ]
    nobody = "kit_lot_id=None, collected_by_id=None, observed=None, second_reader_id=None)"
    assert added[1] == [f"Collection(panel_id=4, {nobody}"]
    assert added[2] == [f"Collection(panel_id=None, {nobody}", "thc"]
