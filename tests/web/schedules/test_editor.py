"""The editor of a draft: sentences, problems that wait until a field was left, keeping what is typed, and the picture."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest
from flask import Flask

from cm_tracker.db import db
from cm_tracker.domain.schedules.point_value import in_program
from cm_tracker.forms.schedules.drafts import is_formable
from cm_tracker.operations.schedules.save_draft import save_draft
from tests import cast
from tests.domain.schedules.documents import document, phase, program, track
from tests.domain.schedules.test_engine_properties import documents
from tests.domain.schedules.test_vectors import FILE, SECOND_FORMAT
from tests.web.conftest import Person, text
from tests.web.schedules.test_approvals import Given, People, a_second_lead, send
from tests.web.schedules.test_kinds import saved_document
from tests.web.schedules.test_schedules import a_draft, checked, fields_of, paste, save

SCHEDULES: dict[str, Any] = {**FILE["schedules"], **SECOND_FORMAT["schedules"]}


def keep(person: Person, draft_url: str, left: tuple[str, ...] = (), **changes: str) -> Any:
    form = fields_of(person.get(draft_url).get_data(as_text=True))
    return person.client.post(f"{draft_url}/kept", data={**form, **changes, "left": list(left)})


def says_at(page: str, field: str) -> str:
    found = re.search(rf'id="{re.escape(field)}-says">(.*?)</div>', page, re.S)
    assert found is not None, field
    return " ".join(unescape(re.sub(r"<[^>]*>", "", found[1])).split())


def test_the_rules_are_sentences_with_the_fields_in_them(miriam: Person) -> None:
    page = miriam.get(a_draft(miriam)).get_data(as_text=True)
    content = text(miriam.get("/schedules/drafts/1"))
    assert "1 · What is verified" in content and "counts when it is negative for" in content
    assert (
        "The first negative test pays points ($2.50) . Every further one in a row pays more ($1.25) , at most"
        in content
    )
    assert "After every negative tests in a row, points more ($10.00)" in content
    assert "tracks[0]" not in content, "no path is read"
    assert page.index("From week") < page.index("The first negative test pays") < page.index("Start again after")


def test_a_new_schedule_is_not_greeted_with_problems(miriam: Person) -> None:
    url = miriam.send("/schedules/drafts", shown_at="/schedules").headers["Location"]
    page = miriam.get(url)
    assert 'class="problem"' not in page.get_data(as_text=True)
    assert 'aria-invalid="true"' not in page.get_data(as_text=True)
    assert "Try and Send open when 5 things are settled." in text(page)


def test_after_a_save_every_problem_stands_at_its_field_and_its_step_is_open(miriam: Person) -> None:
    url = a_draft(miriam)
    answer = save(miriam, url, **{"tracks[0].phases[0].base": "ten"})
    assert answer.headers["Location"] == f"{url}?checked=1"
    page = miriam.get(checked(url))
    assert says_at(page.get_data(as_text=True), "tracks[0].phases[0].base") == (
        "This must be a whole number from 0 to 1,000,000."
    )
    assert "Only their steps are shown." in text(page)
    hidden = re.findall(r'<div hidden="">\s*<section class="panel step" id="([\w-]+)"', page.get_data(as_text=True))
    assert hidden == ["step-1-0", "step-2-0", "step-4-0", "step-5-0", "ceilings", "bowl"]
    assert fields_of(page.get_data(as_text=True))["tracks[0].target"] == ["cocaine"], "a folded step is sent, too"
    answer = save(miriam, checked(url), "show:all")
    assert 'hidden=""' not in miriam.get(answer.headers["Location"]).get_data(as_text=True).split("picture-title")[0]


def test_while_somebody_types_only_fields_that_were_left_are_wrong(miriam: Person) -> None:
    url = a_draft(miriam)
    base, cap = "tracks[0].phases[0].base", "tracks[0].phases[0].cap"
    page = keep(miriam, url, left=(cap,), **{base: "x", cap: "y"}).get_data(as_text=True)
    assert says_at(page, base) == "" and says_at(page, cap) != ""


def test_what_is_typed_is_kept_although_it_is_incomplete(miriam: Person) -> None:
    url = a_draft(miriam)
    answer = keep(miriam, url, **{"tracks[0].phases[0].base": "1x", "name": ""})
    assert answer.status_code == 200
    page = miriam.get(url).get_data(as_text=True)
    assert 'value="1x"' in page
    assert saved_document(miriam, url)["name"] == ""


def test_keeping_answers_with_the_next_fingerprint_and_the_picture(miriam: Person) -> None:
    url = a_draft(miriam)
    page = keep(miriam, url, **{"tracks[0].phases[0].base": "12"}).get_data(as_text=True)
    form = fields_of(page)
    assert miriam.client.post(f"{url}/kept", data={**form, "tracks[0].phases[0].base": "14"}).status_code == 200
    assert "($3.00)" in page, "12 points of 25 cents"
    # 36 visits: 12 to 187 points, and twelve bonuses of 40.
    assert "$1,015.50" in page


def test_keeping_is_refused_where_somebody_else_saved(miriam: Person) -> None:
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    save(miriam, url, **{"tracks[0].phases[0].base": "7"})
    assert miriam.client.post(f"{url}/kept", data=old).status_code == 409
    assert miriam.client.post(f"{url}/kept", data={"csrf_token": "x"}).status_code == 400


def test_typing_is_no_line_of_its_own_and_each_save_is_one(miriam: Person) -> None:
    def noted() -> int:
        return text(miriam.get("/audit")).count("Miriam saved a draft")

    url = a_draft(miriam)
    before = noted()
    for points in ("11", "12", "13"):
        keep(miriam, url, **{"tracks[0].phases[0].base": points})
    assert noted() == before > 0
    save(miriam, url)
    assert noted() == before + 1


def test_each_button_keeps_the_place(miriam: Person) -> None:
    url = a_draft(miriam)
    assert save(miriam, url, "add:tracks[0].phases").headers["Location"].endswith("#tracks%5B0%5D.phases%5B1%5D.weeks")
    assert 'id="tracks[0].phases[1].weeks"' in miriam.get(url).get_data(as_text=True)
    assert save(miriam, url, "add:tracks").headers["Location"] == f"{url}?track=1#content"
    page = text(miriam.get(f"{url}?track=1"))
    assert "2 behaviors:" in page and "Behavior 2" in page
    assert save(miriam, f"{url}?track=1", "show:tracks[0]").headers["Location"] == url


def test_the_standard_bowl_is_offered_with_what_a_draw_is_worth(miriam: Person) -> None:
    url = a_draft(miriam)
    save(miriam, url, **{"tracks[0].pays": "draws"})
    page = text(miriam.get(checked(url)))
    assert "Something pays draws, but there is no bowl to draw from. Take the standard bowl, or list its slips." in page
    assert "Take the standard bowl 500 slips; a draw is worth $2.22 on average" in page
    save(miriam, url, "bowl:standard")
    page = text(miriam.get(checked(url)))
    assert "Draws come from the standard bowl , 500 slips, $2.22 a draw on average ." in page
    assert "to settle" not in page


def test_sending_a_draft_with_problems_says_what_it_waits_for(miriam: Person) -> None:
    url = a_draft(miriam)
    assert save(miriam, url, "send", name="").headers["Location"] == f"{url}?checked=1"
    assert save(miriam, url, "send", name="A name").headers["Location"] == f"{url}/publish"


def test_the_picture_shows_three_clients_and_what_a_ceiling_cuts(miriam: Person) -> None:
    """The preset pays $997.50 at most; under $900 the best clients lose, and a smaller bonus would fit."""
    url = a_draft(miriam)
    save(miriam, url, "add:ceilings")
    save(miriam, url, **{"ceilings[0].cents": "900", "ceilings[0].scope": "enrollment"})
    page = text(miriam.get(url))
    assert "At most, a client $900.00 the ceiling; $997.50 without it" in page
    assert "Worth a look: Who never lapses reaches the ceiling in week 12" in page
    # 36 visits pay 3,510 points without a bonus, and 3,600 fit: twelve bonuses of 7.
    assert "A bonus of 7 points would fit under the ceiling." in page
    assert "All met reaches the ceiling in week 12 $900.00" in page


def test_a_copy_of_a_draft_has_its_own_name(miriam: Person) -> None:
    url = a_draft(miriam)
    save(miriam, url, name="Ladder")
    answer = miriam.send("/schedules/drafts", shown_at=url, draft="1")
    assert answer.headers["Location"] == "/schedules/drafts/2"
    assert "Draft: Ladder (copy)" in text(miriam.get("/schedules/drafts/2"))
    assert "Draft: Ladder" in text(miriam.get(url))


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_every_document_of_the_vectors_survives_the_editor(app: Flask, miriam: Person, name: str) -> None:
    # The vectors name groups in the plural, which saving changes into the names in the list.
    named = json.loads(
        json.dumps(SCHEDULES[name]).replace('"stimulants"', '"stimulant"').replace('"opioids"', '"opioid"')
    )
    doc = in_program(named, program(25))
    url = a_draft(miriam)
    paste(miriam, url, json.dumps(doc))
    stored = saved_document(miriam, url)
    assert is_formable(stored)
    save(miriam, url)
    assert saved_document(miriam, url) == stored


@hypothesis.settings(
    max_examples=25, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture], deadline=None
)
@hypothesis.given(doc=documents())
def test_every_document_survives_the_editor(app: Flask, miriam: Person, doc: dict[str, Any]) -> None:
    with app.app_context():
        draft_id = save_draft(db.session(), document={**doc, "point_value_cents": 25}, actor=cast.miriam, now=cast.NOW)
        db.session.remove()
    url = f"/schedules/drafts/{draft_id}"
    stored = saved_document(miriam, url)
    assert save(miriam, url).status_code == 303
    assert saved_document(miriam, url) == stored


def test_a_document_that_says_the_same_in_other_words_is_not_rewritten(miriam: Person) -> None:
    """The limit of no visits, the period of a week and the level 0 are what is meant without them."""
    url = a_draft(miriam)
    doc = document(track(phase(period_weeks=1, most_paid=None), start_level=0), format="cm-schedule/2")
    del doc["bowl"]
    paste(miriam, url, json.dumps(doc))
    stored = saved_document(miriam, url)
    save(miriam, url)
    assert saved_document(miriam, url) == stored and "bowl" not in stored


BASE, STEP = "tracks[0].phases[0].base", "tracks[0].phases[0].step"


def values(person: Person, draft_url: str) -> tuple[Any, Any]:
    phase_ = saved_document(person, draft_url)["tracks"][0]["phases"][0]
    return phase_["base"], phase_["step"]


def test_a_save_that_was_not_answered_makes_the_next_one_not_stale(miriam: Person) -> None:
    """The page sends what it had sent before: the fields in which that differs from what it sends now."""
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    assert miriam.client.post(f"{url}/kept", data={**old, BASE: "12"}).status_code == 200
    later = {**old, BASE: "12", STEP: "7"}
    assert miriam.client.post(f"{url}/kept", data=later).status_code == 409
    for earlier in ('{"tracks[0].phases[0].step": ["6"]}', "{}"):
        assert miriam.client.post(f"{url}/kept", data={**later, "earlier": earlier}).status_code == 409, earlier
    sent = json.dumps({STEP: old[STEP], BASE: ["12"]})
    assert miriam.client.post(f"{url}/kept", data={**later, "earlier": ["{}", sent]}).status_code == 200
    assert values(miriam, url) == (12, 7)


@pytest.mark.parametrize("earlier", ["", "[]", "7", '{"a": 7}', "{", '{"a": null}'])
def test_an_earlier_save_that_cannot_be_read_is_refused(miriam: Person, earlier: str) -> None:
    url = a_draft(miriam)
    form = fields_of(miriam.get(url).get_data(as_text=True))
    assert miriam.client.post(f"{url}/kept", data={**form, "earlier": earlier}).status_code == 400


def stale(miriam: Person, **changes: str) -> tuple[str, str]:
    """Change a draft in a page that was opened before somebody else paid 7 points. Return its URL and the answer."""
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    save(miriam, url, **{BASE: "7"})
    answer = miriam.client.post(url, data={**old, **changes, "action": "save"})
    assert answer.status_code == 409
    return url, answer.get_data(as_text=True)


def over(page: str) -> str:
    found = re.search(r'name="over" value="(\w+)"', page)
    assert found is not None
    return found[1]


def conflict(page: str) -> str:
    part = page.split('id="conflict"')[1].split('<div class="editor">')[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", part)).split())


def test_who_saves_second_sees_what_they_typed_what_was_saved_and_in_words_what_differs(miriam: Person) -> None:
    url, page = stale(miriam, **{STEP: "6"})
    assert fields_of(page)[STEP] == ["6"] and fields_of(page)[BASE] == ["10"]
    says = conflict(page)
    assert "You saved this draft in another window" in says
    assert "The first met visit now earns 10 points instead of 7" in says
    assert "7 points ($1.75) 10 points ($2.50)" in says and "5 points ($1.25) 6 points ($1.50)" in says
    assert values(miriam, url) == (7, 5)
    # Another button keeps asking, and one saves over exactly what was shown.
    assert miriam.client.post(url, data={**fields_of(page), "action": "add:tracks"}).status_code == 409
    assert miriam.client.post(url, data={**fields_of(page), "over": over(page)}).status_code == 303
    assert values(miriam, url) == (10, 6)


def test_what_is_kept_over_has_to_be_what_was_shown(miriam: Person) -> None:
    url, page = stale(miriam, **{STEP: "6"})
    save(miriam, url, **{BASE: "8"})
    answer = miriam.client.post(url, data={**fields_of(page), "over": over(page)})
    assert answer.status_code == 409
    assert "earns 10 points instead of 8" in conflict(answer.get_data(as_text=True))
    assert values(miriam, url) == (8, 5)


def test_a_conflict_of_incomplete_drafts_is_shown_by_fields(miriam: Person) -> None:
    _url, page = stale(miriam, **{STEP: "x", "ceilings.count": "1", "ceilings[0].cents": "599"})
    says = conflict(page)
    assert "The first one pays 7 10" in says and "Every further one 5 x" in says and "Ceiling 1 – is there" in says
    assert f'href="#{quote(BASE)}"' in page


def test_another_lead_is_named(miriam: Person, person: People, given: Given) -> None:
    given(a_second_lead)
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    save(person("daniel"), url, **{BASE: "7"})
    page = miriam.client.post(url, data={**old, STEP: "6", "action": "save"}).get_data(as_text=True)
    assert "Daniel saved this draft" in conflict(page)


def test_the_same_in_both_is_no_conflict(miriam: Person) -> None:
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    keep(miriam, url, **{BASE: "7"})
    answer = miriam.client.post(url, data={**old, BASE: "7", "action": "add:ceilings"})
    assert answer.headers["Location"].endswith("#ceilings%5B0%5D.scope")


def test_what_was_typed_becomes_a_draft_of_its_own(miriam: Person) -> None:
    url, page = stale(miriam, **{STEP: "6"})
    answer = miriam.client.post(url, data={**fields_of(page), "action": "apart"})
    new = answer.headers["Location"]
    assert "The other one stays as it was saved." in text(miriam.get(new))
    assert new != url and values(miriam, new) == (10, 6) and values(miriam, url) == (7, 5)


def test_what_was_typed_in_a_draft_that_is_gone_becomes_a_draft(miriam: Person) -> None:
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    miriam.client.post(f"{url}/discard", data={"csrf_token": old["csrf_token"], "shown": old["shown"]})
    assert miriam.get(url).status_code == 404
    answer = miriam.client.post(url, data={**old, STEP: "6", "action": "save"})
    assert "deleted or published meanwhile" in text(miriam.get(answer.headers["Location"]))
    assert values(miriam, answer.headers["Location"]) == (10, 6)


def test_what_was_typed_in_a_draft_that_was_sent_can_be_saved_apart(miriam: Person, given: Given) -> None:
    given(a_second_lead)
    url = a_draft(miriam)
    old = fields_of(miriam.get(url).get_data(as_text=True))
    save(miriam, url, name="Spring ladder")
    assert send(miriam, url, becomes="new").status_code == 303
    answer = miriam.client.post(url, data={**old, STEP: "6", "action": "save"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and 'name="over"' not in page
    assert "It waits for a second lead and cannot be changed." in conflict(page)
    new = miriam.client.post(url, data={**fields_of(page), "action": "apart"}).headers["Location"]
    assert values(miriam, new) == (10, 6)


def test_a_pasted_document_meets_the_same_choice(miriam: Person) -> None:
    url = a_draft(miriam)
    page = miriam.get(f"{url}/document").get_data(as_text=True)
    form = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("csrf_token", "shown")}  # type: ignore[index]
    mine = json.dumps(saved_document(miriam, url)).replace('"step": 5', '"step": 6')
    save(miriam, url, **{BASE: "7"})
    answer = miriam.client.post(f"{url}/document", data={**form, "document": mine})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and mine in unescape(page)
    assert "earns 10 points instead of 7" in conflict(page)
    both = {**form, "document": mine, "over": over(page)}
    assert miriam.client.post(f"{url}/document", data=both).status_code == 303
    assert values(miriam, url) == (10, 6)
