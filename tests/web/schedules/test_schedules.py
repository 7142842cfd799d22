"""The pages of schedules: the list, a version with its chart, drafts, and publishing exactly what was shown."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from cm_tracker.domain.schedules.point_value import in_program
from cm_tracker.queries.schedules.presets import preset, preset_names
from tests.domain.schedules.documents import document, phase, program, track
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
EVERYBODY = ("rosa", "miriam", "grace", "sam")


def fields_of(page: str) -> dict[str, Any]:
    """Return every field of the draft's form, as a browser would send it."""
    form = page.split('<form method="post" novalidate id="draft-form"')[1].split("</form>")[0]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            fields.setdefault(unescape(name[1]), []).append(unescape(value[1]) if value else "")
    for name_, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        option = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[unescape(name_)] = [unescape(option[1]) if option else ""]
    return fields


def a_draft(miriam: Person, name: str = "higgins-voucher") -> str:
    answer = miriam.send("/schedules/drafts", shown_at=f"/schedules/presets/{name}", preset=name)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def checked(draft_url: str) -> str:
    """The page of a draft after it was saved by the button: problems stand at their fields."""
    return f"{draft_url}?checked=1"


def save(person: Person, draft_url: str, action: str = "save", **changes: str | list[str]) -> Any:
    form = fields_of(person.get(draft_url).get_data(as_text=True))
    return person.client.post(draft_url, data={**form, **changes, "action": action})


@pytest.mark.parametrize(
    ("path", "allowed", "unknown", "writes"),
    [
        ("/schedules", EVERYBODY, None, False),
        ("/schedules/versions/1", EVERYBODY, "/schedules/versions/99", False),
        ("/schedules/presets/va-prize", EVERYBODY, "/schedules/presets/none", False),
        ("/schedules/drafts/1", ("miriam",), "/schedules/drafts/99", True),
        ("/schedules/drafts/1/document", ("miriam",), "/schedules/drafts/99/document", True),
        ("/schedules/drafts/1/difference", ("miriam",), "/schedules/drafts/99/difference", False),
    ],
)
def test_the_pages_of_schedules_pass_the_checklist(
    person: People, path: str, allowed: tuple[str, ...], unknown: str | None, writes: bool
) -> None:
    a_draft(person("miriam"))
    check(person, path, allowed=allowed, unknown=unknown, writes=writes)


@pytest.mark.parametrize("way", ["retire", "reopen"])
def test_the_page_that_retires_a_schedule_passes_the_checklist(person: People, way: str) -> None:
    check(person, f"/schedules/1/{way}", allowed=("miriam",), unknown=f"/schedules/99/{way}", writes=True)


def test_a_lead_retires_a_schedule_and_brings_it_back(miriam: Person, rosa: Person) -> None:
    assert "Retire…" in text(miriam.get("/schedules/versions/1"))
    assert "Retire…" not in text(rosa.get("/schedules/versions/1"))
    page = text(miriam.get("/schedules/1/retire"))
    assert "It takes no new enrollment, in any of its versions. The 1 enrollment that it has goes on as before." in page
    assert "Nobody is enrolled in it." in text(miriam.get("/schedules/2/retire"))
    refused = miriam.send("/schedules/1/retire", reason="")
    assert refused.status_code == 422 and "Say why in a few words." in text(refused)
    assert miriam.send("/schedules/1/retire", reason="Replaced").status_code == 303
    content = text(miriam.get("/schedules"))
    assert "The schedule is retired." in content
    assert re.search("Voucher ladder for cocaine, 12 weeks , version 1 1 retired", content)
    assert "retired: no new enrollment" in text(rosa.get("/schedules/versions/1"))
    answer = miriam.send("/schedules/1/reopen", reason="Funded again")
    assert answer.status_code == 303
    assert "The schedule takes new enrollments again." in text(miriam.get("/schedules"))
    assert "retired" not in text(rosa.get("/schedules"))


def test_only_a_lead_makes_or_discards_a_draft(person: People) -> None:
    draft_url = a_draft(person("miriam"))
    for username in ("rosa", "grace", "sam"):
        somebody = person(username)
        assert somebody.send("/schedules/drafts", shown_at="/schedules", preset="va-prize").status_code in (400, 403)
        assert somebody.send(f"{draft_url}/discard", shown_at="/password").status_code == 403


