"""What a laboratory's row says, and what it does not say: a substance counts as negative only where it was tested."""

from typing import Any

import pytest

from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.domain.visits.imported_tests import file_panel, read_tests
from cm_tracker.domain.visits.importing import Row, VisitsRead
from cm_tracker.domain.visits.mappings import MappingFile, mapping_from
from cm_tracker.queries.schedules.presets import preset
from tests.domain.visits.test_mappings import DEFAULT, without

MAPPING = mapping_from(DEFAULT)
OWN = mapping_from({**without("panel", "groups"), "analytes": {"COC": "cocaine", "THC": "thc", "BAR": "barbiturate"}})


def track(name: str) -> Track:
    return parse(preset(name)).tracks[0]


OPIOID = track("weekly-opioid")
COCAINE = track("higgins-voucher")
STIMULANT = track("california-recovery-incentives")


def read(
    *rows: tuple[str, ...],
    on: Track = OPIOID,
    mapping: MappingFile = MAPPING,
    stated: frozenset[str] | None = None,
) -> VisitsRead:
    """What becomes of (temperature, positive_for[, tested_for[, date]]) rows of one client, a day apart."""
    listed = []
    for n, row in enumerate(rows):
        names = ("temperature_ok", "positive_for", "tested_for", "date")
        values = {"client_code": "C1", "date": f"2025-03-{n + 3:02}", **dict(zip(names, row, strict=False))}
        listed.append(Row(n + 2, values))
    return read_tests(listed, mapping, on, file_panel(listed, mapping, on, stated))


def results(found: VisitsRead) -> list[dict[str, str]]:
    assert found.rejects == []
    return [dict(candidate.evidence.results) for candidate in found.candidates]  # type: ignore[union-attr]


def refused(found: VisitsRead) -> list[tuple[int, str]]:
    return sorted((reject.line, reject.reason.value) for reject in found.rejects)


def test_an_empty_list_is_negative_for_what_the_schedule_asks() -> None:
    found = read(("yes", ""))
    assert found.candidates[0].evidence == Test(results={"opioid": "negative"}, temperature="in_range")


def test_what_was_found_is_positive() -> None:
    assert results(read(("unknown", "Opioid; THC"), ("yes", "Thc"))) == [
        {"opioid": "positive", "thc": "positive"},
        {"opioid": "negative", "thc": "positive"},
    ]


def test_an_out_of_range_temperature_is_carried_over() -> None:
    evidence = read(("no", "")).candidates[0].evidence
    assert isinstance(evidence, Test) and evidence.temperature == "out_of_range"


@pytest.mark.parametrize("row", [("warm", ""), ("yes", "Sugar"), ("yes", "Opioid;Sugar"), ("yes", "", "Opioid;Sugar")])
def test_an_unknown_word_of_a_test_is_a_reject(row: tuple[str, ...]) -> None:
    assert refused(read(row)) == [(2, "unknown word")]


def test_a_file_that_finds_other_substances_and_never_the_target_comes_from_another_panel() -> None:
    found = read(("yes", "Amphetamine"), ("yes", ""), on=COCAINE)
    assert (found.candidates, refused(found)) == (
        [],
        [(2, "no result for the target"), (3, "no result for the target")],
    )
    assert found.rejects[0].says == (
        "There is no result for cocaine: the file names Amphetamine and never cocaine. Where the test looked for it, "
        "say so in a column tested_for, or with --tested-for cocaine."
    )


def test_a_file_that_finds_the_target_once_is_believed() -> None:
    assert results(read(("yes", "Amphetamine"), ("yes", "Cocaine"), ("yes", ""), on=COCAINE)) == [
        {"amphetamine": "positive", "cocaine": "negative"},
        {"cocaine": "positive"},
        {"cocaine": "negative"},
    ]


def test_a_stated_panel_is_believed() -> None:
    assert results(read(("yes", "Amphetamine"), on=COCAINE, stated=frozenset({"cocaine", "thc"}))) == [
        {"amphetamine": "positive", "cocaine": "negative", "thc": "negative"}
    ]


def test_a_stated_panel_without_the_target_is_refused() -> None:
    found = read(("yes", ""), on=COCAINE, stated=frozenset({"amphetamine", "thc"}))
    assert refused(found) == [(2, "no result for the target")]
    assert found.rejects[0].says.startswith("There is no result for cocaine: the panel tests amphetamine, thc.")


def test_a_column_says_row_by_row_what_was_tested() -> None:
    found = read(("yes", "", "Cocaine"), ("yes", "", "Amphetamine;THC"), ("yes", "", ""), on=COCAINE)
    assert [candidate.line for candidate in found.candidates] == [2]
    assert refused(found) == [(3, "no result for the target"), (4, "no result for the target")]


def test_the_column_goes_before_what_was_stated_for_the_file() -> None:
    found = read(("yes", "", "Thc"), ("yes", "", ""), on=COCAINE, stated=frozenset({"cocaine"}))
    assert [candidate.line for candidate in found.candidates] == [3]
    assert refused(found) == [(2, "no result for the target")]


def test_a_mapping_of_ones_own_is_the_panel() -> None:
    assert results(read(("yes", "coc"), ("yes", "BAR"), on=COCAINE, mapping=OWN)) == [
        {"barbiturate": "negative", "cocaine": "positive", "thc": "negative"},
        {"barbiturate": "positive", "cocaine": "negative", "thc": "negative"},
    ]
    assert refused(read(("yes", ""), on=OPIOID, mapping=OWN)) == [(2, "no result for the target")]


