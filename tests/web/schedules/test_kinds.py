"""Who chooses another kind does not have to empty what was filled in for the kind before: saving leaves it out."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.domain.schedules.documents import document, phase, track
from tests.domain.schedules.test_difference import listed_phase, second
from tests.web.conftest import Person, text
from tests.web.schedules.test_schedules import a_draft, checked, paste, save

T, P, C = "tracks[0]", "tracks[0].phases[0]", "ceilings[0]"
PPM = {"unit": "ppm", "at_most": 6}
SIDE = {"also_negative": ["thc"], "amount": 4}


def of_phase(**more: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda saved: {key: saved["tracks"][0]["phases"][0].get(key) for key in more} == more


def saved_document(person: Person, url: str) -> dict[str, Any]:
    shown = person.get(f"{url}/document").get_data(as_text=True)
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)
    assert found is not None
    saved: dict[str, Any] = json.loads(unescape(found[1]))
    return saved


@pytest.mark.parametrize(
    ("before", "chosen", "left_out", "is_gone"),
    [
        (second(ceilings=[{"scope": "year_from", "from": "09-30", "cents": 100}]), {f"{C}.scope": "lifetime"},
         "the day on which the year begins of ceiling 1",
         lambda saved: saved["ceilings"] == [{"scope": "lifetime", "cents": 100}]),
        (second(ceilings=[{"scope": "rolling", "days": 30, "cents": 100}]), {f"{C}.scope": "month"},
         "the number of days of ceiling 1",
         lambda saved: saved["ceilings"] == [{"scope": "month", "cents": 100}] and saved["format"] == "cm-schedule/1"),
        (document(track(side_bonus=SIDE)), {f"{T}.evidence": "attendance"},
         "what must be negative of track 1; the side bonus of track 1",
         lambda saved: (saved["tracks"][0]["target"], saved["tracks"][0]["side_bonus"]) == ([], None)),
        (second(track(phase(reading=PPM), evidence="reading", target=[], reading=PPM)), {f"{T}.evidence": "activity"},
         "the rule for readings of track 1; the rule for readings of track 1, phase 1",
         lambda saved: "reading" not in saved["tracks"][0] and "reading" not in saved["tracks"][0]["phases"][0]),
        (second(track(phase(visits_per_week=1), evidence="hours", target=[], hours=9)), {f"{T}.evidence": "attendance"},
         "the hours of a week of track 1", lambda saved: "hours" not in saved["tracks"][0]),
        (second(track(phase(visits_per_week=1), evidence="attendance", target=[], min_hours_between=20)),
         {f"{T}.evidence": "hours"}, "the hours between paid visits of track 1",
         lambda saved: saved["tracks"][0]["min_hours_between"] is None),
        (second(track(phase(target=["thc"]))), {f"{T}.evidence": "attendance"},
         "what must be negative of track 1; what must be negative of track 1, phase 1",
         lambda saved: "target" not in saved["tracks"][0]["phases"][0]),
        (document(track(phase(run_bonus={"every": 3, "amount": 5}, cap=30))), {f"{P}.pays_nothing": "true"},
         "what visits pay of track 1, phase 1", of_phase(base=0, step=0, cap=None, run_bonus=None, pays_nothing=True)),
        (second(track(listed_phase((1, 4), [5, 6], week_bonus=2))), {f"{P}.pays_nothing": "true"},
         "what visits pay of track 1, phase 1", of_phase(base=0, step=0, values=None, week_bonus=None)),
        (document(track(phase(cap=30))), {f"{P}.values": "10, 12"},
         "first value, step and highest value of track 1, phase 1",
         of_phase(values=[10, 12], base=None, step=None, cap=None)),
        (second(track(evidence="reading", target=[], reading=PPM)), {f"{T}.reading.scale": "3 = 40, 6 = 20"},
         "the limit beside the scale of track 1",
         lambda saved: saved["tracks"][0]["reading"] == {
             "unit": "ppm", "scale": [{"at_most": 3, "amount": 40}, {"at_most": 6, "amount": 20}]}),
    ],
)  # fmt: skip
def test_what_belongs_to_another_choice_is_left_out_and_named(
    miriam: Person,
    before: dict[str, Any],
    chosen: dict[str, str],
    left_out: str,
    is_gone: Callable[[dict[str, Any]], bool],
) -> None:
    url = a_draft(miriam)
    paste(miriam, url, json.dumps(before))
    assert "to settle" not in text(miriam.get(url))
    save(miriam, url, **chosen)
    page = text(miriam.get(url))
    assert f"Saved without what belongs to another choice: {left_out}." in page
    assert is_gone(saved_document(miriam, url)), saved_document(miriam, url)
    assert "belongs to" not in page.replace("what belongs to another choice", ""), "no problem is left to empty by hand"
    save(miriam, url)
    assert "Saved without" not in text(miriam.get(url)), "nothing is left to leave out"


def test_two_rules_for_readings_stay_until_a_lead_chooses(miriam: Person) -> None:
    url = a_draft(miriam)
    paste(miriam, url, json.dumps(second(track(evidence="reading", target=[], reading=PPM))))
    both = {f"{T}.reading.scale": "3 = 40", f"{T}.reading.falls_by_percent": "25"}
    save(miriam, url, **both)
    page = text(miriam.get(url))
    assert "Saved without" not in page
    page = text(miriam.get(checked(url)))
    assert "The reading must decide in one way only; choose one of: falls_by_percent, scale." in page
    assert saved_document(miriam, url)["tracks"][0]["reading"]["at_most"] == 6
