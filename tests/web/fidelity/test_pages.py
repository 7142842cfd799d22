"""The pages of training, rated sessions and a site's checklist."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from cm_tracker.domain.fidelity.competence import NAMES
from tests import cast
from tests.operations.fidelity import ready
from tests.operations.fidelity.test_sessions import rate
from tests.operations.fidelity.test_training import train
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.test_kept_forms import open_again, sign_in_again

People = Callable[..., Person]
Given = Callable[..., object]


def test_every_page_passes_the_checklist(person: People, given: Given) -> None:
    given(train, "core")
    check(person, "/staff/1/training", allowed=("miriam", "grace"), unknown="/staff/99/training")
    check(person, "/account/training", allowed=("rosa", "miriam", "grace", "sam"))
    check(person, "/staff/1/training/new", allowed=("miriam",), unknown="/staff/99/training/new", writes=True)
    check(person, "/trainings/1/withdraw", allowed=("miriam",), unknown="/trainings/99/withdraw", writes=True)
    check(person, "/staff/1/sessions/new", allowed=("miriam",), unknown="/staff/99/sessions/new", writes=True)
    check(person, "/sites/1/checklist", allowed=("miriam", "grace", "sam"), unknown="/sites/99/checklist")


def test_a_lead_records_a_training_and_withdraws_it(person: People) -> None:
    miriam = person("miriam")
    assert "Not on record yet: core and protocol, tests, prizes, writing down." in text(miriam.get("/staff/1/training"))
    answer = miriam.send(
        "/staff/1/training/new", subjects=["core", "tests"], trained_on="2026-03-02", note="Webinar of the state"
    )
    assert answer.status_code == 303
    page = text(miriam.get("/staff/1/training"))
    assert "Not on record yet: prizes, writing down." in page and "Webinar of the state" in page
    assert miriam.send("/trainings/1/withdraw", note="It was Leo").status_code == 303
    page = text(miriam.get("/staff/1/training"))
    assert "Not on record yet: core and protocol, prizes, writing down." in page and "Withdrawn: It was Leo" in page


def test_a_training_that_is_due_again_says_so_on_the_person_and_on_the_checklist(person: People, given: Given) -> None:
    miriam = person("miriam")
    given(train, "core", "tests", "incentives", "documentation", trained_on=date(2025, 3, 16))
    given(train, "tests", trained_on=date(2025, 9, 1))
    assert "due again" not in text(miriam.get("/staff/1/training"))
    given(cast.set_site, core_months=12, tests_months=12)
    page = text(miriam.get("/staff/1/training"))
    assert "Due again: core and protocol." in page and "Not on record yet" not in page
    assert "Mar 16, 2025 due again on Mar 16, 2026" in page and "Sep 1, 2025 due again on Sep 1, 2026" in page
    assert page.count("due again on") == 2, "only the newest record of a subject says it"
    assert "again: core and protocol" in text(miriam.get("/sites/1/checklist"))
    assert "Due again: core and protocol." in text(person("rosa").get("/account/training"))


def test_a_training_without_a_subject_comes_back_with_what_was_typed(person: People) -> None:
    answer = person("miriam").send("/staff/1/training/new", trained_on="2026-03-02", note="Webinar")
    assert answer.status_code == 422
    assert "Choose at least one subject." in text(answer) and "Webinar" in answer.get_data(as_text=True)


def rating(**more: str) -> dict[str, str]:
    return {
        "session_on": "2026-03-02", "site_id": "1", "client_code": "HS-1", "note": "Calm and clear",
        **{f"item_{name}": "5" for name in NAMES}, **more,
    }  # fmt: skip


def test_a_lead_rates_a_session_and_its_person_reads_it(person: People) -> None:
    miriam, rosa = person("miriam"), person("rosa")
    assert miriam.send("/staff/1/sessions/new", **rating(item_gains="unseen", item_skill="2")).status_code == 303
    for reader, path in ((miriam, "/staff/1/training"), (rosa, "/account/training")):
        page = text(reader.get(path))
        assert "Mar 2, 2026 5.0 4.5 4.7" in page and "Calm and clear" in page
    assert "Correct it" not in text(rosa.get("/account/training"))
    answer = miriam.send("/staff/1/sessions/new?corrects=1", replaces="1", **rating(item_skill="5"))
    assert answer.status_code == 303
    page = text(miriam.get("/staff/1/training"))
    assert "Mar 2, 2026 corrected 5.0 5.0 5.0" in page


def test_a_correction_begins_with_what_was_rated(person: People, given: Given) -> None:
    given(rate)
    page = person("miriam").get("/staff/1/sessions/new?corrects=1").get_data(as_text=True)
    assert "Say the next value sooner" in page and 'value="HS-1"' in page
    assert page.count("checked") == 13, "the site and twelve lines"


def test_a_line_that_was_left_out_is_asked_for(person: People) -> None:
    fields = rating()
    del fields["item_praise"]
    answer = person("miriam").send("/staff/1/sessions/new", **fields)
    assert answer.status_code == 422
    assert "Choose a number, or “Not seen”." in text(answer)


def test_an_auditor_reads_no_link_that_does_not_open(person: People, given: Given) -> None:
    given(rate)
    page = text(person("grace").get("/staff/1/training"))
    assert "Record a training" not in page and "Rate a session" not in page and "Correct it" not in page


def test_two_sessions_make_a_chart_that_says_its_numbers(person: People, given: Given) -> None:
    given(rate)
    given(rate, session_on=cast.NOW.date(), ratings=dict.fromkeys(NAMES, 4))
    page = person("miriam").get("/staff/1/training").get_data(as_text=True)
    assert 'aria-label="The newest of 2 sessions: results and rewards 4.0, how it was led 4.0, of 7."' in page


@pytest.fixture
def lake(given: Given) -> None:
    given(ready.opened)


def test_a_first_client_is_refused_with_a_way_to_the_checklist(person: People, lake: None) -> None:
    answer = person("kai").send("/clients/3/enroll", schedule_version_id="1", starts_on="2026-03-16")
    assert answer.status_code == 422
    assert "Lake View is not ready for its first client: 7 points of its checklist are open." in text(answer)
    assert "A lead completes the checklist" in text(answer)
    answer = person("noor").send("/clients/3/enroll", schedule_version_id="1", starts_on="2026-03-16")
    assert 'href="/sites/3/checklist"' in answer.get_data(as_text=True)


def test_a_lead_confirms_and_takes_back(person: People, lake: None) -> None:
    noor = person("noor")
    page = text(noor.get("/sites/3/checklist"))
    assert "7 points are open. Nobody can be enrolled here before all are done." in page
    assert "Kai : core and protocol, tests, prizes, writing down" in page
    assert noor.send("/sites/3/checklist", item="waiver", is_done="1", text="05D1234567").status_code == 303
    assert "Confirmed by Noor on Mar 16, 2026: 05D1234567" in text(noor.get("/sites/3/checklist"))
    assert noor.send("/sites/3/checklist", item="waiver", is_done="0").status_code == 303
    assert "Taken back by Noor on Mar 16, 2026" in text(noor.get("/sites/3/checklist"))


def test_a_ready_site_says_so_and_enrolls(person: People, lake: None, given: Given) -> None:
    given(ready.complete)
    assert "Everything is done: Lake View is ready." in text(person("noor").get("/sites/3/checklist"))
    answer = person("kai").send("/clients/3/enroll", schedule_version_id="1", starts_on="2026-03-16")
    assert answer.status_code == 303


def test_a_site_that_has_begun_reads_what_is_open_and_is_not_stopped(person: People) -> None:
    assert "This site has begun without a checklist, so they stop nobody." in text(
        person("miriam").get("/sites/1/checklist")
    )


def test_a_site_of_the_page_has_a_checklist(person: People) -> None:
    person("sam").send("/sites/new", name="Lake View", time_zone="America/Denver")
    assert "Nobody can be enrolled here before all are done." in text(person("sam").get("/sites/3/checklist"))


def test_what_was_typed_in_the_checklist_is_there_again_after_signing_in(
    person: People, lake: None, clock: time_machine.Traveller
) -> None:
    noor = person("noor")
    path = "/sites/3/checklist"
    form = hidden(noor.get(path).get_data(as_text=True))
    clock.shift(timedelta(minutes=25))
    late = noor.client.post(path, data={**form, "item": "waiver", "is_done": "1", "text": "05D1234567"})
    assert late.status_code == 401
    again = open_again(noor, sign_in_again(noor, late, "noor"), path)
    assert again.status_code == 200
    assert re.findall(r'value="(05D1234567)"', again.get_data(as_text=True)) == ["05D1234567"]
    assert "05D1234567" not in noor.get(path).get_data(as_text=True), "nothing is sent by itself"
