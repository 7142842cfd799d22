"""The editor of a draft: sentences, problems that wait until a field was left, keeping what is typed, and the picture."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings

from cm_tracker.db import db
from cm_tracker.domain.schedules.point_value import in_program
from cm_tracker.forms.schedules.drafts import is_formable
from cm_tracker.operations.schedules.save_draft import save_draft
from tests import cast
from tests.domain.schedules.documents import document, phase, program, track
from tests.domain.schedules.test_engine_properties import documents
from tests.domain.schedules.test_vectors import FILE, SECOND_FORMAT
from tests.web.conftest import Person, text
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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(doc=documents())
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
