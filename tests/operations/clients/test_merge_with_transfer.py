"""A person who was opened twice, and who moves to another site or has a corrected code: before a merge, and after it.

Amir has 85 points at Harbor Street (10, 15 and 60). His second record, HS-2, earned 10 and 15 in an enrollment that is
over.
"""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AdjustmentWaits,
    AtTwoSites,
    MergeWaits,
    NotFound,
    SeveralRefused,
    Taken,
    VisitAfterTransfer,
)
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import CORRECT, VOID
from cm_tracker.domain.visits.importing import Enrolled
from cm_tracker.models import Client, ClientAlias, ClientTransfer, ScheduleRow, ScheduleVersion, Transaction
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.queries.clients.clients import balances_of, client_list
from cm_tracker.queries.clients.enrollments import (
    enrollment_history,
    histories_and_ledger_states,
    history_and_ledger_state,
)
from cm_tracker.queries.clients.moves import move_list
from cm_tracker.queries.clients.received import received_by_enrollment
from cm_tracker.queries.clients.search import client_of_code, client_with_code
from cm_tracker.queries.clients.transfers import client_who_left, former_client
from cm_tracker.queries.ledger.transactions import LedgerFilter, transactions, transactions_of_client
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.redemptions import receipts_of
from cm_tracker.queries.visits.importing import enrollments_by_code
from cm_tracker.queries.visits.visits import visit_card
from tests import cast, merging
from tests.redeeming import redeem_at_once

# Two leads of Mill Road.
noor = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")
otto = Actor(cast.LEO, frozenset({"lead"}), frozenset({cast.MILL}), "web")

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 6)
# What Harbor Street had of both records, the newest day first; of one day, the record that was entered later first.
BOTH = [(THIRD, 60), (SECOND, 15), (SECOND, 15), (FIRST, 10), (FIRST, 10)]
# The visit of the second record that earned 15.
LATER_VISIT = 5


def second_history(session: Session, *, with_positive: bool = False) -> int:
    """Enter what the second record earned, in an enrollment that is over. Return the record's id."""
    second = merging.second_record(session)
    enrollment = merging.enroll(session, second, "2026-03-02")
    for day in (0, 2):
        cast.visit(session, day, enrollment_id=enrollment)
    if with_positive:
        cast.visit(session, 4, cast.positive(), enrollment_id=enrollment)
    cast.end(session, enrollment, "2026-03-10")
    return second


def two_histories(session: Session) -> int:
    cast.rich(session)
    return second_history(session)


def merge_at_mill(session: Session, from_id: int, into_id: int) -> None:
    merging.decide(session, merging.ask(session, from_id, into_id, actor=noor), actor=otto)


def points(session: Session, client_id: int) -> int:
    return balances_of(session, client_id).get("points", 0)


def former(session: Session, client_id: int, actor: Actor = cast.rosa) -> list[tuple[date, int]]:
    return [
        (visit.happened_on, dict(visit.paid).get("points", 0))
        for visit in former_client(session, actor, client_id).visits
    ]


def sites(session: Session) -> dict[int, int]:
    return {row.id: row.site_id for row in session.execute(select(Client.id, Client.site_id))}


def holds(session: Session) -> bool:
    session.rollback()
    return verify_ledger(session).findings == []


@pytest.mark.parametrize("is_named_by_the_merged_record", [False, True])
def test_both_records_go_along_and_the_old_site_keeps_what_happened_there(
    session: Session, is_named_by_the_merged_record: bool
) -> None:
    second = two_histories(session)
    merging.merge(session, second)
    transfer_id = cast.transfer(session, client_id=second if is_named_by_the_merged_record else cast.AMIR)
    assert session.get_one(ClientTransfer, transfer_id).client_id == cast.AMIR
    assert (sites(session)[cast.AMIR], sites(session)[second]) == (cast.MILL, cast.MILL)
    for typed in ("HS-1", "HS-2", "hs2"):
        assert client_with_code(session, cast.anna, typed) == cast.AMIR
        assert client_with_code(session, cast.rosa, typed) == cast.AMIR
    assert [former(session, client_id) for client_id in (cast.AMIR, second)] == [BOTH, BOTH]
    assert client_who_left(session, cast.rosa, LATER_VISIT) == cast.AMIR
    # The merge itself was booked at Harbor Street.
    assert transactions_of_client(session, cast.rosa, cast.AMIR, limit=1)[0].kind == "merge"
    assert [line.code for line in client_list(session, cast.anna, search="hs-2", page=1, now=cast.NOW).lines] == [
        "HS-1"
    ]
    assert client_list(session, cast.rosa, search="hs-2", page=1, now=cast.NOW).lines == ()
    assert holds(session)