def test_a_version_is_shown_as_a_chart_a_table_and_sentences(rosa: Person) -> None:
    page = rosa.get("/schedules/versions/1")
    content = text(page)
    assert "$997.50" in content and "3,990 points at $0.25" in content
    assert page.get_data(as_text=True).count('<rect class="bar-ladder"') == 36
    assert "36 12 185 40 225" in content
    assert (
        "the first pays 10 points, then 5 more after each visit that meets the target; 40 points more at every 3rd in a row"
        in content
    )


@pytest.mark.parametrize("name", ["california-recovery-incentives", "va-prize", "roll-smoking", "attendance-points"])
def test_every_kind_of_preset_can_be_shown_and_edited(miriam: Person, name: str) -> None:
    assert miriam.get(f"/schedules/presets/{name}").status_code == 200
    draft_url = a_draft(miriam, name)
    assert "to settle" not in text(miriam.get(checked(draft_url)))


@pytest.mark.parametrize("name", preset_names())
def test_saving_a_form_unchanged_changes_nothing(miriam: Person, name: str) -> None:
    draft_url = a_draft(miriam, name)
    assert save(miriam, draft_url).status_code == 303
    shown = miriam.get(f"{draft_url}/document").get_data(as_text=True)
    saved = json.loads(unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)[1]))  # type: ignore[index]
    # $20 to $53 in points of 50 cents are twice as many points of 25 cents. Amounts in pounds keep their numbers.
    expected = in_program(preset(name), program(25))
    if preset(name).get("currency", "USD") != "USD":
        saved = {"currency": "USD", **saved, "format": "cm-schedule/2"}  # what the first format means
        changed = {
            "name": f"{expected['name']} (changed)",
            "source": f"Changed from {expected['source']}: 1 rule differs.",
        }
        expected = {**expected, **changed}
    assert saved == expected


def test_a_draft_changed_by_somebody_else_is_not_overwritten(miriam: Person) -> None:
    draft_url = a_draft(miriam, "va-prize")
    old_form = fields_of(miriam.get(draft_url).get_data(as_text=True))
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "7"})
    assert miriam.client.post(draft_url, data={**old_form, "action": "save"}).status_code == 409
    assert 'value="7"' in miriam.get(draft_url).get_data(as_text=True)


def test_all_problems_are_listed_at_once_and_marked_at_their_fields(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "ten", "name": "", "tracks[0].phases[0].first_week": "2"})
    page = miriam.get(checked(draft_url))
    content = text(page)
    assert "3 things to settle before this can be tried." in content
    assert "The ladder: This must be a whole number from 0 to 1,000,000." in content
    assert "Name and source: " in content and "The weeks: The first part must begin in week 1." in content
    worthless = r'points<span class="worth"[^>]*></span>\. Every further one'
    assert re.search(worthless, page.get_data(as_text=True)), "no space stands where the money would"
    assert page.get_data(as_text=True).count('aria-invalid="true"') == 3
    assert 'value="ten"' in page.get_data(as_text=True), "the form still shows what was typed"
    assert miriam.get(f"{draft_url}/publish").status_code == 302


