"""The panels of a site, and the panel on the form of a test."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.models import VisitRow
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.visits.add_lot import add_lot
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.domain.schedules.documents import document, track
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.visits.test_visits import TEST, a_test

People = Callable[..., Person]
Given = Callable[..., Any]
CUP = (Strip("thc", 50), Strip("cocaine", 150), Strip("amphetamine", 500), Strip("methamphetamine", 500))
ANSWERS = {f"result_{strip.analyte}": "negative" for strip in CUP}
PANELS = "/sites/1/panels"


def a_panel(session: Session, expires_on: date = date(2026, 12, 31), name: str = "Blue cup") -> int:
    panel_id = add_panel(
        session, site_id=cast.HARBOR, name=name, strips=CUP, key=cast.key(), actor=cast.miriam, now=cast.NOW
    )
    add_lot(
        session, panel_id=panel_id, number="A17", expires_on=expires_on, used_from=date(2026, 3, 1), key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    return panel_id


def fields(page: str) -> list[str]:
    """The analytes that the form asks for, in the order of the page."""
    return list(dict.fromkeys(re.findall(r'name="result_([a-z-]+)"', page)))


@pytest.mark.parametrize(
    ("path", "unknown", "writes"),
    [
        (PANELS, "/sites/99/panels", False),
        (f"{PANELS}/new", "/sites/99/panels/new", True),
        ("/panels/1/lots/new", "/panels/99/lots/new", True),
    ],
)
def test_the_pages_of_panels_pass_the_checklist(
    person: People, given: Given, path: str, unknown: str, writes: bool
) -> None:
    given(a_panel)
    check(person, path, allowed=("miriam",), unknown=unknown, writes=writes)


def test_a_lead_adds_a_panel_from_a_common_cup_with_its_lot(miriam: Person) -> None:
    assert "This site has no panel yet." in text(miriam.get(PANELS))
    start = f"{PANELS}/new?start=10"
    page = miriam.get(start).get_data(as_text=True)
    cutoffs = dict(re.findall(r'name="(cutoff_[a-z-]+)"[^>]*value="(\d+)"', page))
    assert len(cutoffs) == 10 and cutoffs["cutoff_cocaine"] == "150" and cutoffs["cutoff_thc"] == "50"
    added = miriam.send(start, name="Blue cup", **{**cutoffs, "cutoff_thc": "", "cutoff_fentanyl": "1"})
    assert (added.status_code, added.headers["Location"]) == (303, "/panels/1/lots/new")
    saved = miriam.send("/panels/1/lots/new", number="A17", expires_on="2026-04-15", used_from="2026-03-16")
    assert (saved.status_code, saved.headers["Location"]) == (303, PANELS)
    content = text(miriam.get(PANELS))
    assert "In use: lot A17, expires Apr 15, 2026 expires in 30 days" in content
    assert "Fentanyl 1 ng/mL" in content and "THC" not in content


def test_everything_that_is_wrong_with_a_panel_is_shown_at_once(miriam: Person) -> None:
    answer = miriam.send(f"{PANELS}/new", name="Blue cup", cutoff_cocaine="0", cutoff_thc="9999999")
    assert answer.status_code == 422
    content = text(answer)
    assert "Cocaine: the cut-off is a whole number such as 300." in content
    assert "THC: the cut-off is a whole number such as 300." in content
    answer = miriam.send(f"{PANELS}/new", name="", cutoff_cocaine="many")
    assert "Enter a name for the panel." in text(answer)
    assert "Enter the cut-off as a whole number, such as 300, or leave it empty." in text(answer)
    empty = miriam.send(f"{PANELS}/new", name="Empty")
    assert empty.status_code == 422 and "Enter the cut-off of each strip of the cup" in text(empty)


def test_a_lot_that_has_expired_is_refused(miriam: Person, given: Given) -> None:
    given(a_panel)
    answer = miriam.send("/panels/1/lots/new", number="", expires_on="2026-03-15", used_from="2026-03-16")
    assert answer.status_code == 422
    assert "Enter the lot number from the box." in text(answer)
    answer = miriam.send("/panels/1/lots/new", number="B1", expires_on="2026-03-15", used_from="2026-03-15")
    assert "The lot has expired. Enter the last day that is printed on the box." in text(answer)


def test_a_panel_is_retired_and_brought_back(miriam: Person, rosa: Person, given: Given) -> None:
    given(a_panel)
    assert "Blue cup" in text(rosa.get(TEST))
    assert rosa.send("/panels/1/retire", shown_at="/password").status_code == 403
    assert miriam.send("/panels/1/retire", shown_at=PANELS).status_code == 303
    assert "Blue cup" not in text(rosa.get(TEST))
    assert "retired" in text(miriam.get(PANELS))
    assert miriam.send("/panels/1/reopen", shown_at=PANELS).status_code == 303
    assert "Blue cup" in text(rosa.get(TEST))
    assert miriam.send("/panels/99/retire", shown_at=PANELS).status_code == 404


def test_the_form_asks_for_the_target_first_and_then_for_the_other_strips(rosa: Person, given: Given) -> None:
    assert fields(rosa.get(TEST).get_data(as_text=True)) == ["cocaine"]
    given(a_panel)
    page = rosa.get(TEST)
    assert fields(page.get_data(as_text=True)) == ["cocaine", "thc", "amphetamine", "methamphetamine"]
    content = text(page)
    assert "Blue cup: lot A17, expires Dec 31, 2026" in content
    assert content.index("Decides the reward Cocaine Negative") < content.index(
        "Noted, never changes the reward THC Negative"
    )


def test_every_strip_without_an_answer_is_asked_for_at_its_field(rosa: Person, given: Given) -> None:
    given(a_panel)
    answer = rosa.send(TEST, **a_test())
    assert answer.status_code == 422
    content = text(answer)
    for word in ("THC", "amphetamine", "methamphetamine"):
        assert f"Give a result for {word}, or say that it was not read." in content
    assert "Balance" not in text(rosa.get("/clients/1")) or "Balance 0 points" in text(rosa.get("/clients/1"))
    answer = rosa.send(TEST, **a_test(**{**ANSWERS, "result_cocaine": "not_read"}))
    assert answer.status_code == 422, "the target is never left unread"


def test_a_visit_shows_the_panel_its_lot_and_who_was_there(rosa: Person, given: Given) -> None:
    given(a_panel)
    answer = rosa.send(
        TEST,
        **a_test(
            **{**ANSWERS, "result_thc": "not_read"}, collected_by=str(cast.ROSA), observed="yes", second_reader="2"
        ),
    )
    assert answer.status_code == 303
    content = text(rosa.get(answer.headers["Location"]))
    assert "Panel Blue cup, lot A17, expires Dec 31, 2026" in content
    assert "Collected by Rosa" in content and "Observed Yes" in content and "Second reader Leo" in content
    assert "Amphetamine Negative" in content and "THC" not in content


def test_nobody_is_their_own_second_reader(rosa: Person) -> None:
    page = rosa.get(TEST).get_data(as_text=True)
    second = page.split('name="second_reader"')[1].split("</select>")[0]
    assert "Leo" in second and "Miriam" in second and "Rosa" not in second and "Anna" not in second


TIMES = {"happened_on": "2026-03-02", "collected_time": "09:12"}


def test_one_stroke_records_a_cup_that_is_all_negative(rosa: Person, given: Given) -> None:
    given(a_panel)
    page = rosa.get(TEST).get_data(as_text=True)
    assert page.count("btn-primary") == 0 and page.count('class="all-negative"') == 1, "one filled action"
    assert "All 4 strips negative, temperature in range. Saved at once; undo for 15 minutes." in text(rosa.get(TEST))
    assert not re.search(r'checked[^>]*name="(result_|temperature)', page), "nothing is chosen beforehand"
    answer = rosa.send(TEST, **TIMES, specimen="given", all_negative="1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/visits/1")
    content = text(rosa.get("/visits/1"))
    for strip in ("Cocaine Negative", "THC Negative", "Amphetamine Negative", "Temperature In range"):
        assert strip in content
    assert "Panel Blue cup, lot A17" in content


@pytest.mark.parametrize(
    "marked", [{"result_cocaine": "positive"}, {"temperature": "out_of_range"}, {"specimen": "leaked"}]
)
def test_one_stroke_records_nothing_beside_what_is_marked_otherwise(
    rosa: Person, given: Given, marked: dict[str, str]
) -> None:
    given(a_panel)
    answer = rosa.send(TEST, **{**TIMES, "specimen": "given", **marked}, all_negative="1")
    assert answer.status_code == 422
    assert "Something is marked that is not negative or not in range." in text(answer)
    assert rosa.get("/visits/1").status_code == 404


def test_only_what_is_different_is_marked_and_the_rest_is_negative(rosa: Person, given: Given) -> None:
    given(a_panel)
    answer = rosa.send(TEST, **TIMES, specimen="given", result_thc="positive", rest="Save, the rest is negative")
    assert answer.status_code == 303
    content = text(rosa.get("/visits/1"))
    assert "Amir earned 10 points" in content, "THC is noted and never changes the reward"
    assert "Thc Positive" in content or "THC Positive" in content
    assert "Cocaine Negative" in content and "Temperature In range" in content


def test_what_is_sent_to_the_laboratory_waits_for_its_answer(rosa: Person, given: Given) -> None:
    given(a_panel)
    assert rosa.send(TEST, **TIMES, specimen="given", to_lab="Send to the laboratory").status_code == 303
    content = text(rosa.get("/visits/1"))
    assert "What it earns is not known yet" in content and "Cocaine Pending" in content


def test_a_refused_specimen_is_one_stroke(rosa: Person, given: Given) -> None:
    given(a_panel)
    assert rosa.send(TEST, **TIMES, specimen="given", refused="Refused").status_code == 303
    assert "Outcome Refused" in text(rosa.get("/visits/1"))


@pytest.mark.parametrize("button", ["all_negative", "rest"])
def test_an_expired_lot_blocks_every_save(rosa: Person, given: Given, button: str, clock: Any) -> None:
    given(a_panel, date(2026, 3, 16))
    rosa.get("/")
    clock.move_to(cast.NOW + timedelta(days=1))
    person = Person(rosa.app, "rosa")
    page = person.get(TEST)
    assert "The lot has expired." in text(page)
    assert "No test of today can be saved with this one." in text(page)
    assert 'name="all_negative"' not in page.get_data(as_text=True)
    answer = person.send(TEST, happened_on="2026-03-17", collected_time="09:12", specimen="given", **{button: "1"})
    assert answer.status_code == 422
    assert "lot A17 expired on Mar 16, 2026. Enter the lot that is in use." in text(answer)
    assert person.get("/visits/1").status_code == 404


def test_enter_in_a_field_does_not_press_the_button_that_fills_in(rosa: Person) -> None:
    page = rosa.get(TEST).get_data(as_text=True).split('<form method="post" novalidate>')[1]
    first = re.search(r"<button[^>]*>|<input[^>]*type=\"submit\"[^>]*>", page)
    assert first is not None and "all_negative" not in first[0]


def test_another_cup_can_be_chosen_and_its_strips_are_asked_for(rosa: Person, given: Given) -> None:
    given(a_panel)
    given(
        lambda session: add_panel(
            session, site_id=1, name="Single", strips=[Strip("cocaine", 150)], key=cast.key(), actor=cast.miriam,
            now=cast.NOW,
        )
    )  # fmt: skip
    assert re.search(r'name="another_panel" value="2">Single<', rosa.get(TEST).get_data(as_text=True))
    page = rosa.send(TEST, **a_test(note="Came late", specimen_id="U7"), observed="yes", another_panel="2")
    assert page.status_code == 200
    shown = page.get_data(as_text=True)
    assert fields(shown) == ["cocaine"]
    assert "Came late" in shown and 'value="U7"' in shown, "what was typed stays"
    assert re.search(r'<input[^>]*checked[^>]*name="observed"[^>]*value="yes"', shown)
    assert rosa.get("/visits/1").status_code == 404
    assert fields(rosa.send(TWO, **FIRST, another_panel="2").get_data(as_text=True)) == ["cocaine"]
    answer = rosa.send(TEST, **a_test(), panel_id="2")
    content = text(rosa.get(answer.headers["Location"]))
    assert "Panel Single" in content and "lot" not in content.split("Panel Single")[1][:10]


def test_a_late_visit_has_the_lot_of_its_day(rosa: Person, given: Given) -> None:
    panel_id = given(a_panel)
    given(
        lambda session: add_lot(
            session, panel_id=1, number="B2", expires_on=date(2027, 1, 31), used_from=date(2026, 3, 10), key=cast.key(),
            actor=cast.miriam, now=cast.NOW,
        )
    )  # fmt: skip
    assert "lot B2" in text(rosa.get(TEST)), panel_id
    answer = rosa.send(TEST, **a_test(**ANSWERS))
    assert "Panel Blue cup, lot A17" in text(rosa.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("expires_on", "on_start", "on_form"),
    [
        (date(2026, 4, 15), "lot A17, expires Apr 15, 2026 expires in 30 days", False),
        (date(2026, 3, 17), "lot A17, expires Mar 17, 2026 expires in 1 day", False),
        (date(2026, 3, 16), "lot A17, expires Mar 16, 2026 expires today", False),
    ],
)
def test_the_first_page_warns_staff_and_leads_before_a_lot_expires(
    person: People, given: Given, expires_on: date, on_start: str, on_form: bool
) -> None:
    given(a_panel, expires_on)
    for username in ("rosa", "miriam"):
        content = text(person(username).get("/"))
        assert f"Harbor Street, Blue cup: {on_start}" in content
        assert "Cocaine" not in content
    for username in ("anna", "grace", "sam"):
        assert "A17" not in text(person(username).get("/"))
    content = text(person("rosa").get(TEST))
    assert on_start in content and ("The lot has expired." in content) == on_form


def test_a_lot_that_is_fine_is_not_warned_of(rosa: Person, given: Given) -> None:
    given(a_panel, date(2026, 4, 16))
    assert "A17" not in text(rosa.get("/"))


def test_a_correction_keeps_the_other_strips_and_the_panel(miriam: Person, rosa: Person, given: Given) -> None:
    given(a_panel)
    rosa.send(TEST, **a_test(**{**ANSWERS, "result_thc": "positive"}))
    page = miriam.get("/visits/1/correct").get_data(as_text=True)
    assert fields(page) == ["cocaine", "amphetamine", "methamphetamine", "thc"]
    fixed = a_test(**{**ANSWERS, "result_cocaine": "positive", "result_thc": "positive"})
    sent = {**fixed, "happened": "came", "words": "Misread"}
    missing = miriam.send("/visits/1/correct", **{**sent, "result_thc": ""})
    assert missing.status_code == 422 and "Give a result for THC, or say that it was not read." in text(missing)
    shown = miriam.send("/visits/1/correct", **sent)
    token = re.search(r'name="shown"[^>]*value="([^"]+)"', shown.get_data(as_text=True))
    assert token is not None, text(shown)
    saved = miriam.send("/visits/1/correct", shown=token[1], **sent)
    assert saved.status_code == 303, text(saved)
    content = text(miriam.get("/visits/1"))
    assert "Panel Blue cup, lot A17" in content.split("Every record")[0]
    assert [
        word
        for word in content.split("Every record")[0].split()
        if word in ("Amphetamine", "Cocaine", "Methamphetamine", "THC", "Negative", "Positive")
    ][-8:] == ["Amphetamine", "Negative", "Cocaine", "Positive", "Methamphetamine", "Negative", "THC", "Positive"]


def a_client_with_stimulants(session: Session) -> int:
    version_id = publish_schedule(
        session, document=document(track(target=["stimulant"])), reason="New", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    client_id = open_client(
        session, code="HS-7", preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )
    return enroll_client(
        session, client_id=client_id, schedule_version_id=version_id, starts_on=cast.START, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cocaine", "stimulants", "outcome"),
    [("negative", "Negative", "Met"), ("positive", "Positive", "Positive"), ("pending", "Pending", "Pending")],
)
def test_a_group_is_read_strip_by_strip(
    rosa: Person, given: Given, cocaine: str, stimulants: str, outcome: str
) -> None:
    given(a_panel)
    url = f"/enrollments/{given(a_client_with_stimulants)}/0/visits/new"
    assert fields(rosa.get(url).get_data(as_text=True)) == ["cocaine", "amphetamine", "methamphetamine", "thc"]
    answer = rosa.send(url, **a_test(**{**ANSWERS, "result_cocaine": cocaine}))
    assert answer.status_code == 303, text(answer)
    content = text(rosa.get(answer.headers["Location"]))
    assert f"Stimulants {stimulants}" in content and f"Outcome {outcome}" in content


def test_without_all_strips_of_the_group_the_form_asks_for_the_group(rosa: Person, given: Given) -> None:
    url = f"/enrollments/{given(a_client_with_stimulants)}/0/visits/new"
    assert fields(rosa.get(url).get_data(as_text=True)) == ["stimulant"]


def test_the_form_needs_as_many_queries_for_many_panels_as_for_one(
    rosa: Person, given: Given, statements: list[str]
) -> None:
    given(a_panel)
    rosa.get(TEST)
    statements.clear()
    rosa.get(TEST)
    before = len(statements)
    for n in range(5):
        given(a_panel, name=f"Cup {n}")
    statements.clear()
    rosa.get(TEST)
    assert len(statements) == before > 0


# A visit with several specimens: the second one has the same strips.

TWO = f"{TEST}?specimens=2"
FIRST = a_test(specimen="dilute", result_cocaine="")
SECOND = {
    "second_specimen": "given", "second_collected_time": "10:30", "second_read_time": "", "second_specimen_id": "U2",
    "second_temperature": "in_range", **{f"second_{name}": result for name, result in ANSWERS.items()},
}  # fmt: skip
LATER = {
    "collected_time": "10:30", "read_time": "", "specimen": "given", "specimen_id": "U2", "temperature": "in_range",
    "words": "", **ANSWERS,
}  # fmt: skip


def sealed(session: Session) -> tuple[list[Any], list[Any]]:
    """What the newest record of a visit says of its cup, and what a verification finds."""
    said = select(VisitRow.panel_id, VisitRow.kit_lot_id, VisitRow.collected_by_id, VisitRow.observed)
    newest = session.execute(said.order_by(VisitRow.id.desc()).limit(1)).one()
    return list(newest), list(verify_ledger(session).findings)


def shown_then_saved(person: Person, url: str, **sent: str) -> Any:
    shown = person.send(url, **sent)
    assert shown.status_code == 200, text(shown)
    return person.client.post(url, data={**hidden(shown.get_data(as_text=True)), **sent})


def test_both_specimens_are_asked_for_every_strip(rosa: Person, given: Given) -> None:
    given(a_panel)
    page = rosa.get(TWO).get_data(as_text=True)
    assert fields(page) == ["cocaine", "thc", "amphetamine", "methamphetamine"]
    assert list(dict.fromkeys(re.findall(r'name="second_result_([a-z-]+)"', page))) == fields(page)
    assert page.count('name="observed"') == 0 and page.count('name="second_is_observed"') == 1, "one field says it"
    missing = rosa.send(TWO, **FIRST, **{**SECOND, "second_result_thc": ""})
    assert missing.status_code == 422
    assert re.findall(r'id="(\w+)-problem"', missing.get_data(as_text=True)) == ["second_result_thc"]
    cold = {**FIRST, **ANSWERS, "specimen": "given", "temperature": "in_range", "result_methamphetamine": ""}
    missing = rosa.send(TWO, **cold, **{**SECOND, "second_result_amphetamine": ""})
    assert re.findall(r'id="(\w+)-problem"', missing.get_data(as_text=True)) == [
        "result_methamphetamine", "second_result_amphetamine",
    ]  # fmt: skip
    saved = rosa.send(TWO, **FIRST, **{**SECOND, "second_result_thc": "not_read"}, collected_by=str(cast.ROSA))
    assert saved.status_code == 303, text(saved)
    content = text(rosa.get(saved.headers["Location"]))
    assert "2 specimens: too dilute, then given" in content and "Panel Blue cup, lot A17" in content
    assert "Methamphetamine Negative" in content and "THC" not in content
    assert given(sealed) == ([1, 1, cast.ROSA, None], [])


def test_the_button_fills_in_the_second_of_two_specimens(rosa: Person, given: Given) -> None:
    given(a_panel)
    answer = rosa.send(TWO, **FIRST, all_negative="All negative, in range")
    assert answer.status_code == 200
    assert "Every strip of the second specimen is set to negative" in text(answer)
    page = answer.get_data(as_text=True)
    chosen = dict(re.findall(r'<input[^>]*checked[^>]*name="([a-z_-]+)"[^>]*value="([a-z_]+)"', page))
    assert chosen["specimen"] == "dilute" and "result_cocaine" not in chosen
    assert chosen["second_specimen"] == "given" and chosen["second_result_thc"] == "negative"


@pytest.mark.parametrize(
    ("state", "watched", "observed"), [("dilute", {}, None), ("tampered", {"is_observed": "y"}, "yes")]
)
def test_a_second_specimen_is_asked_for_the_strips_of_the_same_cup(
    rosa: Person, given: Given, state: str, watched: dict[str, str], observed: str | None
) -> None:
    given(a_panel)
    first = rosa.send(TEST, **{**FIRST, "specimen": state}, observed="no")
    assert first.status_code == 303, text(first)
    assert given(sealed) == ([1, 1, None, "no"], [])
    page = rosa.get("/visits/1/specimen").get_data(as_text=True)
    assert sorted(fields(page)) == ["amphetamine", "cocaine", "methamphetamine", "thc"]
    missing = rosa.send("/visits/1/specimen", **{**LATER, "result_thc": ""}, **watched)
    assert "Give a result for THC, or say that it was not read." in text(missing)
    saved = shown_then_saved(rosa, "/visits/1/specimen", **LATER, **watched)
    assert saved.status_code == 303, text(saved)
    assert "10 points for a negative test." in text(rosa.get("/visits/1"))
    assert given(sealed) == ([1, 1, None, observed], []), "the panel and the lot are kept"