def test_a_visit_of_the_merged_record_is_corrected_at_the_new_site_and_the_old_one_reads_it_as_it_was(
    session: Session,
) -> None:
    cast.rich(session)
    second = second_history(session, with_positive=True)
    merging.merge(session, second)
    cast.transfer(session)
    with pytest.raises(NotFound):
        cast.put_right(session, LATER_VISIT + 1, CORRECT, cast.negative())
    # The third in a row: 10 + 2 times 5, and 40 more. Paid at the new site, to the main record.
    cast.put_right(session, LATER_VISIT + 1, CORRECT, cast.negative(), actor=noor)
    assert (points(session, cast.AMIR), points(session, second)) == (110 + 60, 0)
    paid = session.execute(select(Transaction).order_by(Transaction.id.desc()).limit(1)).scalar_one()
    assert (paid.site_id, paid.client_id) == (cast.MILL, cast.AMIR)
    # The client keeps what was paid for a visit that is voided.
    cast.put_right(session, LATER_VISIT, VOID, actor=noor)
    assert former(session, cast.AMIR) == [(THIRD, 0), *BOTH]
    history = enrollment_history(session, 3)
    assert (history.client_id, history.site_id) == (cast.AMIR, cast.MILL)
    assert history.site_of(history.visit(LATER_VISIT - 1)).id == cast.HARBOR, "it took place there"
    card = visit_card(session, noor, LATER_VISIT - 1, cast.NOW)
    assert (card.client_id, card.site_name, card.is_elsewhere) == (cast.AMIR, "Harbor Street", True)
    assert holds(session)


def test_a_redemption_of_the_merged_record_is_undone_after_a_transfer_by_a_lead_of_both_sites(
    session: Session,
) -> None:
    second = two_histories(session)
    redemption_id = redeem_at_once(session, client_id=second)
    merging.merge(session, second)
    cast.transfer(session)
    # The mug took 20 of the 25 points.
    assert points(session, cast.AMIR) == 85 + 5

    def undo(actor: Actor) -> int:
        return undo_redemption(
            session, redemption_id=redemption_id, is_back=True, reason="Broken", key=cast.key(), actor=actor,
            now=cast.NOW,
        )  # fmt: skip

    for lead in (cast.miriam, noor):
        with pytest.raises(NotFound):
            undo(lead)
    undo(cast.zoe)
    assert (points(session, cast.AMIR), points(session, second)) == (85 + 25, 0)
    assert [receipt.id for receipt in receipts_of(session, noor, cast.AMIR).lines] == [redemption_id]
    assert [receipt.id for receipt in receipts_of(session, cast.rosa, cast.AMIR).lines] == [redemption_id]
    assert holds(session)


def test_a_record_that_was_transferred_and_merged_there_is_still_read_by_the_site_that_it_left(
    session: Session,
) -> None:
    second = second_history(session)
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna)
    cast.transfer(session, client_id=second)
    merge_at_mill(session, second, cast.BEA)
    left = [(SECOND, 15), (FIRST, 10)]
    for client_id in (second, cast.BEA):
        assert former(session, client_id) == left, "and nothing of the record into which it was merged"
    assert former_client(session, cast.rosa, second).site_name == "Harbor Street"
    assert client_with_code(session, cast.rosa, "HS-2") == cast.BEA
    assert client_with_code(session, cast.anna, "HS-2") == cast.BEA
    # The person goes back: both records belong to Harbor Street again.
    cast.transfer(session, client_id=cast.BEA, to_site_id=cast.HARBOR)
    assert (sites(session)[cast.BEA], sites(session)[second]) == (cast.HARBOR, cast.HARBOR)
    with pytest.raises(NotFound):
        former_client(session, cast.rosa, second)
    assert holds(session)


