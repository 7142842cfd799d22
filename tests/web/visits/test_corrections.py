"""The pages for correcting a visit: they show what changes first, and then save exactly that or nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from cm_tracker.domain.visits.evidence import Test
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., object]
PENDING = Test({"cocaine": "pending"}, temperature="in_range")


def send(person: Person, path: str, **fields: str) -> tuple[str, str]:
    """Fill in the form, preview the changes, and save them. Return the texts of the preview and of the visit's page."""
    preview = person.send(path, **fields)
    assert preview.status_code == 200, text(preview)
    saved = person.client.post(path, data={**hidden(preview.get_data(as_text=True)), **fields})
    assert saved.status_code == 303, text(saved)
    return text(preview), text(person.get(saved.headers["Location"]))


def test_the_page_for_a_lab_result_passes_the_checklist(person: People, given: Given) -> None:
    given(cast.visit, 0, PENDING)
    check(
        person,
        "/visits/1/answer",
        allowed=("rosa", "miriam"),
        unknown="/visits/99/answer",
        writes=True,
        elsewhere="/visits/1/answer",
    )


def test_a_lab_result_is_previewed_and_then_paid(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2, PENDING)
    given(cast.visit, 4)
    shown, content = send(rosa, "/visits/2/answer", result_cocaine="negative", words="Report 4711")
    assert "60 points are owed to the client and paid at once: 25 now, 85 then." in shown
    assert "Mar 4, 2026 this one Pending 0 points Met 15 points +15" in shown
    assert "Mar 6, 2026 Met 15 points Met 60 points +45" in shown
    assert "Saved. 60 points were paid to the client." in content
    assert "Lab result counts" in content and "Report 4711" in content and "First entry" in content
    assert "85" in text(rosa.get("/clients/1"))


def test_the_button_of_a_correction_says_what_it_does_and_is_above_what_was_entered(rosa: Person, given: Given) -> None:
    given(cast.visit, 0, PENDING)
    page = rosa.send("/visits/1/answer", result_cocaine="negative", words="Report 4711").get_data(as_text=True)
    assert page.count("btn-primary") == 1
    assert page.index("Save the lab result and pay 10 points") < page.index('id="entered"')
    assert re.search(r'<section[^>]*id="what-changes"[^>]*autofocus', page), "the changes have the focus"


def test_a_void_says_what_it_takes_back_and_has_its_button_below_the_reason(miriam: Person, given: Given) -> None:
    given(cast.rich)
    page = miriam.get("/visits/1/void").get_data(as_text=True)
    assert page.index('id="what-changes"') < page.index("What went wrong?") < page.index("Void it</button>")


def test_a_preview_saves_nothing(rosa: Person, given: Given) -> None:
    given(cast.visit, 0, PENDING)
    rosa.send("/visits/1/answer", result_cocaine="negative", words="Report 4711")
    assert "Balance now 0 points" in text(rosa.get("/visits/1"))


