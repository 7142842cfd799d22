"""Schedules: the list, a version drawn, drafts, and publishing what was looked at."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from cm_tracker.queries.schedules.presets import preset
from tests.domain.schedules.documents import document
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
EVERYBODY = ("rosa", "miriam", "grace", "sam")


def fields_of(page: str) -> dict[str, Any]:
    """Every field of the draft's form, as a browser would send it."""
    form = page.split('<form method="post" novalidate>')[1].split("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found.setdefault(unescape(name[1]), []).append(unescape(value[1]) if value else "")
    for name_, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[unescape(name_)] = [unescape(chosen[1]) if chosen else ""]
    return found


def a_draft(miriam: Person, name: str = "higgins-voucher") -> str:
    answer = miriam.send("/schedules/drafts", shown_at=f"/schedules/presets/{name}", preset=name)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def save(person: Person, place: str, action: str = "save", **changes: str) -> Any:
    sent = fields_of(person.get(place).get_data(as_text=True))
    return person.client.post(place, data={**sent, **changes, "action": action})


@pytest.mark.parametrize(
    ("path", "allowed", "unknown", "writes"),
    [
        ("/schedules", EVERYBODY, None, False),
        ("/schedules/versions/1", EVERYBODY, "/schedules/versions/99", False),
        ("/schedules/presets/va-prize", EVERYBODY, "/schedules/presets/none", False),
        ("/schedules/drafts/1", ("miriam",), "/schedules/drafts/99", True),
        ("/schedules/drafts/1/document", ("miriam",), "/schedules/drafts/99/document", True),
        ("/schedules/drafts/1/publish", ("miriam",), "/schedules/drafts/99/publish", True),
    ],
)
def test_the_checklist(person: People, path: str, allowed: tuple[str, ...], unknown: str | None, writes: bool) -> None:
    a_draft(person("miriam"))
    check(person, path, allowed=allowed, unknown=unknown, writes=writes)


def test_only_a_lead_makes_or_discards_a_draft(person: People) -> None:
    place = a_draft(person("miriam"))
    for username in ("rosa", "grace", "sam"):
        somebody = person(username)
        assert somebody.send("/schedules/drafts", shown_at="/schedules", preset="va-prize").status_code in (400, 403)
        assert somebody.send(f"{place}/discard", shown_at="/password").status_code == 403


def test_a_version_is_drawn_and_tabled_and_told(rosa: Person) -> None:
    page = rosa.get("/schedules/versions/1")
    said = text(page)
    assert "$997.50" in said and "3,990 points at $0.25" in said
    assert page.get_data(as_text=True).count('<rect class="bar-ladder"') == 36
    assert "36 12 185 40 225" in said
    assert (
        "the first pays 10 points, then 5 more after each visit that meets the target; 40 points more at every 3rd in a row"
        in said
    )


@pytest.mark.parametrize("name", ["california-recovery-incentives", "va-prize", "roll-smoking", "attendance-points"])
def test_every_kind_of_preset_can_be_looked_at_and_edited(miriam: Person, name: str) -> None:
    assert miriam.get(f"/schedules/presets/{name}").status_code == 200
    place = a_draft(miriam, name)
    assert "to fix" not in text(miriam.get(place))


@pytest.mark.parametrize(
    "name", ["ctn-prize", "california-recovery-incentives", "higgins-voucher", "attendance-points"]
)
def test_saving_a_form_unchanged_changes_nothing(miriam: Person, name: str) -> None:
    place = a_draft(miriam, name)
    assert save(miriam, place).status_code == 303
    shown = miriam.get(f"{place}/document").get_data(as_text=True)
    kept = json.loads(unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)[1]))  # type: ignore[index]
    assert kept == preset(name)


def test_a_change_is_published_as_the_next_version_and_the_first_stays(miriam: Person) -> None:
    answer = miriam.send("/schedules/drafts", shown_at="/schedules/versions/1", version="1")
    place = answer.headers["Location"]
    save(miriam, place, **{"tracks[0].phases[0].base": "12"})
    answer = miriam.send(f"{place}/publish", reason="More at the start")
    # the form carries what was shown
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', miriam.get(f"{place}/publish").get_data(as_text=True))
    assert shown is not None
    answer = miriam.send(f"{place}/publish", reason="More at the start", shown=shown[1])
    assert answer.status_code == 303
    said = text(miriam.get(answer.headers["Location"]))
    assert "Version 2" in said and "the first pays 12 points" in said
    assert "the first pays 10 points" in text(miriam.get("/schedules/versions/1"))
    assert miriam.get(place).status_code == 404, "the draft is gone"


def test_a_double_click_publishes_once_and_both_arrive(miriam: Person) -> None:
    place = a_draft(miriam, "va-prize")
    page = miriam.get(f"{place}/publish").get_data(as_text=True)
    token = hidden(page)
    first = miriam.client.post(f"{place}/publish", data={**token, "reason": "Start"})
    second = miriam.client.post(f"{place}/publish", data={**token, "reason": "Start"})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])


