"""A mapping is checked as a whole before any row is read."""

import json
from importlib.resources import files
from typing import Any

import pytest

from cm_tracker.domain.visits.mappings import mapping_from, word_of
from tests.domain.refused import refused


def shipped(name: str) -> dict[str, Any]:
    """A mapping that comes with the program."""
    text = (files("cm_tracker") / "presets" / "mappings" / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


DEFAULT = shipped("default")
NIDA_CTN = shipped("nida-ctn")


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in DEFAULT.items() if key not in keys}


NO_MAPPING = 'The mapping must be an object with "format": "cm-import/1".'
ALL_EXCUSES = (
    "illness, hospital, medical_appointment, court, jail, family, work, transport, bereavement, clinic_closed, "
    "test_unavailable, died, other"
)


@pytest.mark.parametrize("broken", [[], {}, None, {**DEFAULT, "format": "x"}])
def test_what_is_no_mapping(broken: Any) -> None:
    with refused(NO_MAPPING):
        mapping_from(broken)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({**DEFAULT, "extra": 1}, "extra is not a key of a mapping"),
        *(
            (without(key), f"{key} must be an object of words")
            for key in ("dispositions", "excuses", "temperatures", "analytes")
        ),
        (without("unexcused_reasons"), "unexcused_reasons must be a list of words"),
        (
            {**DEFAULT, "dispositions": {"visit": "maybe"}},
            "dispositions: 'maybe' must be one of came, absent, excused, refuse",
        ),
        ({**DEFAULT, "excuses": {"x": "aliens"}}, f"excuses: 'aliens' must be one of {ALL_EXCUSES}"),
        (
            {**DEFAULT, "temperatures": {"x": "hot"}},
            "temperatures: 'hot' must be one of in_range, out_of_range, not_read",
        ),
        (
            {**DEFAULT, "temperatures": {"Yes": "in_range", "YES": "not_read"}},
            "temperatures: 'YES' is there twice, in other capitals and with another meaning",
        ),
        ({**DEFAULT, "unexcused_reasons": "no_show"}, "unexcused_reasons must be a list of words"),
        ({**DEFAULT, "unexcused_reasons": ["no_show", 7]}, "unexcused_reasons must be a list of words"),
        ({**DEFAULT, "disposition_excuse": []}, f"disposition_excuse must be one of {ALL_EXCUSES}"),
        ({**DEFAULT, "analytes": {"Opioid": 1}}, "analytes must be an object of words"),
        ({**DEFAULT, "groups": ["stimulant"]}, "groups must be an object of lists of analytes"),
        ({**DEFAULT, "groups": {"stimulant": "cocaine"}}, "groups must be an object of lists of analytes"),
        ({**DEFAULT, "groups": {"stimulant": ["sugar"]}}, "stimulant has 'sugar' in it, which is no analyte"),
        ({**DEFAULT, "panel": "Opioid"}, "panel must be a list of words, or null where the panel is not known"),
        ({**DEFAULT, "panel": ["THC", "Sugar"]}, "panel has 'Sugar' in it, which no other key names"),
        ({**DEFAULT, "results": {"neg": "below"}}, "results: 'below' must be one of negative, positive, not_tested"),
        (
            {**DEFAULT, "results": {"Neg": "negative", "NEG": "positive"}},
            "results: 'NEG' is there twice, in other capitals and with another meaning",
        ),
        ({**DEFAULT, "results": ["neg"]}, "results must be an object of words"),
        ({**DEFAULT, "nothing_found": "none"}, "nothing_found must be a list of words"),
        *(
            (
                {**DEFAULT, "blank_means": wrong},
                'blank_means must be "negative", or null where a blank value means nothing',
            )
            for wrong in ("positive", True, "")
        ),
        *(
            ({**DEFAULT, "weeks_from": wrong}, "weeks_from must be the name of a visit such as WK0, or null")
            for wrong in (0, "WK9999", ["WK0"])
        ),
    ],
)
def test_a_wrong_mapping_is_refused_with_a_sentence(broken: Any, says: str) -> None:
    with refused(f"The mapping is not right: {says}."):
        mapping_from(broken)


def test_every_problem_is_told_at_once() -> None:
    with refused(
        f"The mapping is not right: excuses: 'x' must be one of {ALL_EXCUSES}; temperatures: 'y' must be one of "
        "in_range, out_of_range, not_read."
    ):
        mapping_from({**DEFAULT, "excuses": {"a": "x"}, "temperatures": {"a": "y"}})
    with refused(
        "The mapping is not right: extra is not a key of a mapping; excuses must be an object of words; groups must be "
        "an object of lists of analytes."
    ):
        mapping_from({**without("excuses"), "extra": 1, "groups": None})


def test_a_word_that_is_there_twice_with_one_meaning_is_right() -> None:
    assert mapping_from({**DEFAULT, "results": {"Neg": "negative", " NEG ": "negative"}}).results == {"neg": "negative"}


def test_what_a_mapping_leaves_out() -> None:
    """Only the words that it must have: the analytes' own results are negative and positive, and none is nothing."""
    found = mapping_from(
        without("groups", "panel", "disposition_excuse", "weeks_from", "results", "nothing_found", "blank_means")
    )
    assert (found.groups, found.panel, found.disposition_excuse, found.weeks_from) == ({}, None, "other", None)
    assert found.results == {"negative": "negative", "positive": "positive"}
    assert (found.nothing_found, found.blank_is_negative) == ({"none"}, False)