def test_a_target_that_the_mapping_has_no_word_for_is_refused() -> None:
    found = read(
        ("yes", ""),
        on=track("higgins-voucher"),
        mapping=mapping_from({**DEFAULT, "analytes": {"Opioid": "opioid"}, "groups": {}}),
    )
    assert found.rejects[0].says == "There is no result for cocaine: the mapping has no word for cocaine."


@pytest.mark.parametrize("name", ["california-recovery-incentives", "va-prize"])
@pytest.mark.parametrize(
    ("found", "result"),
    [
        ("", "negative"),
        ("Thc", "negative"),
        ("Opiates;Benzodiazepine", "negative"),
        ("amphetamine", "positive"),
        ("Amphetamines", "positive"),
        ("METHAMPHETAMINE", "positive"),
        ("Cocaine", "positive"),
        ("Thc;Cocaine;Amphetamine", "positive"),
    ],
)
def test_a_stimulant_is_what_a_laboratory_calls_by_its_own_name(name: str, found: str, result: str) -> None:
    first, *_ = results(read(("yes", found), ("yes", "Cocaine"), on=track(name)))
    assert first["stimulant"] == result


def test_the_side_bonus_of_a_schedule_counts_as_tested_too() -> None:
    assert results(read(("yes", ""), ("yes", "Methamphetamine;Thc"), ("yes", "Oxycodone"), on=track("ctn-prize"))) == [
        {"stimulant": "negative", "alcohol": "negative", "opioid": "negative", "thc": "negative"},
        {
            "methamphetamine": "positive",
            "stimulant": "positive",
            "alcohol": "negative",
            "opioid": "negative",
            "thc": "positive",
        },
        {
            "oxycodone": "positive",
            "stimulant": "negative",
            "alcohol": "negative",
            "opioid": "positive",
            "thc": "negative",
        },
    ]


@pytest.mark.parametrize(
    ("tested_for", "is_taken"),
    [
        ("Amphetamine;Cocaine;Methamphetamine", True),
        ("stimulant", True),
        ("Amphetamine;Cocaine", False),
        ("Thc", False),
    ],
)
def test_a_group_is_tested_where_all_of_it_is(tested_for: str, is_taken: bool) -> None:
    found = read(("yes", "", tested_for), on=STIMULANT)
    assert bool(found.candidates) is is_taken
    if tested_for == "Amphetamine;Cocaine":
        assert "the panel tests amphetamine, cocaine, and not methamphetamine." in found.rejects[0].says


def test_a_stated_group_is_positive_where_one_of_it_is_found() -> None:
    [first] = results(read(("yes", "Amphetamine", "stimulant"), on=STIMULANT))
    assert first == {"amphetamine": "positive", "stimulant": "positive"}


ONE_DAY = "2025-03-03"


@pytest.mark.parametrize(
    "rows",
    [
        [("yes", "", "", ONE_DAY), ("yes", "Opioid", "", ONE_DAY)],
        [("yes", "Opioid", "", ONE_DAY), ("yes", "", "", ONE_DAY)],
        [("yes", "Opioid", "", ONE_DAY), ("no", "Opioid", "", ONE_DAY)],
    ],
)
def test_an_amended_result_is_not_decided_by_the_order_of_the_file(rows: list[tuple[str, ...]]) -> None:
    found = read(*rows, stated=frozenset({"opioid"}))
    says = "Lines 2 and 3 say different things of 2025-03-03. Keep the row that is right."
    assert found.candidates == []
    assert [(reject.line, reject.reason.value, reject.says) for reject in found.rejects] == [
        (2, "rows contradict each other", says),
        (3, "rows contradict each other", says),
    ]


def test_the_same_result_twice_counts_once() -> None:
    rows = [("yes", "Opioid;Thc", "", ONE_DAY), ("YES", "thc; opioid", "", ONE_DAY)]
    found = read(*rows, stated=frozenset({"opioid"}))
    assert ([candidate.line for candidate in found.candidates], found.rejects, found.repeated) == ([2], [], 1)


def test_a_result_beside_one_that_cannot_be_read_is_not_taken() -> None:
    """The second row may be the amended result, with a slip of the finger in it."""
    rows = [("yes", "", "", ONE_DAY), ("yes", "Opiod", "", ONE_DAY)]
    found = read(*rows, stated=frozenset({"opioid"}))
    assert found.candidates == []
    assert refused(found) == [(2, "rows contradict each other"), (3, "unknown word")]


def test_two_panels_of_one_day_do_not_contradict_each_other() -> None:
    found = read(("yes", "", "Cocaine", ONE_DAY), ("yes", "Thc", "Thc", ONE_DAY), on=COCAINE)
    assert [candidate.line for candidate in found.candidates] == [2]
    assert refused(found) == [(3, "no result for the target")]


def test_the_mapping_that_was_printed_before_groups_came_is_still_read() -> None:
    old: dict[str, Any] = {**without("groups", "panel"), "analytes": {"Opioid": "opioid", "Thc": "thc"}}
    assert results(read(("yes", "Thc"), mapping=mapping_from(old))) == [{"opioid": "negative", "thc": "positive"}]
