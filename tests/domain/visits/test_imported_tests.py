"""What a laboratory's row says, and what it does not say: a substance is negative only if a result says so."""

import pytest

from cm_tracker.domain.schedules.schedule import Track, parse
from cm_tracker.domain.visits.evidence import Test
from cm_tracker.domain.visits.imported_tests import read_tests
from cm_tracker.domain.visits.importing import Row, VisitsRead
from cm_tracker.domain.visits.mappings import MappingFile, mapping_from
from cm_tracker.queries.schedules.presets import preset, presets
from tests.domain.schedules.documents import document
from tests.domain.schedules.documents import track as a_track
from tests.domain.visits.test_mappings import DEFAULT, without

MAPPING = mapping_from(DEFAULT)
BLANK_IS_NEGATIVE = mapping_from({**DEFAULT, "blank_means": "negative"})
OWN = mapping_from(
    {
        **without("groups"),
        "analytes": {"COC": "cocaine", "THC": "thc", "BAR": "barbiturate"},
        "panel": ["COC", "THC", "BAR"],
    }
)


def track(name: str) -> Track:
    return parse(preset(name)).tracks[0]


OPIOID = track("weekly-opioid")
COCAINE = track("higgins-voucher")
STIMULANT = track("california-recovery-incentives")


def read_rows(
    *rows: dict[str, str],
    on: Track = OPIOID,
    mapping: MappingFile = MAPPING,
    stated: frozenset[str] | None = None,
) -> VisitsRead:
    """What becomes of rows of one client, a day apart, with whatever columns they have."""
    listed = []
    for n, row in enumerate(rows):
        values = {"client_code": "C1", "date": f"2025-03-{n + 3:02}", "temperature_ok": "yes", **row}
        listed.append(Row(n + 2, values))
    return read_tests(listed, mapping, on, stated)


def read(
    *rows: tuple[str, ...],
    on: Track = OPIOID,
    mapping: MappingFile = MAPPING,
    stated: frozenset[str] | None = None,
) -> VisitsRead:
    """What becomes of (temperature, positive_for[, tested_for[, date]]) rows of one client, a day apart."""
    names = ("temperature_ok", "positive_for", "tested_for", "date")
    return read_rows(*(dict(zip(names, row, strict=False)) for row in rows), on=on, mapping=mapping, stated=stated)


def results(found: VisitsRead) -> list[dict[str, str]]:
    assert found.rejects == []
    return [dict(candidate.evidence.results) for candidate in found.candidates]  # type: ignore[union-attr]


def refused(found: VisitsRead) -> list[tuple[int, str]]:
    return sorted((reject.line, reject.reason.value) for reject in found.rejects)


def test_a_row_says_what_was_tested_and_what_was_found() -> None:
    found = read(("yes", "none", "Opioid"), ("unknown", "Opioid; THC", "Opioid;Cocaine;Thc"))
    assert [candidate.evidence for candidate in found.candidates] == [
        Test(results={"opioid": "negative"}, temperature="in_range"),
        Test(results={"opioid": "positive", "cocaine": "negative", "thc": "positive"}, temperature="not_read"),
    ]


@pytest.mark.parametrize("word", ["none", "None", "NONE DETECTED", "negative"])
def test_a_word_says_that_nothing_was_found(word: str) -> None:
    assert results(read(("yes", word, "Opioid"))) == [{"opioid": "negative"}]


@pytest.mark.parametrize(
    ("row", "stated"),
    [
        (("yes", ""), None),
        (("yes", "", "Opioid"), None),
        (("yes", ""), frozenset({"opioid"})),
    ],
)
def test_an_empty_result_is_not_negative_whatever_was_tested(
    row: tuple[str, ...], stated: frozenset[str] | None
) -> None:
    found = read(row, stated=stated)
    assert (found.candidates, refused(found)) == ([], [(2, "empty result")])
    assert found.rejects[0].says == (
        "positive_for is empty. If the test found nothing, write none. Only a mapping with "
        '"blank_means": "negative" takes an empty result.'
    )


def test_an_empty_result_is_negative_where_the_mapping_says_so_in_so_many_words() -> None:
    assert results(read(("yes", "", "Opioid"), mapping=BLANK_IS_NEGATIVE)) == [{"opioid": "negative"}]