def test_what_somebody_else_changed_meanwhile_is_not_published_or_saved_over(miriam: Person) -> None:
    place = a_draft(miriam, "va-prize")
    page = miriam.get(f"{place}/publish").get_data(as_text=True)
    token = hidden(page)
    old_form = fields_of(miriam.get(place).get_data(as_text=True))
    save(miriam, place, **{"tracks[0].phases[0].base": "7"})
    answer = miriam.client.post(f"{place}/publish", data={**token, "reason": "Start"})
    assert "Somebody else has changed this in the meantime." in text(answer)
    assert miriam.client.post(place, data={**old_form, "action": "save"}).status_code == 409
    assert 'value="7"' in miriam.get(place).get_data(as_text=True)


def test_publishing_the_same_again_is_refused(miriam: Person) -> None:
    answer = miriam.send("/schedules/drafts", shown_at="/schedules/versions/1", version="1")
    place = answer.headers["Location"]
    page = miriam.get(f"{place}/publish").get_data(as_text=True)
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', page)
    answer = miriam.send(f"{place}/publish", reason="Again", shown=shown[1] if shown else "")
    assert "Version 1 says the same already." in text(answer)


def test_all_problems_are_told_at_once_and_marked_at_their_fields(miriam: Person) -> None:
    place = a_draft(miriam)
    save(miriam, place, **{"tracks[0].phases[0].base": "ten", "name": "", "tracks[0].phases[0].first_week": "2"})
    page = miriam.get(place)
    said = text(page)
    assert "3 problems to fix before it can be published" in said
    assert page.get_data(as_text=True).count('aria-invalid="true"') == 2
    assert 'value="ten"' in page.get_data(as_text=True), "what was typed is still there"
    assert miriam.get(f"{place}/publish").status_code == 302


def test_parts_are_added_and_taken_away(miriam: Person) -> None:
    place = a_draft(miriam)
    save(miriam, place, "add:tracks[0].phases")
    save(miriam, place, "add:ceilings")
    save(miriam, place, "add:bowl.slips")
    save(miriam, place, "add:tracks")
    page = miriam.get(place).get_data(as_text=True)
    for name in ("tracks[0].phases[1].base", "ceilings[0].cents", "bowl.slips[0].tier", "tracks[1].behavior"):
        assert f'name="{name}"' in page
    for action in ("remove:tracks[1]", "remove:bowl.slips[0]", "remove:ceilings[0]", "remove:tracks[0].phases[1]"):
        save(miriam, place, action)
    page = miriam.get(place).get_data(as_text=True)
    assert 'name="tracks[1].behavior"' not in page and "to fix" not in page


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
def test_a_button_that_no_page_has_changes_nothing(miriam: Person, action: str) -> None:
    place = a_draft(miriam)
    assert save(miriam, place, action).status_code == 303
    assert "to fix" not in text(miriam.get(place))


def paste(miriam: Person, place: str, pasted: str) -> Any:
    page = miriam.get(f"{place}/document").get_data(as_text=True)
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', page)
    return miriam.send(f"{place}/document", document=pasted, shown=shown[1] if shown else "")


def test_a_pasted_document_is_saved(miriam: Person) -> None:
    place = a_draft(miriam)
    assert paste(miriam, place, json.dumps(document(name="Pasted"))).status_code == 303
    assert "Draft: Pasted" in text(miriam.get(place))


@pytest.mark.parametrize(
    "pasted", ["{", '{"a": 1, "a": 2}', "1" * 5000, "[" * 5000, '"\\ud800"', '{"a": NaN}', "", "x" * 200_001]
)
def test_what_is_no_document_is_told_and_kept_on_the_page(miriam: Person, pasted: str) -> None:
    answer = paste(miriam, a_draft(miriam), pasted)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "pasted",
    ["[]", "7", '"\\u0000"', '{"name": "a\\u0000b"}', '{"tracks": [1]}', '{"tracks": [{"phases": [{"weeks": 1}]}]}',
     json.dumps(document(ceilings=[1])), json.dumps(document(bowl={"slips": 1})), json.dumps(document(name={"x": 1})),
     '{"tracks": [{"phases": [], "side_bonus": {"also_negative": 1}}]}'],
)  # fmt: skip
def test_a_document_of_another_shape_is_shown_as_text_with_its_problems(miriam: Person, pasted: str) -> None:
    place = a_draft(miriam)
    assert paste(miriam, place, pasted).status_code == 303
    assert "to fix" in text(miriam.get(f"{place}/document"))
    assert miriam.get(place).status_code in (200, 302)


def test_a_schedule_without_end_is_refused(miriam: Person) -> None:
    place = a_draft(miriam)
    save(miriam, place, **{"tracks[0].phases[0].last_week": "520", "tracks[0].phases[0].visits_per_week": "21"})
    assert "hold more than 2,000 visits in all" in text(miriam.get(place))


def test_a_draft_is_discarded(miriam: Person) -> None:
    place = a_draft(miriam)
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', miriam.get(place).get_data(as_text=True))
    assert miriam.send(f"{place}/discard", shown_at=place, shown="another").status_code == 409
    assert miriam.send(f"{place}/discard", shown_at=place, shown=shown[1] if shown else "").status_code == 303
    assert miriam.get(place).status_code == 404
