"""A client moves to another site: enrollment, ladder and balance go along, and what is unfinished refuses it.

Amir follows a voucher ladder at Harbor Street: 10 points, 5 more after each visit, 40 more at every third in a row.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AdjustmentWaits,
    BadInput,
    BookedSince,
    KeyReused,
    NotAllowed,
    NotFound,
    OfferIsOpen,
    PrizesSetAside,
    ReasonMissing,
    Refused,
    SameSpecimen,
    SeveralRefused,
    VisitAfterTransfer,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import AwaitedTest, Test
from cm_tracker.domain.visits.importing import Candidate
from cm_tracker.models import AccountRow, AuditEvent, Client, ClientTransfer, EntryRow, LogRow, Transaction, VisitRow
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.draw_slip import draw_slip
from cm_tracker.operations.prizes.hand_over import hand_over
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.import_visits import import_visits
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.kiosk.card import kiosk_card
from cm_tracker.queries.ledger.transactions import program_losses
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.draws import draw_line, draws_of
from cm_tracker.queries.prizes.redemptions import in_hand
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.importing import waiting_for_a_test
from cm_tracker.queries.visits.visits import waiting_visits
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.drawing import choose, dora, shelved, won
from tests.redeeming import redeem_at_once

PENDING = {"cocaine": "pending"}
noor = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")


def points(session: Session) -> int:
    return balances_of(session, cast.AMIR)["points"]


def holds(session: Session) -> bool:
    session.rollback()
    return verify_ledger(session).findings == []


def test_everything_goes_along_and_the_ladder_goes_on_at_the_new_site(session: Session) -> None:
    assert cast.rich(session) == 85
    transfer_id = cast.transfer(session, first_day="2026-03-06")
    row = session.get_one(ClientTransfer, transfer_id)
    assert (row.client_id, row.site_id, row.to_site_id, row.first_day) == (1, 1, 2, date(2026, 3, 6))
    assert session.get_one(Client, cast.AMIR).site_id == cast.MILL
    assert points(session) == 85
    with pytest.raises(NotFound):
        cast.visit(session, 7)
    # The fourth in a row: 10 + 3 times 5.
    visit_id = cast.visit(session, 7, actor=cast.anna)
    assert points(session) == 85 + 25
    assert session.get_one(VisitRow, visit_id).site_id == cast.MILL
    booked = session.execute(select(Transaction.site_id).order_by(Transaction.id.desc()).limit(1)).scalar_one()
    assert booked == cast.MILL
    assert holds(session)


def test_the_body_says_who_from_where_to_where_and_when_but_not_why(session: Session) -> None:
    transfer_id = cast.transfer(session)
    body = bytes(
        session.execute(select(LogRow.body).where(LogRow.record == f"client_transfer:{transfer_id}")).scalar_one()
    ).decode()
    assert '"client_id":1,"first_day":"2026-03-16","id":1,' in body and '"site_id":1,' in body
    assert '"to_site_id":2,' in body and '"staff_id":3,' in body and "Moved house" not in body


def test_each_of_the_two_sites_has_a_line_in_its_audit_trail(session: Session) -> None:
    cast.transfer(session)
    lines = session.execute(
        select(AuditEvent.site_id, AuditEvent.subject, AuditEvent.client_id)
        .where(AuditEvent.tag == "client:transferred")
        .order_by(AuditEvent.id)
    ).all()
    assert [tuple(line) for line in lines] == [(1, "client_transfer:1", 1), (2, "client_transfer:1", 1)]


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (cast.rosa, NotAllowed),
        (cast.grace, NotAllowed),
        (cast.sam, NotAllowed),
        (cast.anna, NotFound),
        # A lead of one of the two sites.
        (cast.miriam, NotFound),
        (noor, NotFound),
        (Actor(cast.MIRIAM, frozenset({"coordinator"}), frozenset({cast.HARBOR, cast.MILL}), "web"), NotAllowed),
    ],
)
def test_only_a_lead_of_both_sites_may(session: Session, actor: Actor, error: type[Refused]) -> None:
    with pytest.raises(error):
        cast.transfer(session, actor=actor)
    assert session.get_one(Client, cast.AMIR).site_id == cast.HARBOR


def test_a_site_that_does_not_exist_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        cast.transfer(session, to_site_id=9, actor=command())


def test_everything_that_stands_against_it_is_said_at_once(session: Session) -> None:
    cast.rich(session)
    redeem_at_once(session, is_set_aside=True)
    offer_prize(
        session, client_id=cast.AMIR, prize_id=cast.MUG, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    request_adjustment(
        session, client_id=1, unit="points", amount=5, reason="A good reason, see the paper", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    with pytest.raises(SeveralRefused) as refused:
        cast.transfer(session, to_site_id=cast.HARBOR, first_day="2026-03-05", note=" ")
    assert [(type(one), one.field) for one in refused.value.refusals] == [
        (BadInput, "to_site_id"),
        (VisitAfterTransfer, "first_day"),
        (ReasonMissing, "note"),
        (OfferIsOpen, None),
        (PrizesSetAside, None),
        (AdjustmentWaits, None),
    ]


def test_an_offer_that_has_run_out_and_a_prize_that_was_handed_over_do_not_stand_against_it(session: Session) -> None:
    cast.rich(session)
    handed_over = redeem_at_once(session, is_set_aside=True)
    offer_prize(
        session, client_id=cast.AMIR, prize_id=cast.MUG, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    hand_over(session, redemption_id=handed_over, confirmation=None, key=cast.key(), actor=cast.rosa, now=cast.NOW)
    with pytest.raises(OfferIsOpen):
        cast.transfer(session, now=cast.NOW + timedelta(minutes=5))
    cast.transfer(session, now=cast.NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("first_day", "error"), [("2026-03-17", BadInput), ("2026-03-05", VisitAfterTransfer), ("2026-03-06", None)]
)
def test_the_first_day_is_not_to_come_and_not_before_a_visit(
    session: Session, first_day: str, error: type[Refused] | None
) -> None:
    cast.rich(session)
    if error is None:
        cast.transfer(session, first_day=first_day)
        return
    with pytest.raises(error) as refused:
        cast.transfer(session, first_day=first_day)
    assert refused.value.field == "first_day"


def test_a_client_may_come_back_but_not_before_they_came(session: Session) -> None:
    cast.transfer(session, first_day="2026-03-10")
    with pytest.raises(BadInput):
        cast.transfer(session, to_site_id=cast.HARBOR, first_day="2026-03-09")
    cast.transfer(session, to_site_id=cast.HARBOR, first_day="2026-03-12")
    assert session.get_one(Client, cast.AMIR).site_id == cast.HARBOR
    assert holds(session)


def test_the_same_form_sent_twice_transfers_once(session: Session) -> None:
    once = cast.key()
    first = cast.transfer(session, once=once)
    assert cast.transfer(session, once=once) == first
    assert session.execute(select(func.count()).select_from(ClientTransfer)).scalar_one() == 1
    with pytest.raises(KeyReused):
        cast.transfer(session, once=once, note="Another reason")


def test_hours_between_visits_compare_the_clocks_on_the_walls_of_two_sites(session: Session) -> None:
    """16:00 in New York, and 11:00 in Denver on the next day: 19 hours by the clocks, 21 by the sun."""
    west = add_site(session, name="West", time_zone="America/Denver", actor=command(), now=cast.NOW)
    rule = document(track(phase((1, 12)), behavior="cocaine-negative", min_hours_between=20), name="Twenty hours")
    version = publish_schedule(session, document=rule, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    cast.move(session, cast.AMIR, version, "2026-03-02")
    cast.visit(session, 0, collected_at=datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
    cast.transfer(session, to_site_id=west, first_day="2026-03-03", actor=command())
    there = Actor(cast.ROSA, frozenset({"coordinator"}), frozenset({west}), "web")
    cast.visit(session, 1, actor=there, collected_at=datetime(2026, 3, 3, 18, 0, tzinfo=UTC))
    cast.visit(session, 3, actor=there, collected_at=datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    replay = enrollment_history(session, cast.AMIR).replay()
    assert [(result.why, result.paid) for result in replay.results] == [("paid", 10), ("too_soon", 0), ("paid", 15)]
    assert holds(session)


def test_a_corrected_time_is_one_of_the_site_of_the_visit(session: Session) -> None:
    """23:30 in New York on March 2 is 21:30 in Denver: the day of the visit stays the one in New York."""
    west = add_site(session, name="West", time_zone="Asia/Tokyo", actor=command(), now=cast.NOW)
    visit_id = cast.visit(session, 0, collected_at=datetime(2026, 3, 2, 20, 0, tzinfo=UTC))
    cast.transfer(session, to_site_id=west, first_day="2026-03-03", actor=command())
    lead = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({west}), "web")
    late = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)
    cast.put_right(session, visit_id, "correct", cast.negative(), actor=lead, collected_at=late)
    visit = enrollment_history(session, cast.AMIR).visit(visit_id)
    assert visit.collected_at == late
    assert visit.site is not None and tuple(visit.site) == (cast.HARBOR, "America/New_York")


def test_the_new_site_answers_a_visit_that_waits_and_its_specimen_stays_one_of_the_old_site(session: Session) -> None:
    """Both sites count their specimens from 1, so the same number at the new site is another specimen."""
    waiting = cast.visit(session, 0, Test(PENDING, temperature="in_range"), specimen_id="S-1")
    cast.visit(session, 0, enrollment_id=cast.BEA, actor=cast.anna, specimen_id="S-1")
    cast.transfer(session, first_day="2026-03-03")
    assert [line.id for line in waiting_visits(session, cast.rosa)] == []
    assert [line.id for line in waiting_visits(session, cast.anna)] == [waiting]
    cast.put_right(session, waiting, "answer", cast.negative(), actor=cast.anna, specimen_id="S-1")
    assert points(session) == 10
    answer = session.execute(select(VisitRow).order_by(VisitRow.id.desc()).limit(1)).scalar_one()
    assert (answer.site_id, answer.corrects_id) == (cast.HARBOR, waiting)
    with pytest.raises(SameSpecimen):
        cast.visit(session, 2, actor=cast.anna, specimen_id="S-1")
    assert holds(session)


def test_a_correction_is_booked_where_the_client_belongs_and_both_sites_together_are_right(session: Session) -> None:
    """85 points were issued at Harbor Street. Mill Road corrects the second visit: 65 of them were too many."""
    cast.rich(session)
    cast.transfer(session, first_day="2026-03-06")
    cast.put_right(session, 2, "correct", cast.positive(), actor=noor)
    assert points(session) == 85
    assert program_losses(session, cast.anna) == {"points": 65}
    assert program_losses(session, cast.rosa) == {}
    sums = session.execute(
        select(AccountRow.key, func.sum(EntryRow.amount))
        .join(EntryRow, EntryRow.account_id == AccountRow.id)
        .where(AccountRow.kind.in_(("issued", "program_loss")))
        .group_by(AccountRow.key)
    )
    # The table in docs/ledger.md.
    assert dict(map(tuple, sums)) == {"issued:1:points": -85, "issued:2:points": 65, "program_loss:2:points": -65}
    session.rollback()
    # Corrected back: what the client kept returns, at the same site.
    cast.put_right(
        session, 2, "correct", cast.negative(), actor=Actor(cast.LEO, frozenset({"lead"}), noor.site_ids, "web")
    )
    assert points(session) == 85
    assert program_losses(session, cast.anna) == {}
    assert holds(session)


def test_nobody_undoes_an_entry_from_before_the_transfer(session: Session) -> None:
    visit_id = cast.visit(session, 0)
    cast.transfer(session, first_day="2026-03-06")
    with pytest.raises(BookedSince):
        cast.put_right(
            session, visit_id, "undo", actor=Actor(cast.ROSA, frozenset({"coordinator"}), cast.zoe.site_ids, "web")
        )


def test_the_old_site_writes_nothing_more(session: Session) -> None:
    cast.rich(session)
    redemption_id = redeem_at_once(session)
    cast.transfer(session, first_day="2026-03-06")
    for lead in (cast.miriam, noor):
        with pytest.raises(NotFound):
            undo_redemption(
                session, redemption_id=redemption_id, is_back=True, reason="x", key=cast.key(), actor=lead, now=cast.NOW
            )
    with pytest.raises(NotFound):
        correct_visit(
            session, visit_id=1, way="void", visit=None, reason="x", shown="", key=cast.key(), actor=cast.miriam,
            now=cast.NOW,
        )  # fmt: skip
    # A lead of both sites can: the mug is back on the shelf of the site that it came from.
    another = Actor(cast.LEO, frozenset({"lead"}), cast.zoe.site_ids, "web")
    undo_redemption(
        session, redemption_id=redemption_id, is_back=True, reason="x", key=cast.key(), actor=another, now=cast.NOW
    )
    assert points(session) == 85
    assert holds(session)


def test_prizes_come_from_the_new_sites_cabinet(session: Session) -> None:
    cast.rich(session)
    cast.transfer(session, first_day="2026-03-06")
    deliver_stock(
        session, site_id=cast.MILL, prize_id=cast.MUG, quantity=1, note="x", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    redeem_at_once(session, actor=cast.anna)
    assert points(session) == 65
    assert holds(session)


def test_a_draw_that_was_prepared_at_the_old_site_is_made_at_the_new_one(session: Session) -> None:
    client = dora(session)
    commit_draw(session, client_id=client, actor=cast.rosa, now=cast.NOW)
    draw_slip(session, client_id=client, number=1, part="touch 5,5", key=cast.key(), actor=cast.rosa, now=cast.NOW)
    cast.transfer(session, client)
    draw_slip(session, client_id=client, number=2, part="touch 5,5", key=cast.key(), actor=cast.anna, now=cast.NOW)
    sites = session.execute(select(Transaction.site_id).where(Transaction.kind == "draw").order_by(Transaction.id))
    assert list(sites.scalars()) == [cast.HARBOR, cast.MILL]
    assert holds(session)


def test_a_card_that_is_open_at_the_kiosk_closes(session: Session) -> None:
    hasher = Hasher(64, 1)
    token = open_kiosk(
        session, code="HS-1", pin=cast.PIN, device_id=cast.TABLET, hasher=hasher, limit=Limit(5, timedelta(minutes=10)),
        lasts=timedelta(minutes=2), now=cast.NOW,
    )  # fmt: skip
    session.rollback()
    assert kiosk_card(session, token, cast.NOW) is not None
    session.rollback()
    cast.transfer(session)
    assert kiosk_card(session, token, cast.NOW) is None


def test_both_sites_read_a_draw_of_the_old_site_and_its_prize_is_not_handed_back_at_the_new_one(
    session: Session,
) -> None:
    client, tier = won(session), "small"
    choose(session, client, shelved(session, tier), tier)
    cast.transfer(session, client)
    for actor in (cast.rosa, cast.anna):
        assert [line.number for line in draws_of(session, actor, client)] == [1]
    assert draw_line(session, cast.rosa, 1).client_id == draw_line(session, cast.anna, 1).client_id == client
    elsewhere = Actor(cast.LEO, frozenset({"coordinator"}), frozenset({9}), "web")
    assert draws_of(session, elsewhere, client) == ()
    with pytest.raises(NotFound):
        draw_line(session, elsewhere, 1)
    for actor in (cast.rosa, cast.anna, cast.zoe):
        assert in_hand(session, actor, client, tier, date(2026, 3, 1)) == ()
    session.rollback()
    cast.transfer(session, client, cast.HARBOR)
    assert len(in_hand(session, cast.rosa, client, tier, date(2026, 3, 1))) == 1


def test_an_import_counts_what_waits_at_the_site_of_the_client(session: Session) -> None:
    ladder = preset("higgins-voucher")["name"]
    import_visits(
        session, enrollment_id=cast.AMIR, behavior="cocaine-negative",
        candidates=[Candidate(1, cast.START, AwaitedTest())], actor=command("import"), now=cast.NOW,
    )  # fmt: skip
    assert waiting_for_a_test(session, ladder, cast.HARBOR) == 1
    session.rollback()
    cast.transfer(session)
    assert (waiting_for_a_test(session, ladder, cast.HARBOR), waiting_for_a_test(session, ladder, cast.MILL)) == (0, 1)