def test_even_then_nothing_is_negative_that_was_not_tested() -> None:
    found = read(("yes", ""), ("yes", "", "Thc"), ("yes", "none"), mapping=BLANK_IS_NEGATIVE)
    assert refused(found) == [(line, "no result for the target") for line in (2, 3, 4)]


def test_what_was_found_is_positive_even_if_nothing_says_what_was_tested() -> None:
    assert results(read(("yes", "Opioid;Thc"))) == [{"opioid": "positive", "thc": "positive"}]


def test_a_test_that_found_something_else_is_not_negative_for_the_target() -> None:
    found = read(("yes", "Amphetamine"), ("yes", "Cocaine"), on=COCAINE)
    assert [candidate.line for candidate in found.candidates] == [3]
    assert refused(found) == [(2, "no result for the target")]
    assert found.rejects[0].says == (
        "There is no result for cocaine, and nothing says that the test looked for it. Where the test looked for it, "
        "say so in a column tested_for, in a column for each substance, with --tested-for cocaine, or in the "
        "mapping's panel."
    )


def test_a_specimen_whose_temperature_is_out_of_range_is_tampered_and_needs_no_result() -> None:
    found = read(("no", ""), ("no", "none", "Opioid"))
    assert [candidate.evidence for candidate in found.candidates] == [
        Test(results={}, temperature="out_of_range"),
        Test(results={"opioid": "negative"}, temperature="out_of_range"),
    ]


@pytest.mark.parametrize(
    "row", [("warm", "none"), ("yes", "Sugar"), ("yes", "Opioid;Sugar"), ("yes", "none", "Opioid;Sugar")]
)
def test_an_unknown_word_of_a_test_is_a_reject(row: tuple[str, ...]) -> None:
    assert refused(read(row)) == [(2, "unknown word")]


# -- a column for each substance ---------------------------------------------------------------


def test_each_substance_can_have_a_column_of_its_own() -> None:
    found = read_rows(
        {"cocaine": "Negative", "thc": "pos"},
        {"cocaine": "POSITIVE", "thc": ""},
        {"cocaine": "-", "thc": "not tested"},
        on=COCAINE,
    )
    assert results(found) == [
        {"cocaine": "negative", "thc": "positive"},
        {"cocaine": "positive"},
        {"cocaine": "negative"},
    ]


def test_an_empty_column_of_the_target_is_not_negative() -> None:
    found = read_rows({"cocaine": "", "thc": "negative"}, {"cocaine": "n/a", "thc": "negative"}, on=COCAINE)
    assert refused(found) == [(2, "empty result"), (3, "no result for the target")]
    assert found.rejects[0].says == (
        'cocaine is empty. Write what it was. Only a mapping with "blank_means": "negative" takes an empty result.'
    )
    assert results(read_rows({"cocaine": "", "thc": "pos"}, on=COCAINE, mapping=BLANK_IS_NEGATIVE)) == [
        {"cocaine": "negative", "thc": "positive"}
    ]


def test_a_word_in_such_a_column_that_the_mapping_does_not_know_is_a_reject() -> None:
    found = read_rows({"cocaine": "see report"}, on=COCAINE)
    assert refused(found) == [(2, "unknown word")]
    assert found.rejects[0].says == "cocaine: the result 'see report' is not in the mapping."


def test_columns_of_a_whole_group_answer_a_schedule_that_asks_for_the_group() -> None:
    def tested(amphetamine: str, cocaine: str, methamphetamine: str) -> dict[str, str]:
        return {"amphetamine": amphetamine, "cocaine": cocaine, "methamphetamine": methamphetamine}

    found = read_rows(tested("neg", "neg", "neg"), tested("neg", "pos", ""), tested("neg", "neg", ""), on=STIMULANT)
    stimulant = [candidate.evidence.results["stimulant"] for candidate in found.candidates]  # type: ignore[union-attr]
    assert stimulant == ["negative", "positive"]
    assert refused(found) == [(4, "no result for the target")]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            {"cocaine": "negative", "positive_for": "Cocaine"},
            "positive_for names cocaine, and its own column says that it is negative.",
        ),
        ({"cocaine": "negative", "positive_for": "none;Thc"}, "positive_for says 'none', and more."),
        (
            {"cocaine": "positive", "thc": "negative", "marijuana": "positive"},
            "Two columns give different results for thc.",
        ),
        (
            {"stimulant": "negative", "cocaine": "positive"},
            "The column of stimulant says that it is negative, and one of its substances is positive.",
        ),
    ],
)
def test_a_row_that_contradicts_itself_is_a_reject(row: dict[str, str], says: str) -> None:
    found = read_rows(row, on=COCAINE)
    assert [(reject.reason.value, reject.says) for reject in found.rejects] == [("row contradicts itself", says)]


