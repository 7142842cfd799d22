"""Plans and appointments of a file are set for clients, and a second import adds nothing."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.models import SlotNote
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.queries.day.plans import plans_of
from cm_tracker.queries.reports.saved import saved_report, saved_table
from tests import billing, cast, uploads, week

PLANS = """client_code,from_on,level,service,weekdays,pays_for,hours_required
HS-1,2026-03-02,intensive outpatient,Test visits,"Mon, Wed, Fri",yes,9
HS-1,2026-03-02,intensive outpatient,Skills group,Mon-Thu,,9
HS-1,2026-03-23,outpatient,Test visits,Mon,yes,2
HS-9,2026-03-02,outpatient,Test visits,Mon,yes,2
"""
APPOINTMENTS = "client_code,service,date,time\nHS-1,Skills group,2026-03-19,10:30\nHS-1,Skills group,2026-03-20,\n"


def services(session: Session) -> None:
    week.service(session, "Test visits", "test_visit", week.meetings("01234", week.time(9), 10))
    week.service(session, "Skills group", "skills", week.meetings("0123", week.time(10), 60))


def test_plans_are_set_as_the_file_says(session: Session) -> None:
    services(session)
    found = uploads.imported(session, PLANS, "plans")
    assert [(row.line, row.became, row.what) for row in found.rows] == [
        (2, "added", "planned"), (3, "added", "planned"), (4, "added", "planned"), (5, "refused", "no enrollment"),
    ]  # fmt: skip
    first, second = plans_of(session, [cast.AMIR])[cast.AMIR]
    assert (first.from_on, first.level, first.hours_required, first.reason) == (
        date(2026, 3, 2), "intensive_outpatient", 9, "first",
    )  # fmt: skip
    assert {(one.service_id, one.weekdays, one.behavior) for one in first.items} == {
        (1, frozenset({0, 2, 4}), "cocaine-negative"), (2, frozenset({0, 1, 2, 3}), None),
    }  # fmt: skip
    assert (second.level, second.reason) == ("outpatient", "step_down")
    again = uploads.imported(session, PLANS, "plans")
    assert again.counts == {"already": 3, "refused": 1}
    assert len(plans_of(session, [cast.AMIR])[cast.AMIR]) == 2


def test_a_plan_that_the_program_refuses_is_refused_with_its_sentence(session: Session) -> None:
    services(session)
    uploads.imported(session, PLANS, "plans")
    found = uploads.imported(session, PLANS.replace("Mon-Thu", "Mon"), "plans")
    assert [row.note for row in found.rows if row.line in (2, 3)] == [
        "Past days stay as they were. Choose today or a later day for the change."
    ] * 2
    assert len(plans_of(session, [cast.AMIR])[cast.AMIR]) == 2


def test_a_refused_plan_is_corrected_in_its_file_and_keeps_its_reason(session: Session) -> None:
    services(session)
    text = (
        "client_code,from_on,level,service,weekdays,pays_for,reason\n"
        "HS-1,2026-03-02,spa,Test visits,Mon,yes,first\nHS-1,2026-03-16,outpatient,Test visits,Mon-Wed,yes,times\n"
    )
    found = uploads.imported(session, text, "plans")
    assert found.counts == {"added": 1, "refused": 1}
    head, row = found.rejects.splitlines()
    assert head == "line,reason,says,client_code,from_on,level,service,weekdays,pays_for,reason"
    assert row.startswith("2,unknown word,") and row.endswith(",HS-1,2026-03-02,spa,Test visits,Mon,yes,first")
    # Refused once more, it is still the same row.
    again = uploads.imported(session, found.rejects.replace(",spa,", ",gym,"), "plans")
    assert again.rejects.splitlines()[0] == head and again.rejects.splitlines()[1].endswith(",yes,first")
    mended = uploads.imported(session, found.rejects.replace("-02,spa,", "-23,outpatient,"), "plans")
    assert (mended.counts, mended.notes) == (
        {"added": 1}, ("This is a rejects file: the columns that it added (line, reason, says) are ignored.",),
    )  # fmt: skip
    assert [plan.reason for plan in plans_of(session, [cast.AMIR])[cast.AMIR]] == ["times", "first"]


def test_a_first_file_is_the_whole_history_and_no_later_one_changes_past_days(session: Session) -> None:
    services(session)
    head, first, *_ = PLANS.splitlines()
    then = "HS-1,2026-03-09,outpatient,Test visits,Mon,yes,2"
    history = f"{head}\n{then}\n{first}\n"
    assert uploads.imported(session, history, "plans").counts == {"added": 2}
    found = plans_of(session, [cast.AMIR])[cast.AMIR]
    assert [(one.from_on, one.reason) for one in found] == [
        (date(2026, 3, 2), "first"), (date(2026, 3, 9), "step_down"),
    ]  # fmt: skip
    later = f"{history}HS-1,2026-03-11,outpatient,Test visits,Tue,yes,2\n"
    (refused,) = [row for row in uploads.imported(session, later, "plans").rows if row.became == "refused"]
    assert refused.note == "Past days stay as they were. Choose today or a later day for the change."


def test_a_plan_whose_days_are_drawn_comes_with_its_reason(session: Session) -> None:
    services(session)
    text = (
        "client_code,from_on,level,service,weekdays,pays_for,reason,is_drawn,hours_between\n"
        "HS-1,2026-03-02,outpatient,Test visits,Mon-Fri,yes,first,,\n"
        "HS-1,2026-03-16,outpatient,Test visits,Mon-Fri,yes,times,true,48\n"
    )
    assert uploads.imported(session, text, "plans").counts == {"added": 2}
    _, drawn = plans_of(session, [cast.AMIR])[cast.AMIR]
    (tests,) = drawn.items
    assert (drawn.reason, tests.is_drawn, tests.hours_between, min(tests.drawn_on)) == (
        "times", True, 48, date(2026, 3, 16),
    )  # fmt: skip
    # A file that does not say which days are drawn says nothing against it.
    head = "client_code,from_on,level,service,weekdays,pays_for\n"
    silent = f"{head}HS-1,2026-03-16,outpatient,Test visits,Mon-Fri,yes\n"
    assert uploads.imported(session, silent, "plans").counts == {"already": 1}
    assert uploads.imported(session, text.replace("true,48", "false,0"), "plans").counts == {"already": 1, "added": 1}


def test_an_appointment_is_expected_on_its_day(session: Session) -> None:
    services(session)
    found = uploads.imported(session, APPOINTMENTS, "appointments")
    assert [(row.line, row.became, row.what) for row in found.rows] == [
        (2, "added", "expected"), (3, "refused", "not possible"),
    ]  # fmt: skip
    again = uploads.imported(session, APPOINTMENTS, "appointments")
    assert again.counts == {"already": 1, "refused": 1}
    later = uploads.imported(session, APPOINTMENTS.replace("10:30", "11:30"), "appointments")
    assert later.counts == {"added": 1, "refused": 1}


def test_an_appointment_never_changes_what_staff_recorded(session: Session) -> None:
    """Amir attended the group twice, and says that he does not come today. All of it stays, also in what is billed."""
    _, group = billing.two_weeks(session)
    note_slot(
        session, enrollment_id=cast.AMIR, service_id=group, on_day=week.TODAY, status="not_coming", excuse="illness",
        key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    saved = billing.save(session, name="Lines", report="visit-lines", days="year", columns=["day", "client", "units"])

    def lines() -> list[Any]:
        return list(saved_table(session, cast.miriam, saved_report(session, cast.miriam, saved), cast.NOW).rows)

    before = lines()
    rows = "".join(f"HS-1,Skills group,2026-03-{day},13:00\n" for day in ("02", "09", "16"))
    found = uploads.imported(session, f"client_code,service,date,time\n{rows}", "appointments")
    assert [(row.became, row.what) for row in found.rows] == [("refused", "something else stands for that day")] * 3
    assert found.rows[0].note == (
        "Staff have noted something else for Skills group on 2026-03-02. If the file is right, change it on the page of "
        "that day."
    )
    assert lines() == before and before
    notes = session.execute(select(SlotNote.status).where(SlotNote.service_id == group).order_by(SlotNote.id)).scalars()
    assert list(notes) == ["attended", "attended", "not_coming"]


def test_an_appointment_that_was_kept_since_is_there_already(session: Session) -> None:
    _, group = week.tests(session), week.group(session)
    file = "client_code,service,date,time\nHS-1,Skills group,2026-03-16,13:00\n"
    assert uploads.imported(session, file, "appointments").counts == {"added": 1}
    billing.attended(session, group, week.TODAY, now=datetime(2026, 3, 16, 20, tzinfo=UTC))
    assert uploads.imported(session, file, "appointments").counts == {"already": 1}
