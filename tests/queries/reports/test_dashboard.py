"""The lead's first page: each figure from small records, scoped by site, in a fixed number of statements."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from cm_tracker.domain.measures.at_risk import Lapse, Missed, Near, Waits
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.funding.owed import Owed, owed_to_clients, spent_since
from cm_tracker.queries.reports.dashboard import Dashboard, Today, dashboard
from cm_tracker.queries.reports.negatives import negatives_by_week
from tests import cast, drawing, week
from tests.domain.schedules.documents import document, phase, track
from tests.redeeming import redeem_at_once

URINE = "cocaine-negative"
both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
MARCH = datetime(2026, 3, 1, 5, tzinfo=UTC)


@pytest.fixture
def tests_at_nine(session: Session) -> int:
    """Test visits of Amir on every weekday at nine, two hours ago. Return the service."""
    service_id = week.tests(session)
    week.plan(session, week.item(service_id, "01234", URINE))
    return service_id


def shown(session: Session, actor: Actor = cast.miriam, site_id: int | None = None) -> Dashboard:
    return dashboard(session, actor, site_id, cast.NOW, 5)


def noted(session: Session, service_id: int, status: str, enrollment_id: int = cast.AMIR, **more: object) -> None:
    note_slot(
        session, enrollment_id=enrollment_id, service_id=service_id, on_day=week.TODAY, status=status, seen=None,
        key=cast.key(), actor=cast.rosa, now=cast.NOW, **{"at": None, "to_day": None, "excuse": None, **more},
    )  # type: ignore[arg-type]  # fmt: skip


def test_enrolled_now_counts_the_clients_whose_program_runs_by_their_site(session: Session) -> None:
    assert shown(session, both).enrolled == {cast.HARBOR: 1, cast.MILL: 1}
    assert shown(session, both).enrolled_now == 2
    assert shown(session).enrolled == {cast.HARBOR: 1}
    assert shown(session, both, cast.MILL).enrolled == {cast.MILL: 1}
    week.newcomer(session, "HS-20")
    week.newcomer(session, "HS-21", starts_on=week.TODAY + timedelta(days=1))
    assert shown(session).enrolled == {cast.HARBOR: 2}, "who begins tomorrow is not enrolled yet"
    cast.end(session, cast.AMIR, "2026-03-15")
    assert shown(session).enrolled == {cast.HARBOR: 1}


def test_a_site_of_somebody_else_is_as_none(session: Session) -> None:
    assert shown(session, cast.miriam, cast.MILL).only is None
    assert shown(session, cast.miriam, cast.MILL).enrolled == {cast.HARBOR: 1}


def test_who_is_expected_came_comes_later_or_is_missing(session: Session, tests_at_nine: int) -> None:
    assert shown(session).today == Today(came=0, later=0, missing=1, absent=0)
    noted(session, tests_at_nine, "later", at=cast.NOW + timedelta(hours=1))
    assert shown(session).today == Today(came=0, later=1, missing=0, absent=0)
    noted(session, tests_at_nine, "arrived", at=cast.NOW)
    assert shown(session).today == Today(came=1, later=0, missing=0, absent=0)
    cast.visit(session, 14)
    assert shown(session).today == Today(came=1, later=0, missing=0, absent=0)
    assert shown(session).today.expected == 1


@pytest.mark.parametrize(("evidence", "counts"), [(cast.ABSENT, Today(0, 0, 0, 1)), (cast.EXCUSED, Today(0, 0, 0, 0))])
def test_an_absence_is_expected_and_an_excuse_is_not(
    session: Session, tests_at_nine: int, evidence: object, counts: Today
) -> None:
    cast.visit(session, 14, evidence)  # type: ignore[arg-type]
    assert shown(session).today == counts
    assert shown(session).missing == ()


def test_a_client_with_two_slots_counts_once(session: Session) -> None:
    tests, group = week.tests(session), week.group(session)
    week.plan(session, week.item(tests, "0", URINE), week.item(group, "0"))
    assert shown(session).today == Today(came=0, later=0, missing=1, absent=0)
    cast.visit(session, 14)
    assert shown(session).today == Today(came=0, later=1, missing=0, absent=0)


def test_a_closed_site_expects_nobody_and_says_so(session: Session, tests_at_nine: int) -> None:
    week.closed_today(session)
    found = shown(session, both)
    assert (found.today, found.missing) == (Today(0, 0, 0, 0), ())
    assert [(site.name, day) for site, day in found.closed] == [("Harbor Street", week.TODAY)]


@pytest.mark.parametrize(
    ("visits", "missed", "came"),
    [
        ({}, 0, 0),
        ({9: cast.ABSENT, 10: cast.ABSENT}, 2, 0),
        ({8: cast.ABSENT, 9: None, 10: None, 11: cast.positive()}, 0, 3),
        ({9: None, 10: cast.ABSENT}, 1, 0),
    ],
)
def test_what_a_missing_client_did_before(
    session: Session, tests_at_nine: int, visits: dict[int, object], missed: int, came: int
) -> None:
    for day, evidence in visits.items():
        cast.visit(session, day, evidence)  # type: ignore[arg-type]
    [one] = shown(session).missing
    assert (one.code, one.missed_before, one.came_before) == ("HS-1", missed, came)
    assert one.due_at == datetime(2026, 3, 16, 13, tzinfo=UTC)
    assert shown(session).names == {cast.AMIR: "Amir"}
    assert shown(session, cast.anna).missing == (), "Anna works at Mill Road"


def test_each_kind_of_risk_is_listed_with_its_reason(session: Session, tests_at_nine: int) -> None:
    assert shown(session).at_risk == ()
    for day in (0, 1, 2, 3, 4):
        cast.visit(session, day)
    cast.visit(session, 7, cast.positive())
    [lapsed] = shown(session).at_risk
    assert (lapsed.code, lapsed.reasons) == ("HS-1", (Lapse(5, date(2026, 3, 9)),))
    cast.visit(session, 8, cast.ABSENT)
    cast.visit(session, 9, cast.ABSENT)
    missed = Missed((date(2026, 3, 10), date(2026, 3, 11)))
    assert [one.reasons for one in shown(session).at_risk] == [(missed, Lapse(5, date(2026, 3, 9)))]
    cast.put_right(session, cast.visit(session, 10, cast.ABSENT), "excuse", cast.EXCUSED)
    assert [one.reasons for one in shown(session).at_risk] == [(missed, Lapse(5, date(2026, 3, 9)))]
    assert shown(session, cast.anna).at_risk == ()
    cast.visit(session, 11)
    assert shown(session).at_risk == ()


def test_a_specimen_that_waits_for_the_laboratory_for_more_than_a_day(session: Session) -> None:
    collected = cast.NOW - timedelta(hours=31)
    pending = cast.visit(
        session, 13, cast.Test({"cocaine": "pending"}, temperature="in_range"), collected_at=collected
    )  # fmt: skip
    [one] = shown(session).at_risk
    assert one.reasons == (Waits(pending, collected, 31),)
    assert dashboard(session, cast.miriam, None, collected + timedelta(hours=24), 5).at_risk == ()
    assert shown(session, cast.anna).at_risk == ()
    cast.put_right(session, pending, "answer", cast.negative())
    assert shown(session).at_risk == ()


def test_a_ceiling_of_which_four_fifths_are_used(session: Session) -> None:
    doc = document(
        track(phase((1, 8), visits_per_week=3, base=10, step=0), behavior=URINE),
        ceilings=[{"scope": "calendar_year", "cents": 625}],
    )
    dora = drawing.enrolled_in(session, doc)[1]
    cast.visit(session, 0, enrollment_id=dora)
    assert shown(session).at_risk == (), "250 of 625 cents"
    cast.visit(session, 2, enrollment_id=dora)
    [one] = shown(session).at_risk
    assert (one.code, [type(reason) for reason in one.reasons]) == ("HS-9", [Near])
    assert isinstance(one.reasons[0], Near) and one.reasons[0].use.used_cents == 500


def test_a_program_that_is_over_is_no_risk(session: Session, tests_at_nine: int) -> None:
    for day in (0, 1):
        cast.visit(session, day, cast.ABSENT)
    assert len(shown(session).at_risk) == 1
    cast.end(session, cast.AMIR, "2026-03-15")
    assert shown(session).at_risk == ()


def owed(session: Session, actor: Actor = cast.miriam) -> Owed:
    return owed_to_clients(session, actor, week.TODAY)


def spent(session: Session, actor: Actor = cast.miriam, site_id: int | None = None, since: datetime = MARCH) -> int:
    return spent_since(session, actor, since, site_id)


def test_points_are_owed_until_they_are_redeemed_and_then_spent(session: Session) -> None:
    cast.rich(session)
    assert (owed(session), owed(session).cents) == (Owed(85, 2125, 0, 0, 0, 0), 2125)
    assert spent(session) == 0
    redemption = redeem_at_once(session)
    assert owed(session).cents == 1625
    assert spent(session) == 500
    assert spent(session, both, cast.MILL) == 0
    assert spent(session, since=datetime(2026, 4, 1, tzinfo=UTC)) == 0
    undo_redemption(
        session,
        redemption_id=redemption,
        is_back=True,
        reason="Not wanted",
        key=cast.key(),
        actor=cast.rosa,
        now=cast.NOW,
    )
    assert owed(session).cents == 2125
    assert spent(session) == 0
    assert owed(session, cast.anna).cents == 0


def test_a_draw_is_owed_at_what_its_bowl_is_worth_on_average(session: Session) -> None:
    # Two empty slips, three of a dollar and one of $20: 2,300 cents for six slips, so that three draws are worth $11.50.
    client = drawing.dora(session)
    assert owed(session) == Owed(0, 0, 3, 1150, 0, 0)
    commit_draw(session, client_id=client, actor=cast.rosa, now=cast.NOW)
    slip = drawing.draw(session, client, 1)
    assert slip is not None
    # Two draws are worth 766 2/3 cents, whatever the slip of the first one says.
    assert (owed(session).draws, owed(session).draws_cents) == (2, 767)


def test_a_slip_is_owed_until_it_is_exchanged_and_then_spent(session: Session) -> None:
    client = drawing.dora(session, slips=[{"tier": "small", "count": 1, "cents": 300}])
    commit_draw(session, client_id=client, actor=cast.rosa, now=cast.NOW)
    drawing.draw(session, client, 1)
    assert spent(session) == 0
    assert owed(session) == Owed(0, 0, 2, 600, 1, 300)
    drawing.choose(session, client, drawing.shelved(session, "small"), "small")
    assert spent(session) == 300 and spent(session, cast.anna) == 0
    assert owed(session) == Owed(0, 0, 2, 600, 0, 0)


def test_the_weeks_are_those_of_the_report(session: Session, tests_at_nine: int) -> None:
    cast.visit(session, 0)
    cast.visit(session, 1, cast.positive())
    for actor, site_id in ((cast.miriam, None), (both, None), (both, cast.MILL)):
        assert shown(session, actor, site_id).weeks == negatives_by_week(session, actor, site_id, cast.NOW)
    assert shown(session).weeks[-3].counts.negative == 1


def test_more_clients_need_as_many_statements(session: Session, tests_at_nine: int) -> None:
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    cast.visit(session, 0, cast.ABSENT)
    sent.clear()
    shown(session, both)
    few = len(sent)
    for number in range(20, 26):
        enrollment_id = week.newcomer(session, f"HS-{number}", version_id=cast.HIGGINS)
        week.plan(session, week.item(tests_at_nine, "01234", URINE), enrollment_id=enrollment_id)
        for day in (0, 1):
            record_slot(
                session, enrollment_id=enrollment_id, service_id=tests_at_nine, on_day=cast.START + timedelta(days=day),
                way="absent", key=cast.key(), actor=cast.rosa, now=cast.NOW,
            )  # fmt: skip
    sent.clear()
    found = shown(session, both)
    assert (len(found.missing), len(found.at_risk)) == (7, 6)
    assert len(sent) == few > 0