# -- what was tested ---------------------------------------------------------------------------


def test_a_stated_panel_is_believed() -> None:
    assert results(read(("yes", "Amphetamine"), on=COCAINE, stated=frozenset({"cocaine", "thc"}))) == [
        {"amphetamine": "positive", "cocaine": "negative", "thc": "negative"}
    ]


def test_a_stated_panel_without_the_target_is_refused() -> None:
    found = read(("yes", "none"), on=COCAINE, stated=frozenset({"amphetamine", "thc"}))
    assert refused(found) == [(2, "no result for the target")]
    assert found.rejects[0].says.startswith("There is no result for cocaine: the panel tests amphetamine, thc.")


def test_a_column_says_row_by_row_what_was_tested() -> None:
    found = read(("yes", "none", "Cocaine"), ("yes", "none", "Amphetamine;THC"), ("yes", "none", ""), on=COCAINE)
    assert [candidate.line for candidate in found.candidates] == [2]
    assert refused(found) == [(3, "no result for the target"), (4, "no result for the target")]


def test_the_column_goes_before_what_was_stated_for_the_file() -> None:
    found = read(("yes", "none", "Thc"), ("yes", "none", ""), on=COCAINE, stated=frozenset({"cocaine"}))
    assert [candidate.line for candidate in found.candidates] == [3]
    assert refused(found) == [(2, "no result for the target")]


def test_a_mapping_names_the_panel_of_a_file() -> None:
    assert results(read(("yes", "coc"), ("yes", "BAR"), on=COCAINE, mapping=OWN)) == [
        {"barbiturate": "negative", "cocaine": "positive", "thc": "negative"},
        {"barbiturate": "positive", "cocaine": "negative", "thc": "negative"},
    ]
    assert refused(read(("yes", "none"), on=OPIOID, mapping=OWN)) == [(2, "no result for the target")]


def test_a_target_that_the_mapping_has_no_word_for_is_refused() -> None:
    found = read(
        ("yes", "none"),
        on=track("higgins-voucher"),
        mapping=mapping_from({**DEFAULT, "analytes": {"Opioid": "opioid"}, "groups": {}}),
    )
    assert found.rejects[0].says == "There is no result for cocaine: the mapping has no word for cocaine."


CUP = "Amphetamine;Cocaine;Methamphetamine;Alcohol"


