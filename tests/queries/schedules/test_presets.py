"""Every preset has the words beside it by which a lead chooses it."""

from importlib.resources import files

import pytest

from cm_tracker.domain.schedules.analytes import BY_NAME
from cm_tracker.domain.schedules.facts import KINDS
from cm_tracker.domain.schedules.json_text import read_json
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.queries.schedules.presets import preset, preset_cards, preset_names

ABOUT = files("cm_tracker") / "presets" / "about"


def test_there_are_words_about_every_preset_and_about_nothing_else() -> None:
    assert sorted(entry.name for entry in ABOUT.iterdir()) == [f"{name}.json" for name in preset_names()]
    assert tuple(preset_cards()) == preset_names()


@pytest.mark.parametrize("name", preset_names())
def test_the_words_are_a_paragraph_and_name_only_what_the_document_does_not_say(name: str) -> None:
    about = read_json((ABOUT / f"{name}.json").read_text(encoding="utf-8"))
    assert set(about) == {"says", "changed", "tested"}
    assert 100 < len(about["says"]) < 400 and about["says"].endswith(".")
    assert about["changed"] is None or about["changed"].endswith(".")
    for behavior, looked_for in about["tested"].items():
        track = parse(preset(name)).track(behavior)
        assert track is not None and track.evidence != "drug_test"
        assert looked_for in KINDS or looked_for in BY_NAME
    for track in parse(preset(name)).tracks:
        assert track.evidence not in ("breath_test", "activity") or track.behavior in about["tested"]


def test_every_preset_is_found_by_what_it_tests_and_what_it_pays() -> None:
    for card in preset_cards().values():
        assert card.facts.tested and card.facts.pays and card.facts.cents > 0, card.key


def test_the_words_are_no_part_of_the_document() -> None:
    assert not {"says", "changed", "tested"} & set(preset("higgins-voucher") or {})
