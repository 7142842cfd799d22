"""The list of analytes: names, synonyms, groups, and the check of a schedule against it."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from cm_tracker.domain.errors import Problem
from cm_tracker.domain.schedules.analytes import (
    ANALYTES,
    BY_NAME,
    GROUPS,
    analyte_problems,
    find,
    group_result,
    in_sentence,
    plain_word,
)
from cm_tracker.queries.schedules.presets import presets
from tests.domain.schedules.documents import document, phase, track


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("cocaine", "cocaine"),
        ("Benzoylecgonine", "cocaine"),
        (" BENZOYLECGONINE ", "cocaine"),
        ("COC", "cocaine"),
        ("Stimulants", "stimulant"),
        ("mAMP", "methamphetamine"),
        ("Ecstasy", "mdma"),
        ("6-MAM", "heroin"),
        ("Marijuana", "thc"),
        ("PCP", "phencyclidine"),
        ("synthetic cannabinoid", "synthetic-cannabinoid"),
        ("Synthetic_Cannabinoid", "synthetic-cannabinoid"),
    ],
)
def test_an_analyte_is_found_by_its_name_and_by_a_synonym(word: str, name: str) -> None:
    found = find(word)
    assert found is not None and found.name == name


def test_a_word_that_is_not_in_the_list_finds_nothing() -> None:
    assert find("cocain") is None and find("") is None


@pytest.mark.parametrize(
    ("name", "word"),
    [("cocaine", "cocaine"), ("thc", "THC"), ("etg", "EtG (alcohol metabolite)"), ("stimulant", "stimulants"),
     ("an_old-name", "an old name")],
)  # fmt: skip
def test_an_analyte_in_a_sentence_has_capitals_only_if_it_is_an_abbreviation(name: str, word: str) -> None:
    assert in_sentence(name) == word


def test_no_word_names_two_analytes() -> None:
    words: dict[str, str] = {}
    for analyte in ANALYTES:
        for word in {plain_word(word) for word in (analyte.name, analyte.title, *analyte.synonyms)}:
            assert words.setdefault(word, analyte.name) == analyte.name, word


def test_a_group_has_analytes_of_the_list_and_no_other_group() -> None:
    assert GROUPS["stimulant"] == ("amphetamine", "cocaine", "methamphetamine")
    for members in GROUPS.values():
        assert all(not BY_NAME[member].members for member in members)


def test_the_default_mapping_of_imports_has_the_names_and_groups_of_the_list() -> None:
    shipped = json.loads(
        (files("cm_tracker") / "presets" / "mappings" / "default.json").read_text(encoding="utf-8"),
    )
    for word, name in shipped["analytes"].items():
        found = find(word)
        assert found is not None and found.name == name, word
    assert {name: tuple(members) for name, members in shipped["groups"].items()} == dict(GROUPS)


def test_the_page_of_schedules_has_the_whole_list() -> None:
    page = (Path(__file__).parents[3] / "docs" / "schedules.md").read_text(encoding="utf-8")
    for analyte in ANALYTES:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{analyte.name}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1:] == [
            analyte.title,
            ", ".join(analyte.synonyms),
            ", ".join(f"`{member}`" for member in analyte.members),
        ]


def test_every_preset_names_analytes_of_the_list() -> None:
    for name, preset in presets().items():
        assert analyte_problems(preset) == (), name


def test_an_unknown_analyte_is_a_problem_with_its_path() -> None:
    side = {"also_negative": ["thc", "alcool"], "amount": 1}
    wrong = document(
        track(target=["cocaine", "benzoylecgonine"], side_bonus=side), track(behavior="b", target=["Mdma"])
    )
    assert analyte_problems(wrong) == (
        Problem(
            "tracks[0].target[1]",
            'is "benzoylecgonine", which is in the list of analytes as "cocaine". Write that.',
        ),
        Problem(
            "tracks[0].side_bonus.also_negative[1]",
            'is "alcool", which is not in the list of analytes. Choose one of the list.',
        ),
        Problem("tracks[1].target[0]", 'is "Mdma", which is in the list of analytes as "mdma". Write that.'),
    )
    of_a_phase = document(track(phase(target=["cocain"])), format="cm-schedule/2")
    assert [problem.path for problem in analyte_problems(of_a_phase)] == ["tracks[0].phases[0].target[0]"]


@pytest.mark.parametrize(
    "broken",
    [7, [], {}, {"tracks": 1}, {"tracks": [1]}, {"tracks": [{"target": 1, "side_bonus": 1, "phases": 1}]},
     {"tracks": [{"phases": [1, {"target": 1}]}]},
     {"tracks": [{"target": [1, ""], "side_bonus": {"also_negative": "x"}}]}],
)  # fmt: skip
def test_what_has_the_wrong_type_is_left_to_the_check_of_the_document(broken: object) -> None:
    assert analyte_problems(broken) == ()


@pytest.mark.parametrize(
    ("members", "result"),
    [
        (["negative", "negative", "negative"], "negative"),
        (["negative", "positive", None], "positive"),
        (["pending", "positive"], "positive"),
        (["pending", "negative"], "pending"),
        (["negative", None], None),
        (["pending", None], None),
        ([], None),
    ],
)
def test_a_group_is_positive_if_one_is_and_negative_only_if_all_are(
    members: list[str | None], result: str | None
) -> None:
    assert group_result(members) == result


def test_what_is_no_track_or_phase_does_not_hide_the_others() -> None:
    doc = document(7, track(7, phase(target=["sugar"])), track(target=["salt"]))  # type: ignore[arg-type]
    assert [one.path for one in analyte_problems(doc)] == ["tracks[1].phases[1].target[0]", "tracks[2].target[0]"]