@pytest.mark.parametrize("name", ["california-recovery-incentives", "va-prize", "ctn-prize"])
@pytest.mark.parametrize(
    ("found", "result"),
    [
        ("none", "negative"),
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
    [first] = results(read(("yes", found, CUP), on=track(name)))
    assert first["stimulant"] == result


@pytest.mark.parametrize(
    ("name", "tested_for"),
    [
        ("budney-cannabis", "Marijuana"),
        ("california-recovery-incentives", "Cocaine;Amphetamines;Methamphetamine"),
        ("ctn-prize", "Cocaine;Amphetamine;Methamphetamine;Ethanol"),
        ("higgins-voucher", "COCAINE"),
        ("samhsa-grant", "Cocaine;Amphetamine;Methamphetamine"),
        ("silverman-voucher", "cocaine"),
        ("va-prize", "Cocaine;Amphetamine;Methamphetamine"),
        ("weekly-opioid", "Opioid"),
        ("weekly-opioid", "Fentanyl;Heroin;Hydrocodone;Morphine;Opiates;Oxycodone"),
    ],
)
def test_the_default_mapping_serves_every_preset_that_pays_for_drug_tests(name: str, tested_for: str) -> None:
    paid = track(name)
    [first] = results(read(("yes", "none", tested_for), on=paid))
    assert {first[target] for target in paid.target} == {"negative"}


def test_the_list_above_has_every_preset_that_pays_for_drug_tests() -> None:
    names = [
        name
        for name, document in presets().items()
        if any(each["evidence"] == "drug_test" for each in document["tracks"])
    ]
    assert sorted(names) == [
        "budney-cannabis", "california-recovery-incentives", "ctn-prize", "higgins-voucher", "samhsa-grant",
        "silverman-voucher", "va-prize", "weekly-opioid",
    ]  # fmt: skip


def test_the_side_bonus_of_a_schedule_needs_results_of_its_own() -> None:
    cup = f"{CUP};Opioid;Thc"
    rows = [("yes", "none", CUP), ("yes", "none", cup), ("yes", "Methamphetamine;Thc", cup)]
    found = results(read(*rows, on=track("ctn-prize")))
    bonus = [{name: result for name, result in one.items() if name in ("opioid", "thc")} for one in found]
    assert bonus == [{}, {"opioid": "negative", "thc": "negative"}, {"opioid": "negative", "thc": "positive"}]
    assert [one["stimulant"] for one in found] == ["negative", "negative", "positive"]


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
    found = read(("yes", "none", tested_for), on=STIMULANT)
    assert bool(found.candidates) is is_taken
    if tested_for == "Amphetamine;Cocaine":
        assert "the panel tests amphetamine, cocaine, and not methamphetamine." in found.rejects[0].says


def test_a_stated_group_is_positive_where_one_of_it_is_found() -> None:
    [first] = results(read(("yes", "Amphetamine", "stimulant"), on=STIMULANT))
    assert first == {"amphetamine": "positive", "stimulant": "positive"}


# -- one result a day --------------------------------------------------------------------------


ONE_DAY = "2025-03-03"


@pytest.mark.parametrize(
    "rows",
    [
        [("yes", "none", "Opioid", ONE_DAY), ("yes", "Opioid", "Opioid", ONE_DAY)],
        [("yes", "Opioid", "Opioid", ONE_DAY), ("yes", "none", "Opioid", ONE_DAY)],
        [("yes", "Opioid", "Opioid", ONE_DAY), ("no", "Opioid", "Opioid", ONE_DAY)],
    ],
)
def test_a_corrected_result_is_not_decided_by_the_order_of_the_file(rows: list[tuple[str, ...]]) -> None:
    found = read(*rows)
    says = (
        "Lines 2 and 3 give different results for the test of 2025-03-03. A corrected result is a correction to look "
        "at: keep the row that is right."
    )
    assert found.candidates == []
    assert [(reject.line, reject.reason.value, reject.says) for reject in found.rejects] == [
        (2, "a correction to look at", says),
        (3, "a correction to look at", says),
    ]


def test_the_same_result_twice_counts_once() -> None:
    found = read(("yes", "Opioid;Thc", "", ONE_DAY), ("YES", "thc; opioid", "", ONE_DAY))
    assert ([candidate.line for candidate in found.candidates], found.rejects, found.repeated) == ([2], [], 1)


def test_a_result_beside_one_that_cannot_be_read_is_not_taken() -> None:
    """The second row may be the corrected result, with a slip of the finger in it."""
    found = read(("yes", "none", "Opioid", ONE_DAY), ("yes", "Opiod", "Opioid", ONE_DAY))
    assert found.candidates == []
    assert refused(found) == [(2, "a correction to look at"), (3, "unknown word")]


@pytest.mark.parametrize("order", [("", "Opioid"), ("Opioid", "")])
def test_a_result_beside_an_empty_one_of_its_day_is_not_taken_in_either_order(order: tuple[str, str]) -> None:
    """The empty one may be the negative result that corrects the other, or that the other corrects."""
    found = read(*(("yes", word, "Opioid", ONE_DAY) for word in order))
    assert found.candidates == []
    assert {reject.reason.value for reject in found.rejects} == {"empty result", "a correction to look at"}
    beside = next(reject for reject in found.rejects if reject.reason.value == "a correction to look at")
    assert beside.says == (
        f"Line {2 + order.index('')} is a row of 2025-03-03, too, and has no result that can be read. It may be a "
        "correction to look at: keep the row that is right."
    )


def test_two_panels_of_one_day_do_not_contradict_each_other() -> None:
    found = read(("yes", "none", "Cocaine", ONE_DAY), ("yes", "Thc", "Thc", ONE_DAY), on=COCAINE)
    assert [candidate.line for candidate in found.candidates] == [2]
    assert refused(found) == [(3, "no result for the target")]


def test_a_mapping_from_before_there_were_groups_and_panels_is_still_read() -> None:
    old = mapping_from(
        {**without("groups", "panel", "results", "nothing_found", "blank_means"), "analytes": {"Opioid": "opioid"}}
    )
    assert results(read(("yes", "none", "Opioid"), ("yes", "Opioid"), mapping=old)) == [
        {"opioid": "negative"},
        {"opioid": "positive"},
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("warm", "none"), "The temperature 'warm' is not in the mapping."),
        (("yes", "Opioid;Sugar"), "The substance 'Sugar' is not in the mapping."),
        (("yes", "none", "Opioid;Sugar"), "tested_for: The substance 'Sugar' is not in the mapping."),
        (
            ("yes", "none", "Opioid", "3/4/2025"),
            "'3/4/2025' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02.",
        ),
    ],
)
def test_a_rejected_test_says_what_cannot_be_read(row: tuple[str, ...], says: str) -> None:
    assert [reject.says for reject in read(row).rejects] == [says]


