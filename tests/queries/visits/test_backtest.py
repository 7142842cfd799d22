"""Real visits replayed under another schedule: whose, at which sites, and that nothing is written."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.backtest import AMOUNTS, CEILING, KEPT, WAY_BACK, Reason
from cm_tracker.domain.schedules.check import SECOND_FORMAT
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.visits.corrections import UNDO, VOID
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.backtest import BackTest, back_test, replayed_client
from tests import cast, drawing
from tests.domain.schedules.documents import document, phase, track

FIRST, LAST = cast.START, cast.START + timedelta(days=60)
HIGGINS = parse(preset("higgins-voucher"))


def changed(base: int = 12, **more: Any) -> Schedule:
    document = {**preset("higgins-voucher"), **more}
    document["tracks"][0]["phases"][0]["base"] = base
    return parse(document)


def found(session: Session, schedule: Schedule = HIGGINS, *, last: date = LAST, **more: Any) -> BackTest:
    return back_test(session, cast.miriam, schedule, FIRST, last, **more)


def everything_stored(session: Session) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    names = inspect(session.get_bind()).get_table_names()
    return {name: sorted(str(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{name}"'))) for name in names}


def lapsed(session: Session) -> None:
    """Let Amir have three negatives, a lapse, and three negatives again: 10, 15, 60, 0, 10, 15, 60 points."""
    for day in (0, 2, 4, 7, 9, 11, 14):
        cast.visit(session, day, cast.positive() if day == 7 else None)


def test_under_the_same_version_everybody_gets_what_the_engine_owes(session: Session) -> None:
    lapsed(session)
    test = found(session)
    [amir] = test.clients
    owed = sum(result.cents for result in enrollment_history(session, cast.AMIR).replay().results)
    assert owed == (10 + 15 + 60 + 10 + 15 + 60) * 25
    assert (test.before_cents, test.after_cents) == (owed, owed)
    assert (amir.client_code, amir.compared.reasons, test.same) == ("HS-1", (), 1)


def test_corrections_and_pauses_are_as_they_are_now(session: Session) -> None:
    for day in (0, 2, 4, 9, 11):
        cast.visit(session, day)
    cast.put_right(session, 1, VOID)
    cast.pause(session, cast.AMIR, "2026-03-07", "2026-03-10")
    test = found(session)
    # 10, 15, 60, 25 and 30 points were paid and kept. Without the first visit, the others earn 10, 15, 60 and 25.
    assert (test.before_cents, test.after_cents) == (35_00, 27_50)
    assert test.after_cents == sum(result.cents for result in enrollment_history(session, cast.AMIR).replay().results)
    # The 30 points too many stay with the first visits that lost something, up to what each did: 10, 5 and 15.
    assert test.clients[0].compared.reasons == (Reason(KEPT, -7_50, 3),)


def test_was_paid_is_what_the_client_kept(session: Session) -> None:
    """10, 15 and 60 points are paid and kept: the third test is positive now, and the second visit is taken away."""
    _, enrollment_id = drawing.enrolled_in(
        session, {**preset("higgins-voucher"), "corrections": "keep", "name": "Kept"}
    )
    visits = [cast.visit(session, day, enrollment_id=enrollment_id) for day in (0, 2, 4)]
    cast.put_right(session, visits[2], "correct", cast.positive())
    test = found(session)
    assert (test.before_cents, test.after_cents) == (21_25, 6_25)
    assert test.less[0].compared.reasons == (Reason(KEPT, -15_00, 1),)
    cast.put_right(session, visits[1], VOID)
    test = found(session)
    assert (test.before_cents, test.after_cents) == (21_25, 2_50)
    assert test.less[0].compared.reasons == (Reason(KEPT, -18_75, 2),)
    assert [(line.before_cents, line.after_cents) for line in test.clients[0].compared.lines] == [
        (2_50, 2_50), (3_75, 0), (15_00, 0),
    ]  # fmt: skip
    # Under a schedule that does not verify it, what was kept is told apart from what is not paid any more.
    other = parse(
        document(track(phase(), behavior="another"), track(phase(), behavior="cocaine-negative", pays="points"))
    )
    assert found(session, other).clients[0].compared.reasons == (Reason(KEPT, -18_75, 2),)


def prizes(ceilings: list[Any], **more: Any) -> Schedule:
    drawn = track(phase((1, 8), base=1, step=0), behavior="cocaine-negative", pays="draws")
    return parse(document(drawn, bowl={"name": "Six slips", "slips": drawing.SLIPS}, ceilings=ceilings, **more))


def test_draws_count_under_the_ceilings_as_for_invented_clients(session: Session) -> None:
    """Of six slips, two are worth nothing, three 1 dollar and one 20: 3.83 on average, and 0.67 under a ceiling of 1."""
    cast.rich(session)
    test = found(session, prizes([]))
    assert (test.before_cents, test.after_cents, test.full) == (21_25, 7_67, ())
    # The first draw gives 1 dollar in four of six cases. After it nothing is left, so the second does in 2 of 6 times 4 of
    # 6: 0.67 and 0.22. Two visits of a week are paid.
    test = found(session, prizes([{"scope": "enrollment", "cents": 1_00}]))
    assert test.after_cents == 89
    assert [client.compared.full_in for client in test.full] == [1]


def test_who_cannot_be_said_anything_of_is_counted_apart(session: Session) -> None:
    for day in (0, 7, 14):
        cast.visit(session, day)
    ceilings = [{"scope": "rolling", "days": 7, "cents": 20_00}]
    test = found(session, prizes(ceilings, format=SECOND_FORMAT))
    assert (test.clients, test.not_fitting, test.not_known) == ((), 0, 1)
    with pytest.raises(NotFound):
        replayed_client(session, cast.miriam, prizes(ceilings, format=SECOND_FORMAT), cast.AMIR, FIRST, LAST)


def test_practice_clients_are_left_out(session: Session) -> None:
    drawing.dora(session, is_practice=True)
    cast.rich(session)
    assert [client.client_code for client in found(session).clients] == ["HS-1"]


def test_who_would_get_more_and_why(session: Session) -> None:
    cast.rich(session)
    test = found(session, changed(12))
    assert (test.before_cents, test.after_cents) == (85 * 25, 91 * 25)
    assert [client.compared.reasons for client in test.more] == [(Reason(AMOUNTS, 150, 3),)]
    assert test.less == () and test.full == ()


def test_a_ceiling_would_have_cut(session: Session) -> None:
    cast.rich(session)
    test = found(session, changed(10, ceilings=[{"scope": "enrollment", "cents": 15_00}]))
    assert [(client.client_code, client.compared.full_in) for client in test.full] == [("HS-1", 1)]
    assert test.less[0].compared.reasons == (Reason(CEILING, 15_00 - 21_25, 1),)


def test_a_shorter_way_back_is_told(session: Session) -> None:
    lapsed(session)
    document = preset("higgins-voucher")
    document["tracks"][0]["restore"]["after"] = 1
    [amir] = found(session, parse(document)).clients
    # After the lapse 10, 15 and 20 points; or 10, and the last value that was paid comes back: 20, 25.
    assert amir.compared.difference == 10 * 25
    assert amir.compared.reasons == (Reason(WAY_BACK, 10 * 25, 2),)


def test_what_was_undone_is_left_out(session: Session) -> None:
    visit_id = cast.visit(session, 14)
    assert len(found(session).clients) == 1
    cast.put_right(session, visit_id, UNDO, actor=cast.rosa)
    assert found(session).clients == ()


def test_only_the_days_that_were_chosen_count(session: Session) -> None:
    cast.rich(session)
    assert found(session, last=FIRST).before_cents == 10 * 25
    assert back_test(session, cast.miriam, HIGGINS, FIRST - timedelta(days=9), FIRST - timedelta(days=1)).clients == ()


def test_a_lead_sees_their_own_sites_and_chooses_site_and_codes(session: Session) -> None:
    cast.rich(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    assert [client.client_code for client in found(session).clients] == ["HS-1"]
    assert found(session, site_id=cast.MILL).clients == ()
    assert [one.client_code for one in found(session, codes=["hs1"]).clients] == ["HS-1"]
    assert found(session, codes=["MR-1"]).clients == ()
    assert [one.client_code for one in back_test(session, cast.sam, HIGGINS, FIRST, LAST).clients] == ["HS-1", "MR-1"]
    with pytest.raises(NotFound):
        replayed_client(session, cast.miriam, HIGGINS, cast.BEA, FIRST, LAST)
    assert replayed_client(session, cast.miriam, HIGGINS, cast.AMIR, FIRST, LAST) == found(session).clients[0]


def test_clients_whose_visits_the_schedule_does_not_pay_are_counted_apart(session: Session) -> None:
    cast.rich(session)
    test = found(session, parse(preset("attendance-points")))
    assert (test.clients, test.not_fitting) == ((), 1)


def test_nothing_is_written(session: Session) -> None:
    lapsed(session)
    before = everything_stored(session)
    assert len(before["visit"]) == 7
    found(session, changed(20))
    replayed_client(session, cast.miriam, changed(20), cast.AMIR, FIRST, LAST)
    session.commit()
    assert everything_stored(session) == before


def test_the_statements_do_not_depend_on_how_many_clients_there_are(session: Session) -> None:
    cast.rich(session)
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda c, k, statement, *_: sent.append(statement))
    counts = []
    for enrollment_id in (cast.AMIR, cast.BEA):
        session.commit()
        sent.clear()
        back_test(session, cast.sam, HIGGINS, FIRST, LAST)
        counts.append(sum(not statement.startswith("BEGIN") for statement in sent))
        if enrollment_id == cast.AMIR:
            cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    # Whose visits, five for their histories, and what was paid.
    assert counts == [7, 7]
