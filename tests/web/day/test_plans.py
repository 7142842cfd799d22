"""The pages of a client's plan and week: the form with everything that is wrong, the week, and the week on paper."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.day.plans import PlanItem
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.day.plans import plans_of
from tests import cast, week
from tests.domain.schedules.documents import document, phase, track
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.test_all_problems import problems

People = Callable[..., Person]
Given = Callable[..., Any]
BOTH = ("rosa", "miriam")
URINE = "cocaine-negative"
PLAN, WEEK, PAPER = (f"/enrollments/1/{name}" for name in ("plan", "week", "week/print"))
GROUP, TESTS, FAMILY = 1, 2, 3  # the services in the order in which `services` adds them
RIGHT: dict[str, Any] = {
    "from_on": "2026-03-16",
    "level": "intensive_outpatient",
    "hours_required": "9",
    "reason": "first",
    f"service_{GROUP}": ["0", "2", "4"],
    f"service_{TESTS}": ["0", "3"],
}


def services(session: Session) -> None:
    """A skills group, test visits, and a family session on Wednesdays at five."""
    week.group(session)
    week.tests(session)
    week.service(session, "Family session", "family", week.meetings("2", time(17), 60))


def with_plan(session: Session) -> None:
    services(session)
    week.plan(session, week.item(GROUP, "024"), week.item(TESTS, "03", URINE))


def plans(session: Session) -> list[tuple[date, str, int, tuple[PlanItem, ...]]]:
    found = plans_of(session, [cast.AMIR]).get(cast.AMIR, ())
    return [(plan.from_on, plan.level, plan.hours_required, plan.items) for plan in found]


def ticked(page: str) -> set[tuple[str, str]]:
    """The weekdays that are ticked on a page, with their services."""
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    names = [(re.search(r'name="service_(\d+)"', box), re.search(r'value="(\d)"', box), box) for box in boxes]
    return {(name[1], value[1]) for name, value, box in names if name and value and "checked" in box}


def test_staff_and_leads_may_change_a_plan(person: People, given: Given) -> None:
    given(services)
    check(
        person, PLAN, allowed=BOTH, unknown="/enrollments/99/plan", writes=True, elsewhere=PLAN,
    )  # fmt: skip


def test_staff_and_leads_may_see_a_week(person: People, given: Given) -> None:
    given(with_plan)
    check(person, WEEK, allowed=BOTH, unknown="/enrollments/99/week", elsewhere=WEEK)


def test_staff_and_leads_may_print_a_week(person: People, given: Given) -> None:
    given(with_plan)
    check(person, PAPER, allowed=BOTH, unknown="/enrollments/99/week/print", elsewhere=PAPER)


def test_a_first_plan_is_set_and_its_week_shown(rosa: Person, given: Given) -> None:
    given(services)
    page = text(rosa.get(PLAN))
    assert "First plan of HS-1 Amir" in page and "Why does the plan change?" not in page
    answer = rosa.send(PLAN, **RIGHT)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/enrollments/1/week?from=2026-03-16")
    shown = text(rosa.get(answer.headers["Location"]))
    assert "The plan is saved. It holds from Mar 16, 2026 on." in shown
    assert "0 h of 9 hours attended 6 h of 9 hours planned." in shown and "Level of care, since Mar 16, 2026" in shown
    assert given(plans) == [
        (
            date(2026, 3, 16), "intensive_outpatient", 9,
            (PlanItem(GROUP, frozenset({0, 2, 4})), PlanItem(TESTS, frozenset({0, 3}), URINE)),
        )
    ]  # fmt: skip


def test_a_week_shows_who_came_without_being_expected(rosa: Person, given: Given) -> None:
    given(cast.visit, 10)  # Thursday, March 12, without a plan: 10 points
    content = text(rosa.get("/enrollments/1/week?from=2026-03-09"))
    assert "Came without being expected Cocaine-negative urine test 10 points" in content


def test_drawn_days_and_an_own_time_are_saved(rosa: Person, given: Given) -> None:
    given(services)
    fields = {
        **RIGHT, f"service_{TESTS}": list("01234"), f"how_{TESTS}": "drawn", f"between_{TESTS}": "48",
        f"time_{GROUP}": "13:30",
    }  # fmt: skip
    assert rosa.send(PLAN, **fields).status_code == 303
    group, tests = given(plans)[0][3]
    assert (group.time_of_day, tests.is_drawn, tests.hours_between) == (time(13, 30), True, 48)
    assert date(2026, 3, 18) in tests.drawn_on


def test_everything_that_is_wrong_stands_at_its_field(rosa: Person, given: Given) -> None:
    given(with_plan)
    assert problems(
        rosa, PLAN, from_on="2026-03-15", level="partial_hospital", hours_required="9", reason="services",
    ) == {
        "from_on": "Past days stay as they were. Choose today or a later day for the change.",
        "hours_required": "This level of care has 10 to 20 hours a week.",
        "reason": 'This level has more care than the one before. Choose "step up" as the reason.',
        "services": "Choose at least one service that the client comes to.",
    }  # fmt: skip


def test_what_is_no_number_no_day_or_no_time_is_said_with_the_rest(rosa: Person, given: Given) -> None:
    given(with_plan)
    fields = {
        **RIGHT, "from_on": "soon", "hours_required": "nine", "reason": "step_down", f"time_{GROUP}": "noon",
        f"service_{TESTS}": ["0", "5"], f"how_{TESTS}": "drawn", f"between_{TESTS}": "two",
    }  # fmt: skip
    assert problems(rosa, PLAN, **fields) == {
        "from_on": "Write the day as YYYY-MM-DD, such as 2026-03-02.",
        "hours_required": "Enter the hours as a whole number. Enter 0 if none are required.",
        "reason": "The level of care stays the same. Choose another reason, or another level.",
        f"time_{GROUP}": "Enter a time, such as 09:30.",
        f"service_{TESTS}": "Urine tests: choose only weekdays on which it meets.",
        f"between_{TESTS}": "Enter the hours as a whole number, such as 48.",
    }


def test_what_was_typed_comes_back(rosa: Person, given: Given) -> None:
    given(with_plan)
    answer = rosa.send(
        PLAN, from_on="2026-03-20", level="outpatient", hours_required="3x", reason="step_down", note="At work",
        service_3=["2"], service_2=["1", "4"], how_2="drawn", between_2="72", time_3="18:00",
    )  # fmt: skip
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert ticked(page) == {("3", "2"), ("2", "1"), ("2", "4")}
    for value in ("2026-03-20", "3x", "72", "18:00"):
        assert f'value="{value}"' in page, value
    assert "At work" in page and given(plans)[-1][1] == "intensive_outpatient"


def test_the_form_opens_with_the_present_plan(rosa: Person, given: Given) -> None:
    given(services)
    given(
        lambda session: week.plan(
            session,
            week.item(GROUP, "02", time_of_day=time(13, 30)),
            week.item(TESTS, "0123", URINE, is_drawn=True, hours_between=36),
            hours_required=12,
        )
    )
    page = rosa.get(PLAN).get_data(as_text=True)
    assert ticked(page) == {("1", "0"), ("1", "2"), ("2", "0"), ("2", "1"), ("2", "2"), ("2", "3")}
    for value in ("12", "36", "13:30", "2026-03-16"):
        assert f'value="{value}"' in page, value
    assert re.search(r'<input checked[^>]*value="intensive_outpatient"', page)
    assert re.search(r'<input checked[^>]*name="how_2"[^>]*value="drawn"', page)


def test_a_plan_steps_down_with_a_note_and_the_old_one_stays_in_the_list(rosa: Person, given: Given) -> None:
    given(with_plan)
    fields = {
        "from_on": "2026-03-23", "level": "outpatient", "hours_required": "3", "reason": "step_down",
        "note": "Back at work", f"service_{FAMILY}": ["2"], f"service_{TESTS}": ["0"],
    }  # fmt: skip
    assert rosa.send(PLAN, **fields).status_code == 303
    page = text(rosa.get(PLAN))
    assert "Mar 23, 2026 Outpatient 3 Step down: less care Back at work Rosa" in page
    assert "Mar 2, 2026 Intensive outpatient 9 First plan Rosa" in page
    assert "A plan from Mar 23, 2026 on is entered already." in page
    steps = text(rosa.get(f"{WEEK}?from=2026-03-25"))
    assert "Level of care, since Mar 23, 2026" in steps and "Before: Intensive outpatient Outpatient" in steps


def test_beside_the_form_stand_the_hours_and_the_tests(rosa: Person, given: Given) -> None:
    given(with_plan)
    page = text(rosa.get(PLAN))
    assert "6 h a week, 9 required" in page
    # Higgins pays three tests a week.
    assert "Cocaine-negative urine test 2 weekdays ticked, the schedule pays 3 a week." in page


def test_drawn_tests_have_more_weekdays_than_paid_ones_on_purpose(rosa: Person, given: Given) -> None:
    given(services)
    fields = {**RIGHT, f"service_{TESTS}": list("01234"), "count": "Count the hours"}
    fixed = rosa.send(PLAN, **fields).get_data(as_text=True)
    drawn = rosa.send(PLAN, **fields, how_2="drawn").get_data(as_text=True)
    assert ["hidden" in re.findall(r"<p[^>]*data-more[^>]*>", page)[0] for page in (fixed, drawn)] == [False, True]


def test_without_script_a_button_counts_the_hours_and_saves_nothing(rosa: Person, given: Given) -> None:
    given(with_plan)
    fields = {**RIGHT, "reason": "services", f"service_{FAMILY}": ["2"], f"service_{TESTS}": list("0123")}
    answer = rosa.send(PLAN, **fields, count="Count the hours")
    page = text(answer)
    assert answer.status_code == 200 and "7 h a week, 9 required" in page and "4 weekdays" in page
    assert len(given(plans)) == 1


def test_hours_between_drawn_tests_are_at_least_those_of_the_schedule(rosa: Person, given: Given) -> None:
    given(services)
    given(enroll_in, track(phase((1, 12)), behavior=URINE, title="Urine", min_hours_between=72))
    path = "/enrollments/3/plan"
    assert re.search(r'name="between_2"[^>]*value="72"', rosa.get(path).get_data(as_text=True))
    fields = {**RIGHT, f"how_{TESTS}": "drawn", f"between_{TESTS}": "48"}
    assert problems(rosa, path, **fields) == {
        f"service_{TESTS}": "Urine tests: the schedule asks for 72 hours or more between two tests."
    }


def enroll_in(session: Session, *tracks: dict[str, Any]) -> int:
    """End Amir's enrollment, and enroll him in a schedule of its own from today on: enrollment 3."""
    version = publish_schedule(
        session, document=document(*tracks, name="Own"), reason="x", key=cast.key(), actor=command(), now=cast.NOW
    )
    cast.end(session, cast.AMIR, "2026-03-15")
    return enroll_client(
        session, client_id=cast.AMIR, schedule_version_id=version, starts_on=week.TODAY, key=cast.key(),
        actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip


TWO_TESTS = (
    track(phase((1, 12)), behavior="urine", title="Urine"),
    track(phase((1, 12)), behavior="breath", title="Breath", evidence="breath_test", target=[]),
    track(phase((1, 12)), behavior="groups", title="Groups", evidence="attendance", target=[]),
)


def test_tracks_are_offered_where_they_can_count(rosa: Person, given: Given) -> None:
    given(services)
    given(enroll_in, *TWO_TESTS)
    page = rosa.get("/enrollments/3/plan").get_data(as_text=True)
    selects = dict(re.findall(r'<select[^>]*name="(track_\d)"[^>]*>(.*?)</select>', page, re.S))
    offered = {name: re.findall(r'<option(?: selected)? value="(\w*)"', options) for name, options in selects.items()}
    assert offered == {"track_1": ["", "groups"], "track_2": ["", "urine", "breath"], "track_3": ["", "groups"]}
    assert '<option selected value="groups">' in selects["track_1"]


def test_of_two_tests_somebody_has_to_choose(rosa: Person, given: Given) -> None:
    given(services)
    given(enroll_in, *TWO_TESTS)
    path = "/enrollments/3/plan"
    fields = {**RIGHT, "track_1": "groups", "track_2": ""}
    assert problems(rosa, path, **fields) == {"track_2": "Choose the test that is made at this visit."}
    assert rosa.send(path, **{**fields, "track_2": "breath"}).status_code == 303


def test_a_plan_of_an_ended_enrollment_only_shows_its_history(rosa: Person, given: Given) -> None:
    given(with_plan)
    given(cast.end, cast.AMIR, "2026-03-13")
    page = rosa.get(PLAN)
    assert "The enrollment ended on Mar 13, 2026. Its plan cannot change any more." in text(page)
    assert "Plans so far" in text(page) and "Save the plan" not in text(page)


def test_a_site_without_services_says_who_adds_them(rosa: Person) -> None:
    assert "Harbor Street has no services yet." in text(rosa.get(PLAN))


def test_a_form_that_is_sent_twice_sets_one_plan(rosa: Person, given: Given) -> None:
    given(services)
    fields = {**hidden(rosa.get(PLAN).get_data(as_text=True)), **RIGHT}
    for _ in range(2):
        assert rosa.client.post(PLAN, data=fields).status_code == 303
    assert len(given(plans)) == 1


def test_a_plan_that_a_colleague_has_set_meanwhile_is_shown_before_it_is_replaced(
    rosa: Person, miriam: Person, given: Given
) -> None:
    given(services)
    opened = hidden(rosa.get(PLAN).get_data(as_text=True))
    assert miriam.send(PLAN, **{**RIGHT, "hours_required": "12", "note": "As agreed"}).status_code == 303
    answer = rosa.client.post(PLAN, data={**opened, **RIGHT})
    page = text(answer)
    assert answer.status_code == 422
    assert "Somebody has set another plan in the meantime. Look at it below, and then save again." in page
    assert "First plan As agreed Miriam" in page and len(given(plans)) == 1
    again = {**hidden(answer.get_data(as_text=True)), **RIGHT, "reason": "services"}
    assert rosa.client.post(PLAN, data=again).status_code == 303
    assert [plan[2] for plan in given(plans)] == [12, 9]


def test_the_week_shows_each_day_with_what_it_is_for(rosa: Person, given: Given) -> None:
    given(with_plan)
    page = text(rosa.get(WEEK))
    assert "Week 3 of 12 · March 16 to March 22" in page
    assert "Mon, Mar 16 Today 9:00 AM 20 min Urine tests Test Room 1 For Cocaine-negative urine test" in page
    assert "1:00 PM 2 h Skills group Rosa · Room 1" in page
    assert "Tue, Mar 17 Nothing planned." in page and "Sat, Mar 21" not in page


def test_a_closed_day_stands_in_the_week_with_its_reason(rosa: Person, given: Given) -> None:
    given(with_plan)
    given(close)
    page = text(rosa.get(WEEK))
    assert "Closed: Water damage. Made up on Saturday, March 21" in page
    assert "Sat, Mar 21 1:00 PM 2 h Skills group Rosa · Room 1 Makes up for Wednesday, March 18" in page


def close(session: Session) -> None:
    add_closure(
        session, site_id=cast.HARBOR, first_day=date(2026, 3, 18), last_day=date(2026, 3, 18), name="Water damage",
        make_up_on=date(2026, 3, 21), key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def test_from_week_to_week(rosa: Person, given: Given) -> None:
    given(with_plan)
    page = rosa.get(f"{WEEK}?from=2026-03-18").get_data(as_text=True)
    for monday in ("2026-03-09", "2026-03-23"):
        assert f'href="/enrollments/1/week?from={monday}"' in page
    assert rosa.get(f"{WEEK}?from=nonsense").status_code == 200
    for edge in ("1900-01-01", "2199-12-31"):
        assert rosa.get(f"{WEEK}?from={edge}").status_code == 200, edge


def test_a_week_without_a_plan_says_so(rosa: Person) -> None:
    page = text(rosa.get(WEEK))
    assert "No plan holds in this week, so nobody expects Amir." in page and "Set a plan" in page


def test_the_paper_is_in_the_clients_language_and_names_no_track(rosa: Person, given: Given) -> None:
    given(with_plan)
    given(close)
    english = text(rosa.get(PAPER))
    assert "Amir, this is your week" in english
    assert "Monday, March 16 to Sunday, March 22 · Harbor Street" in english
    assert "1:00 PM–3:00 PM Skills group Rosa · Room 1" in english
    assert "We are closed on this day: Water damage. You lose nothing." in english
    assert "It takes place on Saturday, March 21 instead." in english
    assert rosa.send("/clients/1/edit", preferred_name="Amir", language="es").status_code == 303
    answer = rosa.get(PAPER)
    spanish = text(answer)
    assert "Amir, esta es su semana" in spanish and "lunes 16 de marzo" in spanish
    assert "1:00 p. m.–3:00 p. m." in spanish.replace("\u202f", " ").replace("\xa0", " ")
    assert 'lang="es"' in answer.get_data(as_text=True)
    for paper in (english, spanish):
        assert "ocaine" not in paper


def test_a_drawn_day_is_not_on_the_paper(rosa: Person, given: Given) -> None:
    given(services)
    given(
        lambda session: week.plan(
            session, week.item(GROUP, "0"), week.item(TESTS, "01234", URINE, is_drawn=True, hours_between=48)
        )
    )
    assert text(rosa.get(WEEK)).count("Drawn: tell nobody") == 3
    paper = text(rosa.get(PAPER))
    assert "Skills group" in paper and "Urine tests" not in paper


def test_the_clients_page_says_what_the_plan_is_or_that_there_is_none(rosa: Person, given: Given) -> None:
    page = text(rosa.get("/clients/1"))
    assert "There is no plan yet, so nobody expects this client. Set a plan" in page
    given(with_plan)
    page = text(rosa.get("/clients/1"))
    assert "Intensive outpatient since Mar 2, 2026 · 9 hours a week" in page
    assert "Next: Skills group, Monday, March 16 at 1:00 PM, Rosa" in page


def test_more_slots_do_not_need_more_queries(rosa: Person, given: Given, statements: list[str]) -> None:
    """A week reads the person, the client, the enrollments, the plans, the services, the calendar, and names."""
    given(services)

    def needed() -> dict[str, int]:
        counts = {}
        for path in (WEEK, PAPER, PLAN, "/clients/1"):
            rosa.get(path)
            statements.clear()
            assert rosa.get(path).status_code == 200
            counts[path] = len([statement for statement in statements if statement.startswith("SELECT")])
        return counts

    given(lambda session: week.plan(session, week.item(GROUP, "0")))
    few = needed()
    given(
        lambda session: [
            week.plan(
                session, week.item(GROUP, "024"), week.item(TESTS, "01234", URINE, is_drawn=True),
                week.item(FAMILY, "2"), reason="services", from_on=date(2026, 3, day),
            )
            for day in (16, 17, 18)
        ]
    )  # fmt: skip
    given(close)
    assert needed() == few
    assert few[WEEK] <= 20 and few[PLAN] <= 14


def test_the_week_says_what_became_of_it_and_the_paper_does_not(rosa: Person, given: Given) -> None:
    given(services)

    def enter(session: Any) -> None:
        tests = week.item(TESTS, "024", URINE, is_drawn=True)
        week.plan(session, week.item(GROUP, "024"), tests)
        record_slot(
            session, enrollment_id=cast.AMIR, service_id=GROUP, on_day=date(2026, 3, 9), way="attended", key=cast.key(),
            actor=cast.rosa, now=cast.NOW,
        )  # fmt: skip
        cast.visit(session, 7)

    given(enter)
    answer = rosa.get(f"{WEEK}?from=2026-03-09")
    shown, page = text(answer), answer.get_data(as_text=True)
    assert (page.count('<i class="full"></i>'), page.count('<i class=""></i>')) == (2, 7), "a block for each hour"
    assert "2 h of 9 hours attended 6 h of 9 hours planned." in shown.replace("\xa0", " ")
    assert "Attended" in shown and "10 points" in shown and "Open: say what happened" in shown
    assert "negative earns" in text(rosa.get(WEEK))
    for path in (PAPER, f"{PAPER}?from=2026-03-09"):
        paper = text(rosa.get(path))
        assert "earns" not in paper and "points" not in paper and "attended" not in paper.lower()