def test_of_two_records_that_left_one_after_the_other_each_is_read_as_it_was_when_it_left(session: Session) -> None:
    second = two_histories(session)
    cast.transfer(session, client_id=second)
    # Voided at Mill Road before Amir's other record left: no business of Harbor Street.
    cast.put_right(session, LATER_VISIT - 1, VOID, actor=noor)
    cast.transfer(session, client_id=cast.AMIR)
    merge_at_mill(session, second, cast.AMIR)
    assert former(session, second) == former(session, cast.AMIR) == BOTH
    assert holds(session)


def test_records_are_read_as_they_were_when_the_main_record_of_that_time_left(session: Session) -> None:
    """Merged at Harbor Street, transferred, and there the main record is merged again."""
    second = two_histories(session)
    merging.merge(session, second)
    cast.transfer(session)
    cast.end(session, cast.AMIR, "2026-03-10", actor=cast.anna)
    cast.put_right(session, LATER_VISIT, VOID, actor=noor)
    merge_at_mill(session, cast.AMIR, cast.BEA)
    for client_id in (second, cast.AMIR, cast.BEA):
        assert former(session, client_id) == BOTH
    assert holds(session)


@pytest.mark.parametrize("is_main", [True, False])
def test_neither_record_is_transferred_while_a_merge_waits(session: Session, is_main: bool) -> None:
    second = merging.second_record(session)
    request = merging.ask(session, second)
    request_adjustment(
        session, client_id=cast.AMIR, unit="points", amount=5, reason="A good reason, see the paper", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    if is_main:
        with pytest.raises(SeveralRefused) as refused:
            cast.transfer(session)
        assert [type(one) for one in refused.value.refusals] == [AdjustmentWaits, MergeWaits]
    else:
        with pytest.raises(MergeWaits):
            cast.transfer(session, client_id=second)
    merging.decide(session, request, "declined", reason="They are two people")
    if not is_main:
        cast.transfer(session, client_id=second)
        with pytest.raises(AtTwoSites):
            merging.ask(session, second, actor=cast.zoe)


def test_the_newest_visit_of_either_record_says_from_which_day_on_they_can_be_elsewhere(session: Session) -> None:
    second = second_history(session, with_positive=True)
    merging.merge(session, second)
    with pytest.raises(VisitAfterTransfer) as refused:
        cast.transfer(session, first_day="2026-03-05")
    assert refused.value.day == THIRD
    cast.transfer(session, first_day="2026-03-06")


def test_every_code_of_both_records_finds_the_one_client_and_nobody_gets_one_of_them(session: Session) -> None:
    second = second_history(session)
    correct_code(
        session, client_id=second, code="HS-3", reason="Typed wrongly", key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    merging.merge(session, second)
    for typed in ("HS-1", "HS-2", "HS-3", "hs2", "hs 3"):
        assert client_with_code(session, cast.rosa, typed) == cast.AMIR
    for code in ("HS-1", "HS-2", "HS-3"):
        assert client_of_code(session, code) == cast.AMIR
        listed = client_list(session, cast.rosa, search=code, page=1, now=cast.NOW).lines
        assert [line.id for line in listed] == [cast.AMIR]
        ids = {line.client_id for line in transactions(session, cast.rosa, LedgerFilter(client_code=code)).lines}
        assert ids == {cast.AMIR, second}
    name = session.execute(select(Client.code).where(Client.id == second)).scalar_one()
    assert name == "HS-3"
    session.rollback()
    row = {"site_id": cast.HARBOR, "schedule_version_id": cast.HIGGINS, "actor": cast.rosa, "now": cast.NOW}
    for code in ("HS-2", "hs-3"):
        assert not import_client(session, code=code, enrolled_on=cast.START, **row), "it is there already"  # type: ignore[arg-type]
    assert len(sites(session)) == 3
    session.rollback()
    for code in ("HS-2", "HS-3"):
        with pytest.raises(Taken):
            open_client(
                session, code=code, preferred_name="Ann", site_id=cast.HARBOR, language="en", actor=cast.rosa,
                now=cast.NOW,
            )  # fmt: skip
        # The record that went keeps its codes. Both lead to the client already.
        with pytest.raises(Taken):
            correct_code(
                session, client_id=cast.AMIR, code=code, reason="The other one", key=cast.key(), actor=cast.rosa,
                now=cast.NOW,
            )  # fmt: skip
    correct_code(
        session, client_id=second, code="HS-4", reason="A new card", key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    assert session.execute(select(Client.code).where(Client.id == cast.AMIR)).scalar_one() == "HS-4"
    aliases = session.execute(select(ClientAlias.code, ClientAlias.client_id).order_by(ClientAlias.code)).all()
    assert [tuple(alias) for alias in aliases] == [("HS-1", cast.AMIR), ("HS-2", second)]
    assert holds(session)


def test_an_import_finds_the_enrollment_by_every_code_also_where_only_the_main_record_is_enrolled(
    session: Session,
) -> None:
    second = merging.second_record(session)
    correct_code(
        session, client_id=second, code="HS-3", reason="Typed wrongly", key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    merging.merge(session, second)
    name = session.execute(
        select(ScheduleRow.name)
        .join(ScheduleVersion, ScheduleVersion.schedule_id == ScheduleRow.id)
        .where(ScheduleVersion.id == cast.HIGGINS)
    ).scalar_one()
    amirs = (Enrolled(cast.START, cast.AMIR),)
    assert enrollments_by_code(session, name, cast.HARBOR) == {"HS-1": amirs, "HS-2": amirs, "HS-3": amirs}
    cast.transfer(session)
    assert enrollments_by_code(session, name, cast.HARBOR) == {}
    at_mill = enrollments_by_code(session, name, cast.MILL)
    assert [at_mill.get(code) for code in ("HS-1", "HS-2", "HS-3")] == [amirs] * 3


def test_several_enrollments_are_read_at_once_with_what_the_other_record_received(session: Session) -> None:
    second = two_histories(session)
    merging.merge(session, second)
    cast.transfer(session)
    ids = (1, 3)
    at_once = histories_and_ledger_states(session, ids)
    assert at_once == {of: history_and_ledger_state(session, of) for of in ids}
    assert {state.balances["points"] for _, state in at_once.values()} == {110}
    assert {history.client_id for history, _ in at_once.values()} == {cast.AMIR}
    histories = [history for history, _ in at_once.values()]
    beside = received_by_enrollment(session, histories, always=True)
    received = {of: sorted((one.enrollment_id, one.day, one.cents) for one in found) for of, found in beside.items()}
    assert received == {
        1: [(3, FIRST, 250), (3, SECOND, 375)],
        3: [(1, FIRST, 250), (1, SECOND, 375), (1, THIRD, 1500)],
    }


def test_an_enrollment_of_the_merged_record_is_moved_in_a_list_under_the_main_record(session: Session) -> None:
    second = merging.second_record(session)
    enrollment = merging.enroll(session, second, "2026-03-09")
    cast.end(session, cast.AMIR, "2026-03-08")
    merging.merge(session, second)
    cast.transfer(session)
    lines = move_list(session, noor, cast.HIGGINS, cast.ATTENDANCE, cast.NOW.date(), cast.NOW).lines
    assert [(line.enrollment_id, line.client_id, line.client_code) for line in lines if line.client_id != cast.BEA] == [
        (enrollment, cast.AMIR, "HS-1")
    ]
    assert move_list(session, cast.miriam, cast.HIGGINS, cast.ATTENDANCE, cast.NOW.date(), cast.NOW).lines == ()