def test_an_undo_needs_no_second_step_and_is_saved_once(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    page = text(rosa.get("/visits/1/undo"))
    assert (
        "10 points are taken back: 10 now, 0 then. The next visit earns 10 points instead of 15; 0 in a row instead of 1."
        in page
    )
    token = hidden(rosa.get("/visits/1/undo").get_data(as_text=True))
    fields = {**token, "why": "client", "words": ""}
    saved = rosa.client.post("/visits/1/undo", data=fields)
    assert saved.status_code == 303
    second_post = rosa.client.post("/visits/1/undo", data=fields)
    assert (second_post.status_code, second_post.headers["Location"]) == (303, saved.headers["Location"])
    without_reason = rosa.client.post("/visits/1/undo", data={**token, "words": ""})
    assert without_reason.status_code == 422, "the same key without a reason is refused with a message"
    content = text(rosa.get("/visits/1"))
    assert "Undone This visit no longer counts." in content
    assert "It was another client's." in content
    assert "Balance now 0 points" in content


def test_after_15_minutes_only_a_lead_can_undo_an_entry(
    rosa: Person, given: Given, clock: time_machine.Traveller
) -> None:
    given(cast.visit, 0)
    assert "Undo this entry" in text(rosa.get("/visits/1"))
    clock.move_to(cast.NOW + timedelta(minutes=16))
    assert "Undo this entry" not in text(rosa.get("/visits/1"))
    answer = rosa.get("/visits/1/undo")
    assert answer.status_code == 409
    assert "more than 15 minutes ago. Ask a lead to void or correct it." in text(answer)


def test_after_a_lead_voids_a_visit_the_client_keeps_what_was_paid(miriam: Person, given: Given) -> None:
    given(cast.rich)
    shown, content = send(miriam, "/visits/1/void", why="twice", words="")
    assert (
        "The client’s balance stays 85 points. 60 points were paid too much. The client keeps them; the program bears them."
        in shown
    )
    assert "Voided This visit no longer counts." in content


def test_a_lead_cannot_void_their_own_entry(miriam: Person, given: Given) -> None:
    given(cast.visit, 0, actor=cast.miriam)
    answer = miriam.get("/visits/1/void")
    assert answer.status_code == 409
    assert "You entered this yourself. Another lead has to void or correct it." in text(answer)


def test_staff_cannot_void_a_visit(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    assert rosa.get("/visits/1/void").status_code == 403


def test_a_lead_corrects_a_day_and_a_result(miriam: Person, given: Given) -> None:
    given(cast.visit, 0, cast.positive(), specimen_id="U1")
    shown, content = send(
        miriam,
        "/visits/1/correct",
        happened="came",
        happened_on="2026-03-03",
        collected_time="10:00",
        specimen="given",
        specimen_id="U2",
        temperature="in_range",
        result_cocaine="negative",
        words="Read the wrong line",
    )
    assert "10 points are owed to the client and paid at once: 0 now, 10 then." in shown
    assert "Tuesday, March 3" in content and "Corrected counts" in content and "U2" in content and "U1" in content


def test_a_lead_turns_a_test_into_an_excused_absence(miriam: Person, given: Given) -> None:
    given(cast.visit, 0, cast.positive())
    _, content = send(
        miriam,
        "/visits/1/correct",
        happened="excused",
        happened_on="2026-03-02",
        excuse="hospital",
        words="Never came, was in hospital",
    )
    assert "The absence is excused" in content


def test_an_absence_is_excused_later(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2, cast.ABSENT)
    given(cast.visit, 4)
    shown, content = send(rosa, "/visits/2/excuse", excuse="hospital", words="Discharge letter")
    assert "5 points are owed to the client and paid at once: 20 now, 25 then." in shown
    assert "Excused later counts" in content


@pytest.mark.parametrize(
    ("path", "fields", "message"),
    [
        ("/visits/3/answer", {"words": "Report 1"}, "Give a result for cocaine"),
        ("/visits/3/answer", {"result_cocaine": "positive", "words": " "}, "Write the number or the date of the report."),
        ("/visits/3/answer", {"result_cocaine": "pending", "words": "Report 1"}, "Change something, or go back."),
        ("/visits/1/correct", {"happened": "came", "happened_on": "2026-03-02", "specimen": "given",
                               "result_cocaine": "negative", "words": "x"}, "Enter when it was collected."),
        ("/visits/1/correct", {"happened": "excused", "happened_on": "2026-03-02", "words": "x"}, "Choose the reason"),
        ("/visits/1/correct", {"happened": "absent", "happened_on": "2026-02-02", "words": "x"}, "before the enrollment"),
        ("/visits/1/correct", {"happened": "absent", "happened_on": "2026-03-04", "words": "x"}, "already recorded"),
        ("/visits/1/correct", {"happened_on": "", "words": "x"}, "Say what happened."),
        ("/visits/1/void", {"why": "other", "words": ""}, "Write what went wrong."),
        ("/visits/1/void", {"why": "because", "words": "x"}, "Choose one from the list"),
        ("/visits/1/void", {"why": "day", "words": "x" * 1901}, "Shorten this to 1900 characters"),
    ],
)  # fmt: skip
def test_an_invalid_correction_is_refused_with_a_message(
    miriam: Person, given: Given, path: str, fields: dict[str, str], message: str
) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2)
    given(cast.visit, 4, PENDING)
    answer = miriam.send(path, **fields)
    assert answer.status_code == 422
    assert message in text(answer)
    assert "Balance now 25 points" in text(miriam.get("/visits/1"))


@pytest.mark.parametrize("correction", ["undo", "void"])
def test_a_missing_reason_saves_nothing_and_still_shows_the_changes(
    correction: str, rosa: Person, miriam: Person, given: Given
) -> None:
    given(cast.visit, 0)
    person = rosa if correction == "undo" else miriam
    refused = person.send(f"/visits/1/{correction}", words="")
    content = text(refused)
    assert refused.status_code == 422
    assert "Choose what went wrong." in content and "What this changes" in content
    assert {"undo": "Undo it", "void": "Void it"}[correction] in content and "Show what it changes" not in content


def test_a_refused_undo_links_back_to_the_visit(rosa: Person, given: Given) -> None:
    given(cast.visit, 0, actor=cast.leo)
    refused = rosa.get("/visits/1/undo")
    assert refused.status_code == 409
    assert '<a class="btn btn-primary" href="/visits/1">Back to the visit</a>' in refused.get_data(as_text=True)
    assert "Is something wrong here? A lead can correct or void this visit." in text(rosa.get("/visits/1"))


def test_after_an_error_the_next_step_previews_again_and_saves_nothing(miriam: Person, given: Given) -> None:
    """The page with the error does not repeat the fingerprint of the preview, so the changes must be shown again."""
    given(cast.visit, 0, cast.positive())
    fields = {
        "happened": "came", "happened_on": "2026-03-02", "collected_time": "09:00", "specimen": "given",
        "temperature": "in_range", "result_cocaine": "negative", "words": "Read wrong",
    }  # fmt: skip
    path = "/visits/1/correct"
    shown = miriam.send(path, **fields)
    preview_fields = hidden(shown.get_data(as_text=True))
    refused = miriam.client.post(path, data={**preview_fields, **fields, "words": ""})
    assert refused.status_code == 422
    error_fields = hidden(refused.get_data(as_text=True))
    assert error_fields["shown"] == ""
    answer = miriam.client.post(path, data={**error_fields, **fields})
    assert answer.status_code == 200, "the changes are shown again, and nothing is saved"


def test_a_test_that_waits_for_nothing_offers_no_answer(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2, PENDING)
    assert "Enter the lab result" not in text(rosa.get("/visits/1"))
    assert "Enter the lab result" in text(rosa.get("/visits/2"))
    refused = rosa.get("/visits/1/answer")
    assert refused.status_code == 409
    assert "belongs to a test that is pending or disputed. Ask a lead to correct any other." in text(refused)
    given(cast.put_right, 2, "answer", cast.negative(), actor=cast.rosa)
    assert "Enter the lab result" not in text(rosa.get("/visits/2")), "it is answered"


def test_the_start_page_lists_visits_that_wait_for_a_lab_result(rosa: Person, person: People, given: Given) -> None:
    given(cast.visit, 0, PENDING)
    given(cast.visit, 2, Test({"cocaine": "positive"}, temperature="in_range", is_disputed=True))
    content = text(rosa.get("/"))
    assert "Waiting for a lab result" in content and "HS-1 Amir Mar 2, 2026 Enter the result" in content
    assert "HS-1 Amir Mar 4, 2026 Enter the result" in content
    assert "Waiting for a lab result" not in text(person("anna").get("/")), "staff of another site do not see them"
    given(cast.put_right, 1, "answer", cast.negative(), actor=cast.rosa)
    given(cast.put_right, 2, "void")
    assert "Waiting for a lab result" not in text(rosa.get("/"))


def test_the_clients_page_lists_corrected_and_voided_visits(rosa: Person, given: Given) -> None:
    given(cast.visit, 0, cast.positive())
    given(cast.visit, 2)
    assert "No longer counted" not in text(rosa.get("/clients/1"))
    given(cast.put_right, 1, "correct", cast.negative())
    given(cast.put_right, 2, "void")
    page = rosa.get("/clients/1")
    assert "Met Corrected" in text(page) and "No longer counted: Mar 4, 2026 (Voided)" in text(page)
    html = page.get_data(as_text=True)
    assert '<a href="/visits/2">Mar 4, 2026</a>' in html
    assert '<a href="/visits/3">' in html, "a line of the ledger links to the corrected visit"
    assert "Mar 2, 2026" in text(rosa.get("/visits/3"))


def test_changes_that_differ_from_the_preview_are_not_saved(miriam: Person, given: Given) -> None:
    given(cast.rich)
    token = hidden(miriam.get("/visits/1/void").get_data(as_text=True))
    given(cast.visit, 7)
    answer = miriam.client.post("/visits/1/void", data={**token, "why": "twice"})
    assert answer.status_code == 200
    assert "This is no longer what you saw: you changed something, or a colleague did." in text(answer)
    assert "Mar 9, 2026" in text(answer), "the changes are shown again"
    assert "Not counted This visit" not in text(miriam.get("/visits/1"))
