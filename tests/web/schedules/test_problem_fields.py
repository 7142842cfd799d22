"""Every problem that the check finds in a document stands at a field of the editor, or at the top of it on purpose."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from flask import Flask

from cm_tracker.db import db
from cm_tracker.domain.errors import Problem
from cm_tracker.domain.schedules.point_value import draft_problems, in_program
from cm_tracker.forms.schedules.drafts import is_formable
from cm_tracker.forms.schedules.problem_fields import field_of, sentence_of
from cm_tracker.operations.schedules.save_draft import save_draft
from tests import cast
from tests.domain.schedules import test_check_sentences as sentences
from tests.domain.schedules.documents import document, phase, program, track
from tests.domain.schedules.test_check_sentences import FIRST, GONE, PHASE
from tests.domain.schedules.test_check_sentences import SECOND as IN_POUNDS
from tests.domain.schedules.test_check_sentences import changed as changed_at
from tests.web.conftest import Person, text
from tests.web.schedules.test_schedules import a_draft, checked, save

# What saving the form puts right by itself: it writes a format that fits, and no key that no format has.
NO_KEY = "is not a key of this format; known here:"


SECOND = changed_at(changed_at(IN_POUNDS, "currency", "USD"), f"{PHASE}.reset_on", ["positive"])


def changed(doc: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at a path, in the program's currency: a draft would be changed into it."""
    return changed_at(SECOND if doc is IN_POUNDS else doc, path, value)


def cases_of(test: Callable[..., None]) -> list[Any]:
    """Return the cases with which a test is repeated."""
    [mark] = [mark for mark in test.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    return list(mark.args[1])


def wrong_documents() -> Iterator[dict[str, Any]]:
    """Yield documents with a problem at every place at which the sentences of the check are tested, and some more."""
    for doc, path, least, most in sentences.NUMBERS:
        yield from (changed(doc, path, wrong) for wrong in (least - 1, most + 1, "x"))
    for doc, path, _ in cases_of(sentences.test_a_text_is_not_empty_and_stands_on_one_line):
        yield from (changed(doc, path, wrong) for wrong in ("", 7))
    for doc, path, _ in sentences.CHOICES:
        yield changed(doc, path, "other")
    for path in cases_of(sentences.test_yes_or_no_is_true_or_false):
        yield changed(FIRST, path, "yes")
    for doc, path in cases_of(sentences.test_an_object_has_named_values):
        yield changed(doc, path, {})
    for doc, path, least, _ in cases_of(sentences.test_a_list_has_its_length):
        yield changed(doc, path, [] if least else [{"scope": "award", "cents": 1}] * 61)
    for doc, path, _ in sentences.KEYS:
        yield changed(doc, f"{path}.surprise" if path else "surprise", 1)
    for doc, path in sentences.REQUIRED:
        yield changed(doc, path, GONE)
    for doc, path, value, *_ in cases_of(sentences.test_what_does_not_go_together_is_said):
        yield changed(doc, path, value)
    yield changed(FIRST, "format", "cm-schedule/3")
    yield changed(SECOND, "currency", "EURO")
    for path, wrong in (("cap", 9), ("values", [5, "x", -1]), ("reset_on", ["x", "positive", "positive"])):
        yield changed(FIRST if path == "cap" else SECOND, f"{PHASE}.{path}", wrong)
    yield changed(SECOND, "tracks[4].reading.scale", [{"at_most": "x", "amount": -1}, {"at_most": 3}, {}])
    yield changed(FIRST, "tracks[0].phases[1].weeks", [5, 520])
    yield changed(FIRST, "tracks[0].phases[1].visits_per_week", 21) | {"ceilings": [{"scope": "month", "cents": -1}]}
    for key, wrong in (("hours", 0), ("reading", {}), ("reset_to", "zero"), ("start_level", 0)):
        yield changed(FIRST, f"tracks[0].{key}", wrong)
    for key, wrong in (("from", ""), ("days", 0)):
        yield changed(FIRST, f"ceilings[0].{key}", wrong)
    yield document(track(phase((1, 520), visits_per_week=21)), point_value_cents=50)
    yield document(track(target=["cocain"]), track(phase(reading={}), behavior="other", start_level=99))
    yield document(track(phase(cap=30, run_bonus={"every": 90, "amount": 1}), start_level=9), format="cm-schedule/2")


def is_at_its_field(page: str, field: str, sentence: str) -> bool:
    """Return whether the page has a field to which a link leads, and the sentence beside it."""
    if f'id="{field}"' not in page:
        return False
    beside = re.search(rf'id="{re.escape(field)}-says">(.*?)</div>', page, re.S)
    item = re.search(rf'id="{re.escape(field)}">(.*?)</label>', page, re.S)
    return any(sentence in unescape(found[1]) for found in (beside, item) if found)


def test_every_problem_stands_at_a_field_or_at_the_top_on_purpose(app: Flask, miriam: Person) -> None:
    seen: set[tuple[str, str]] = set()
    homeless: list[Problem] = []
    looked_at = 0
    for doc in wrong_documents():
        found = draft_problems(in_program(doc, program(25)), program(25))
        # One document for each path and kind of sentence is enough.
        kinds = {(re.sub(r"\d+", "n", one.path), re.sub(r"is -?[\d,]+; it |\d[\d,]*", "", one.says)) for one in found}
        if not is_formable(doc) or kinds <= seen:
            continue
        seen |= kinds
        looked_at += 1
        with app.app_context():
            draft_id = save_draft(db.session(), document=doc, actor=cast.miriam, now=cast.NOW)
            db.session.remove()
        page = miriam.get(f"/schedules/drafts/{draft_id}?checked=1").get_data(as_text=True)
        for one in found:
            assert sentence_of(one) in unescape(page), "the top names every problem"
            field = field_of(one.path)
            if field is None:
                homeless += [one] * (one.path != "format" and NO_KEY not in one.says)
            elif not is_at_its_field(page, field, sentence_of(one)):
                homeless.append(one)
    assert homeless == []
    assert looked_at > 100


def test_a_problem_inside_a_list_says_which_item_it_is() -> None:
    says = "must be a whole number from 0 to 1,000,000."
    assert [
        sentence_of(Problem(path, says))
        for path in (
            f"{PHASE}.values[1]",
            "tracks[0].reading.scale[0].at_most",
            "tracks[0].reading.scale[2].amount",
            "tracks[0].most_paid",
        )
    ] == [f"Value 2 {says}", f"The reading of step 1 {says}", f"The amount of step 3 {says}", f"This {says}"]
    assert sentence_of(Problem("bowl", "is missing: a track pays draws.")) == "The bowl is missing: a track pays draws."


def test_all_problems_of_one_field_stand_at_it(miriam: Person) -> None:
    url = a_draft(miriam)
    save(miriam, url, **{"tracks[0].phases[0].values": "10, x, 20, y"})
    page = miriam.get(checked(url))
    assert page.get_data(as_text=True).count('href="#tracks%5B0%5D.phases%5B0%5D.values"') == 2
    content = text(page)
    assert "Value 2 must be a whole number" in content and "Value 4 must be a whole number" in content
    assert re.search(r"<details open>\s*<summary>More rules", page.get_data(as_text=True))
