"""The pages for what happens to an enrollment: they show what changes first, and then save exactly that."""

from collections.abc import Callable
from datetime import date

import pytest

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., object]
BOTH = ("rosa", "miriam")


def publish_flat(session: object) -> int:
    doc = document(
        track(phase((1, 12), visits_per_week=3, base=40, step=0), behavior="cocaine-negative", title="Flat"),
        name="Flat",
    )
    return publish_schedule(
        session,
        document=doc,
        reason="x",
        key=cast.key(),
        actor=command(),
        now=cast.NOW,  # type: ignore[arg-type]
    )


def send(person: Person, path: str, **fields: str) -> str:
    """Fill in a form that changes no visit, and return the text of the client's page."""
    saved = person.send(path, **fields)
    assert saved.status_code == 303, text(saved)
    return text(person.get(saved.headers["Location"]))


@pytest.mark.parametrize("what", ["end", "pause", "resume"])
def test_staff_and_leads_may_end_pause_and_resume(person: People, what: str) -> None:
    check(
        person, f"/enrollments/1/{what}", allowed=BOTH, unknown=f"/enrollments/99/{what}", writes=True,
        elsewhere=f"/enrollments/1/{what}",
    )  # fmt: skip


def test_only_leads_may_move(person: People) -> None:
    check(
        person, "/enrollments/1/move", allowed=("miriam",), unknown="/enrollments/99/move", writes=True,
    )  # fmt: skip


def test_only_leads_may_withdraw(person: People, given: Given) -> None:
    event = given(cast.pause, cast.AMIR, "2026-03-09")
    check(
        person, f"/enrollments/1/events/{event}/withdraw", allowed=("miriam",),
        unknown="/enrollments/1/events/99/withdraw", writes=True,
    )  # fmt: skip


def test_the_page_of_an_enrollment(person: People) -> None:
    check(person, "/enrollments/1", allowed=BOTH, unknown="/enrollments/99", elsewhere="/enrollments/1")


def test_an_enrollment_is_ended_and_the_client_enrolled_again(rosa: Person, given: Given) -> None:
    given(cast.rich)
    page = send(rosa, "/enrollments/1/end", reason="completed", last_day="2026-03-15", note="All done")
    assert "The enrollment has ended. What the client earned stays." in page
    assert "Mar 2, 2026 to Mar 15, 2026 · Completed the program" in page
    assert "Enroll again" in page and "Record a test" not in page
    form = {"schedule_version_id": "1", "starts_on": "2026-03-16"}
    rosa.send("/clients/1/enroll", **form)
    page = text(rosa.get("/clients/1"))
    assert "since Mar 16, 2026 · week 1 of 12" in page and "Record a test" in page
    history = text(rosa.get("/enrollments/1"))
    assert "End: Completed the program last day Mar 15, 2026 All done Rosa" in history
    assert "Mar 6, 2026" in history and "+60" in history


def test_a_pause_is_shown_on_the_clients_page_until_it_is_resumed(rosa: Person) -> None:
    page = send(rosa, "/enrollments/1/pause", first_day="2026-03-16", last_day="", note="In hospital")
    assert "Paused No visit is recorded while the enrollment is paused." in page
    assert "Record a test" not in page
    page = send(rosa, "/enrollments/1/resume", first_day_back="2026-03-17", note="Back")
    assert "The enrollment goes on." in page
    assert "Pause Mar 16, 2026 to Mar 16, 2026 Back Rosa" in text(rosa.get("/enrollments/1"))


def test_a_pause_that_changes_visits_shows_them_before_it_is_saved(rosa: Person, given: Given) -> None:
    given(cast.visit, 0)
    given(cast.visit, 2, cast.ABSENT)
    given(cast.visit, 7)
    fields = {"first_day": "2026-03-03", "last_day": "2026-03-05", "note": "In hospital"}
    preview = rosa.send("/enrollments/1/pause", **fields)
    shown = text(preview)
    assert preview.status_code == 200
    assert "Nothing is saved yet. See below what changes, then press “Pause the enrollment”." in shown
    assert "5 points are owed to the client and paid at once: 20 now, 25 then." in shown
    assert "Mar 4, 2026 Absent 0 points Not counted" in shown
    assert "20 points" in text(rosa.get("/clients/1")) or "Balance 20 points" in text(rosa.get("/clients/1"))
    saved = rosa.client.post("/enrollments/1/pause", data={**hidden(preview.get_data(as_text=True)), **fields})
    assert saved.status_code == 303, text(saved)
    assert "Balance 25 points" in text(rosa.get("/clients/1"))


def test_a_move_shows_what_it_changes_and_then_holds(miriam: Person, given: Given) -> None:
    given(cast.rich)
    given(cast.visit, 7)
    version = given(publish_flat)
    fields = {"schedule_version_id": str(version), "from_day": "2026-03-09", "note": "New version"}
    preview = miriam.send("/enrollments/1/move", **fields)
    assert "15 points are owed to the client and paid at once: 110 now, 125 then." in text(preview)
    saved = miriam.client.post("/enrollments/1/move", data={**hidden(preview.get_data(as_text=True)), **fields})
    assert saved.status_code == 303, text(saved)
    page = text(miriam.get("/clients/1"))
    assert "Balance 125 points" in page and "Flat, version 1" in page
    assert "Move to Flat, version 1 from Mar 9, 2026 on New version Miriam" in text(miriam.get("/enrollments/1"))


def test_what_was_entered_by_mistake_is_withdrawn_by_a_lead(rosa: Person, miriam: Person) -> None:
    send(rosa, "/enrollments/1/end", reason="left", last_day="2026-03-16", note="The wrong client")
    page = send(miriam, "/enrollments/1/events/1/withdraw", note="The wrong client")
    assert "Withdrawn, as if it had never been entered." in page and "Record a test" in page


@pytest.mark.parametrize(
    ("path", "fields", "message"),
    [
        ("end", {"reason": "left", "last_day": "2026-03-01", "note": "x"}, "Mar 1, 2026"),
        ("end", {"last_day": "2026-03-16", "note": "x"}, "Choose why it ends."),
        ("end", {"reason": "left", "last_day": "2026-03-16", "note": ""}, "Say why, in a few words."),
        ("pause", {"first_day": "2026-03-09", "last_day": "2026-03-08", "note": "x"}, "is before its first"),
        ("resume", {"first_day_back": "2026-03-09", "note": "x"}, "The enrollment is not paused."),
    ],
)
def test_a_wrong_form_comes_back_with_its_message(
    rosa: Person, path: str, fields: dict[str, str], message: str
) -> None:
    answer = rosa.send(f"/enrollments/1/{path}", **fields)
    assert answer.status_code == 422 and message in text(answer)
    assert fields["note"] in answer.get_data(as_text=True)


def test_an_enrollment_entered_by_mistake_is_gone_from_the_clients_page(rosa: Person, given: Given) -> None:
    page = send(rosa, "/enrollments/1/end", reason="mistake", last_day="2026-03-16", note="The wrong schedule")
    assert "HS-1 is not enrolled in a schedule yet." in page
    again = given(
        lambda session: enroll_client(
            session,
            client_id=1,
            schedule_version_id=1,
            starts_on=date(2026, 3, 2),
            key=cast.key(),
            actor=cast.rosa,
            now=cast.NOW,
        )
    )
    assert again