def test_what_a_mapping_says_is_kept_without_capitals_and_spaces() -> None:
    found = mapping_from(
        {
            "format": "cm-import/1",
            "dispositions": {" Came  Late ": "came", "GONE": "excused"},
            "excuses": {"In Jail": "jail"},
            "unexcused_reasons": ["No Show"],
            "disposition_excuse": "family",
            "weeks_from": "Week 1",
            "temperatures": {"OK": "in_range"},
            "analytes": {"THC Screen": "thc", "COC": "cocaine"},
            "groups": {"Both": ["thc", "cocaine"]},
            "panel": ["coc", "both", "Thc"],
            "results": {"POS": "positive"},
            "nothing_found": ["Nil"],
            "blank_means": "negative",
        }
    )
    assert (found.dispositions, found.excuses) == ({"came late": "came", "gone": "excused"}, {"in jail": "jail"})
    assert (found.unexcused_reasons, found.disposition_excuse, found.weeks_from) == ({"no show"}, "family", "Week 1")
    assert (found.temperatures, found.analytes) == ({"ok": "in_range"}, {"thc screen": "thc", "coc": "cocaine"})
    assert (found.groups, found.panel) == ({"Both": {"thc", "cocaine"}}, {"cocaine", "Both", "thc"})
    assert (found.results, found.nothing_found, found.blank_is_negative) == ({"pos": "positive"}, {"nil"}, True)
    named = ["thc screen", "THC", " both ", "date"]
    assert [found.analyte_of_column(name) for name in named] == ["thc", "thc", "Both", None]
    assert found.columns() == ("thc screen", "coc", "thc", "cocaine", "both")
    assert found.analytes_named(["THC", "coc", "BOTH"]) == {"thc", "cocaine", "Both"}
    with refused("The substance 'sugar' is not in the mapping."):
        found.analytes_named(["thc", "sugar"])


def test_the_default_mapping_says_neither_what_was_tested_nor_that_blank_means_negative() -> None:
    assert (mapping_from(DEFAULT).panel, mapping_from(DEFAULT).blank_is_negative) == (None, False)


def test_a_mapping_that_names_no_panel_has_none() -> None:
    document = {**without("panel", "groups"), "analytes": {"AMP": "amphetamine", "COC": "cocaine"}}
    assert mapping_from(document).panel is None


def test_a_panel_is_named_in_the_words_of_the_laboratory_or_of_the_schedule() -> None:
    assert mapping_from({**DEFAULT, "panel": ["COCAINE", "thc", "Stimulant"]}).panel == {"cocaine", "thc", "stimulant"}


# The words of the tables `uds`, `all_drugs` and `tlfb` of the package public.ctn0094data, and the reasons of `visit`.
SUBSTANCES = (
    "Acetaminophen, Alcohol, Amphetamine, Analgesic, Antibiotic, Antidepressant, Antiemetic, Antihistamine, "
    "Antipsychotic, Barbiturate, Benadryl, Benzodiazepine, Buprenorphine, Caffeine, Cannabinoids, Cathinones, "
    "Clonidine, Cocaine, Codeine, Crack, Dextromethorphan, Fentanyl, Gabapentin, Ghb, Hallucinogen, Heavy Drinking, "
    "Heroin, Hydrocodone, Hydromorphone, Inhalant, K2, Kratom, Light Drinking, Mdma, Mdma/Hallucinogen, Merperidine, "
    "Methadone, Methamphetamine, Methylphenidate, Morphine, Muscle Relaxant, Musclerelax, Nalbuphine, Opiate 2000, "
    "Opiate 300, Opioid, Opium, Oxycodone, Oxymorphone, Pcp, Propoxyphene, Pseudoephedrine, Sedative-Hypnotic, "
    "Sedatives, Suboxone, Thc, Tramadol, Trazodone, Tryclic-Antidepressant, Unknown"
)
REASONS = (
    "no_note dead no_show no_funding left_study in_jail forgot in_hospital illness moved missing_14_consecutive window "
    "unable on_vacation other"
)


def test_the_mapping_of_the_trials_knows_every_word_of_their_data() -> None:
    mapping = mapping_from(NIDA_CTN)
    assert [word for word in SUBSTANCES.split(", ") if word_of(word) not in mapping.analytes] == []
    assert [
        word for word in REASONS.split() if word not in mapping.excuses and word not in mapping.unexcused_reasons
    ] == []
    assert set(mapping.dispositions) == {"visit", "no visit", "missing", "final", ""}
    assert set(mapping.temperatures) == {"yes", "no", "unknown", "", "1", "0", "99"}


def test_the_mapping_of_the_trials_says_that_blank_means_negative_and_names_what_all_of_them_tested() -> None:
    """Trial 27 did not test for buprenorphine, and trials 30 and 51 not for alcohol. Amphetamine has methamphetamine."""
    mapping = mapping_from(NIDA_CTN)
    assert mapping.blank_is_negative
    assert mapping.panel == {"amphetamine", "benzodiazepine", "cocaine", "methadone", "opioid", "thc"}
    assert mapping.groups == {"stimulant": {"amphetamine", "cocaine"}}
    assert mapping.analytes["methamphetamine"] == "amphetamine"


def test_the_column_of_a_substance_is_known_by_every_name_of_it() -> None:
    mapping = mapping_from(DEFAULT)
    assert [mapping.analyte_of_column(name) for name in ("THC", "marijuana", "Stimulant", "opioid", "date")] == [
        "thc", "thc", "stimulant", "opioid", None,
    ]  # fmt: skip