ADVICE = (
    "Where the test looked for it, say so in a column tested_for, in a column for each substance, with --tested-for {}, "
    "or in the mapping's panel."
)


@pytest.mark.parametrize(
    ("on", "tested_for", "says"),
    [
        (COCAINE, "Thc;Amphetamine", "There is no result for cocaine: the panel tests amphetamine, thc."),
        (
            STIMULANT,
            "Cocaine;Thc",
            "There is no result for stimulant: the panel tests cocaine, thc, and not amphetamine, methamphetamine.",
        ),
    ],
)
def test_a_test_without_a_result_for_the_target_says_what_it_looked_for(on: Track, tested_for: str, says: str) -> None:
    found = read(("yes", "none", tested_for), on=on)
    assert [reject.says for reject in found.rejects] == [f"{says} {ADVICE.format(on.target[0])}"]


def test_a_row_that_cannot_be_read_keeps_its_day_closed_and_one_without_a_result_does_not() -> None:
    """The first may be a correction of the other row of its day. The second looked for something else."""
    for unread in (
        ("warm", "none", "Opioid", ONE_DAY),
        ("yes", "", "Opioid", ONE_DAY),
        ("yes", "none;Thc", "", ONE_DAY),
    ):
        assert read(("yes", "none", "Opioid", ONE_DAY), unread).candidates == []
    assert len(read(("yes", "none", "Opioid", ONE_DAY), ("yes", "none", "Thc", ONE_DAY)).candidates) == 1


def test_a_column_of_a_group_answers_for_the_group() -> None:
    assert results(read_rows({"stimulant": "negative"}, {"stimulant": "pos", "cocaine": "neg"}, on=STIMULANT)) == [
        {"stimulant": "negative"},
        {"stimulant": "positive", "cocaine": "negative"},
    ]


def test_every_analyte_of_the_target_that_has_no_result_is_named() -> None:
    both = parse(document(a_track(target=["cocaine", "thc"]))).tracks[0]
    says = "There is no result for cocaine and thc, and nothing says that the test looked for it."
    assert [reject.says for reject in read(("yes", "none"), on=both).rejects] == [
        f"{says} {ADVICE.format('cocaine;thc')}"
    ]


@pytest.mark.parametrize(
    "unread",
    [
        {"cocaine": "see report"},
        {"cocaine": "positive", "thc": "negative", "marijuana": "positive"},
        {"cocaine": "negative", "positive_for": "Cocaine"},
        {"cocaine": "negative", "tested_for": "Sugar"},
        {"stimulant": "negative", "cocaine": "positive"},
        {"cocaine": "negative", "temperature_ok": "warm"},
    ],
)
def test_a_test_beside_one_of_its_day_that_cannot_be_read_is_not_taken(unread: dict[str, str]) -> None:
    found = read_rows({"cocaine": "negative", "date": ONE_DAY}, {**unread, "date": ONE_DAY}, on=COCAINE)
    assert (found.candidates, found.repeated) == ([], 0)
    assert {reject.line: reject.reason.value for reject in found.rejects}[2] == "a correction to look at"


def test_two_results_of_one_day_that_differ_repeat_nothing() -> None:
    rows = [("yes", word, "Opioid", ONE_DAY) for word in ("none", "none", "Opioid")]
    assert read(*rows).repeated == 0


def test_an_empty_list_of_findings_beside_results_of_other_substances_is_no_empty_result() -> None:
    found = read_rows({"positive_for": "", "thc": "negative"}, on=COCAINE)
    assert refused(found) == [(2, "no result for the target")]