def test_a_target_is_ticked_in_the_list_of_analytes(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    page = miriam.get(draft_url)
    assert "Stimulants (group)" in text(page)
    save(miriam, draft_url, **{"tracks[0].target": ["stimulant", "alcohol"]})
    page = miriam.get(draft_url)
    assert fields_of(page.get_data(as_text=True))["tracks[0].target"] == ["stimulant", "alcohol"]
    assert "to settle" not in text(page)


def test_a_synonym_that_is_sent_becomes_the_name_in_the_list(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    save(miriam, draft_url, **{"tracks[0].target": ["Benzoylecgonine", "COC", "MDMA"]})
    page = miriam.get(draft_url)
    assert fields_of(page.get_data(as_text=True))["tracks[0].target"] == ["cocaine", "mdma"]


def test_every_field_of_the_second_format_has_a_worked_line_beside_it(miriam: Person) -> None:
    """Two visits a week, and a third level of 20 points; a point is worth 25 cents."""
    url = a_draft(miriam)
    assert (
        save(miriam, url, **{"tracks[0].phases[0].values": "10, 15, 20", "tracks[0].start_level": "2"}).status_code
        == 303
    )
    page = miriam.get(url).get_data(as_text=True)
    content = text(miriam.get(url))
    assert "Here: Level 0, 1, 2: 10, 15, 20 points ($2.50, $3.75, $5.00); from then on 20 points ($5.00)." in content
    assert "Begins: The first paid visit of an enrollment is at level 2: 20 points ($5.00)." in content
    assert "A lapse, with 2: A lapse at level 2 (20 points) goes to level 0 (10 points)." in content
    for key in ("values", "period_weeks", "week_bonus", "most_paid", "target", "pays_nothing", "has_own_resets"):
        assert f'id="tracks[0].phases[0].{key}-worked"' in page
    for described in re.findall(r'aria-describedby="([^"]*)"', page):
        for name in described.split():
            assert f'id="{name}"' in page, "a field is described by what is on the page"


def test_a_wrong_field_keeps_its_problem_and_an_example_with_plain_numbers(miriam: Person) -> None:
    url = a_draft(miriam)
    save(miriam, url, **{"tracks[0].most_paid": "many"})
    content = text(miriam.get(checked(url)))
    assert "This must be a whole number from 1 to 2,000." in content
    assert (
        "Most paid, with 10: The 11th visit of an enrollment that meets its target pays nothing and changes nothing."
        in content
    )


def test_a_draft_with_an_analyte_that_is_not_in_the_list_says_so_at_its_place(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    paste(miriam, draft_url, json.dumps(document(track(target=["cocain"]))))
    page = miriam.get(checked(draft_url))
    content = text(page)
    assert "1 thing to settle before this can be tried." in content
    assert content.count('is "cocain", which is not in the list of analytes. Choose one of the list.') == 2
    assert 'id="tracks[0].target[0]"' in page.get_data(as_text=True)
    assert fields_of(page.get_data(as_text=True))["tracks[0].target"] == ["cocain"], "saving does not lose it"
    assert miriam.get(f"{draft_url}/publish").status_code == 302


def test_parts_of_a_schedule_are_added_and_removed(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    save(miriam, draft_url, "add:tracks[0].phases")
    save(miriam, draft_url, "add:ceilings")
    save(miriam, draft_url, "add:bowl.slips")
    save(miriam, draft_url, "add:tracks")
    page = miriam.get(draft_url).get_data(as_text=True)
    for name in ("tracks[0].phases[1].base", "ceilings[0].cents", "bowl.slips[0].tier", "tracks[1].behavior"):
        assert f'name="{name}"' in page
    for action in ("remove:tracks[1]", "remove:bowl.slips[0]", "remove:ceilings[0]", "remove:tracks[0].phases[1]"):
        save(miriam, draft_url, action)
    page = miriam.get(draft_url).get_data(as_text=True)
    assert 'name="tracks[1].behavior"' not in page and "to settle" not in page


@pytest.mark.parametrize(
    "action",
    [
        "",
        "x",
        "add:",
        "add:name",
        "add:bowl",
        "add:tracks[0]",
        "add:tracks[9].phases",
        "remove:tracks[9]",
        "remove:name",
        "add:ceilings[0]",
    ],
)
def test_an_unknown_action_changes_nothing(miriam: Person, action: str) -> None:
    draft_url = a_draft(miriam)
    assert save(miriam, draft_url, action).status_code == 303
    assert "to settle" not in text(miriam.get(checked(draft_url)))


def paste(miriam: Person, draft_url: str, pasted: str) -> Any:
    page = miriam.get(f"{draft_url}/document").get_data(as_text=True)
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', page)
    return miriam.send(f"{draft_url}/document", document=pasted, shown=shown[1] if shown else "")


def test_a_pasted_document_is_saved(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    assert paste(miriam, draft_url, json.dumps(document(name="Pasted"))).status_code == 303
    assert "Draft: Pasted" in text(miriam.get(draft_url))


@pytest.mark.parametrize(
    "pasted", ["{", '{"a": 1, "a": 2}', "1" * 5000, "[" * 5000, '"\\ud800"', '{"a": NaN}', "", "x" * 200_001]
)
def test_text_that_is_not_a_document_is_refused(miriam: Person, pasted: str) -> None:
    answer = paste(miriam, a_draft(miriam), pasted)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "pasted",
    ["[]", "7", '"\\u0000"', '{"name": "a\\u0000b"}', '{"tracks": [1]}', '{"tracks": [{"phases": [{"weeks": 1}]}]}',
     json.dumps(document(ceilings=[1])), json.dumps(document(bowl={"slips": 1})), json.dumps(document(name={"x": 1})),
     '{"tracks": [{"phases": [], "side_bonus": {"also_negative": 1}}]}'],
)  # fmt: skip
def test_a_document_with_the_wrong_structure_is_shown_as_text_with_its_problems(miriam: Person, pasted: str) -> None:
    draft_url = a_draft(miriam)
    assert paste(miriam, draft_url, pasted).status_code == 303
    assert "to fix" in text(miriam.get(f"{draft_url}/document"))
    assert miriam.get(draft_url).status_code in (200, 302)


def test_a_schedule_with_too_many_visits_has_a_problem(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    save(miriam, draft_url, **{"tracks[0].phases[0].last_week": "520", "tracks[0].phases[0].visits_per_week": "21"})
    assert "hold more than 2,000 visits in all" in text(miriam.get(checked(draft_url)))


def test_a_draft_is_discarded_only_as_it_was_shown(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', miriam.get(draft_url).get_data(as_text=True))
    assert miriam.send(f"{draft_url}/discard", shown_at=draft_url, shown="another").status_code == 409
    assert miriam.send(f"{draft_url}/discard", shown_at=draft_url, shown=shown[1] if shown else "").status_code == 303
    assert miriam.get(draft_url).status_code == 404


def test_a_draft_of_another_value_is_converted_and_names_the_amounts_to_choose(miriam: Person) -> None:
    """7 points of 10 cents are $0.70: two points of 25 cents are less, three are more."""
    draft_url = a_draft(miriam)
    pasted = document(track(phase(base=7, step=5, cap=20)), name="Ten cents", point_value_cents=10)
    assert paste(miriam, draft_url, json.dumps(pasted)).status_code == 303
    page = miriam.get(checked(draft_url))
    content = text(page)
    assert "1 thing to settle before this can be tried." in content
    assert "This is $0.70, and a point is worth $0.25: choose 2 points ($0.50) or 3 points ($0.75)." in content
    html = page.get_data(as_text=True)
    assert 'value="$0.70"' in html and 'name="point_value_cents" value="25"' in html
    assert miriam.get(f"{draft_url}/publish").status_code == 302
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "3"})
    content = text(miriam.get(draft_url))
    assert "to settle" not in content
    assert (
        "For example: Level 0, 1, 2, 3: 3, 5, 7, 8 points ($0.75, $1.25, $1.75, $2.00); from then on 8 points ($2.00)."
        in content
    )
    assert miriam.get(f"{draft_url}/publish").status_code == 200


def test_a_preset_of_another_value_says_what_its_draft_pays(miriam: Person) -> None:
    assert "Its points are worth $0.50. A draft of it pays the same amounts in points of $0.25" in text(
        miriam.get("/schedules/presets/california-recovery-incentives")
    )
    assert "Its points are worth" not in text(miriam.get("/schedules/presets/higgins-voucher"))


def test_ceilings_and_tiers_are_typed_and_shown_in_dollars(miriam: Person) -> None:
    """599 beside the dollar sign is $599.00, and not 599 cents."""
    draft_url = a_draft(miriam, "va-prize")
    save(miriam, draft_url, "add:ceilings")
    assert re.search(r'name="ceilings\[0\].cents"\s+value="599.00"', miriam.get(draft_url).get_data(as_text=True))
    save(miriam, draft_url, **{"ceilings[0].cents": "750", "bowl.slips[1].cents": "1.5"})
    shown = miriam.get(f"{draft_url}/document").get_data(as_text=True)
    saved = json.loads(unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)[1]))  # type: ignore[index]
    assert saved["ceilings"] == [{"scope": "calendar_year", "cents": 75000}]
    assert [slip["cents"] for slip in saved["bowl"]["slips"]][:2] == [0, 150]
    assert re.search(r'name="ceilings\[0\].cents"\s+value="750.00"', miriam.get(draft_url).get_data(as_text=True))


def test_text_that_is_not_money_stays_in_its_field_with_the_problem(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    save(miriam, draft_url, "add:ceilings")
    save(miriam, draft_url, **{"ceilings[0].cents": "6.999"})
    page = miriam.get(checked(draft_url))
    assert 'value="6.999"' in page.get_data(as_text=True)
    assert "This must be money from $0.00 to $1,000,000.00, in whole cents." in text(page)
