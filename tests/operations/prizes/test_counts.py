"""Counting the cabinet: nobody sees the ledger's numbers before two people stand behind a count, and then one signs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.errors import (
    AlreadySigned,
    BadInput,
    CountHasBegun,
    CountIsOld,
    CountWaits,
    LeadNeeded,
    NobodyChecked,
    NotAllowed,
    NotEnoughStock,
    NotFound,
    Refused,
    SecondPersonNeeded,
    StockBeingCounted,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.prizes.begin_count import begin_count
from cm_tracker.operations.prizes.check_count import check_count
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.repeat_count import repeat_count
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.operations.prizes.stop_count import stop_count
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.prizes.catalog import prize_line
from cm_tracker.queries.prizes.counts import count_card, counts_of_round, moved_since, waiting_losses
from cm_tracker.queries.prizes.rounds import open_rounds, sites_being_counted
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back
from tests.redeeming import redeem_at_once


def begin(session: Session, *, actor: Actor = cast.rosa) -> int:
    return begin_count(session, site_id=1, actor=actor, now=cast.NOW)


def count(session: Session, mugs: int | None, cards: int | None = 1, *, actor: Actor = cast.rosa) -> int:
    """Count the cabinet of Harbor Street, in which the ledger has five mugs of $5 and a card of $20."""
    return count_stock(
        session, site_id=1, counted={cast.MUG: mugs, cast.CARD: cards}, key=cast.key(), actor=actor, now=cast.NOW
    )


def check(session: Session, count_id: int, *, actor: Actor = cast.leo) -> int:
    return check_count(session, count_id=count_id, key=cast.key(), actor=actor, now=cast.NOW)


def sign(session: Session, count_id: int, *, actor: Actor = cast.miriam, reason: str = "Nobody knows") -> int:
    return sign_count(session, count_id=count_id, reason=reason, key=cast.key(), actor=actor, now=cast.NOW)


def mugs(session: Session) -> int:
    return prize_line(session, cast.rosa, cast.MUG).left_at(1)


def audit_lines(session: Session, tag: str) -> list[str]:
    return list(session.execute(text("SELECT detail FROM audit_event WHERE tag = :tag"), {"tag": tag}).scalars())


# -- a round from its beginning to its signature -----------------------------------------------------------------------


def test_the_ledgers_numbers_stay_hidden_until_a_second_person_has_checked(session: Session) -> None:
    id_ = count(session, 3)
    for actor in (cast.rosa, cast.leo, cast.miriam, cast.grace):
        card = count_card(session, actor, id_)
        assert [(line.prize_id, line.counted, line.expected) for line in card.lines] == [(1, 3, None), (2, 1, None)]
        assert (card.is_shown, card.missing, card.surplus, card.lost_cents) == (False, 0, 0, None)
        assert card.waits_for_check and not card.waits_for_signature
    check(session, id_)
    card = count_card(session, cast.rosa, id_)
    assert [(line.prize_id, line.counted, line.expected) for line in card.lines] == [(1, 3, 5), (2, 1, 1)]
    assert (card.missing, card.surplus, card.lost_cents) == (2, 0, 1000)
    assert (card.checked_by, card.is_counted_twice) == ("Leo", False)
    assert mugs(session) == 5, "nothing is booked before somebody has signed"
    sign(session, id_)
    assert mugs(session) == 3
    card = count_card(session, cast.leo, id_)
    assert (card.signed_by, card.note, card.ended) == ("Miriam", "Nobody knows", "signed")
    assert card.transaction_id is not None
    assert verify_ledger(session).findings == []


def test_the_audit_trail_does_not_tell_before_the_check_what_is_missing(session: Session) -> None:
    """A lead who counts could read it there."""
    id_ = count(session, 3)
    assert audit_lines(session, "stock:counted") == ["{}"]
    check(session, id_)
    assert audit_lines(session, "stock:checked") == ['{"missing":2,"surplus":0}']
    sign(session, id_)
    assert audit_lines(session, "stock:signed") == ['{"lines":1,"lost_cents":1000}']


def test_every_count_of_a_round_stays(session: Session) -> None:
    first, second = count(session, 3), count(session, 4)
    third = count(session, 2, actor=cast.leo)
    card = count_card(session, cast.rosa, third)
    assert [one.id for one in counts_of_round(session, card)] == [first, second, third]
    assert [one.lines[0].counted for one in counts_of_round(session, card)] == [3, 4, 2]
    assert not any(one.is_shown for one in counts_of_round(session, card)), "two people have not found the same"
    check(session, third, actor=cast.rosa)
    sign(session, third)
    assert [one.lines[0].expected for one in counts_of_round(session, card)] == [5, 5, 5]
    assert mugs(session) == 2


def test_a_second_person_who_counts_the_same_has_checked(session: Session) -> None:
    first = count(session, 3)
    own = count(session, 3, actor=cast.miriam)
    card = count_card(session, cast.rosa, first)
    assert (card.checked_by, card.is_counted_twice, card.is_shown) == ("Miriam", True, True)
    assert count_card(session, cast.rosa, own).is_shown
    sign(session, first)
    assert mugs(session) == 3
    assert verify_ledger(session).findings == []


def test_the_same_person_twice_is_no_check(session: Session) -> None:
    count(session, 3)
    second = count(session, 3)
    assert not count_card(session, cast.rosa, second).is_shown


def test_only_the_last_count_of_a_person_can_be_confirmed_by_another_count(session: Session) -> None:
    count(session, 3)
    count(session, 4)
    assert not count_card(session, cast.leo, count(session, 3, actor=cast.leo)).is_shown


def test_a_count_that_was_replaced_in_its_round_is_not_checked(session: Session) -> None:
    first, second = count(session, 3), count(session, 4)
    with pytest.raises(CountIsOld):
        check(session, first)
    check(session, second)
    for id_ in (first, second):
        with pytest.raises(AlreadySigned):
            check(session, id_, actor=cast.miriam)


def test_a_count_without_a_difference_is_signed_with_its_check(session: Session) -> None:
    id_ = count(session, 5)
    check(session, id_)
    card = count_card(session, cast.rosa, id_)
    assert (card.signed_by, card.transaction_id, card.ended) == ("Leo", None, "signed")
    with pytest.raises(AlreadySigned):
        sign(session, id_)
    assert open_rounds(session, cast.rosa) == {}
    assert verify_ledger(session).findings == []


def test_a_surplus_is_booked_back_from_shrinkage(session: Session) -> None:
    id_ = count(session, 7, 0)
    check(session, id_)
    sign(session, id_)
    assert mugs(session) == 7
    rows = session.execute(
        text(
            "SELECT a.key, e.amount FROM entry e JOIN account a ON a.id = e.account_id JOIN ledger_transaction t "
            "ON t.id = e.transaction_id WHERE t.kind = 'shrinkage' ORDER BY e.position"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("cabinet:1:items/1", 2), ("shrinkage:1:items/1", -2), ("cabinet:1:items/2", -1), ("shrinkage:1:items/2", 1),
    ]  # fmt: skip


def test_everything_has_to_be_counted(session: Session) -> None:
    for numbers in ((None, 1), (5, None), (-1, 1), (100_001, 1)):
        with pytest.raises(BadInput, match="or 0 for none"):
            count(session, *numbers)
    assert session.execute(text("SELECT COUNT(*) FROM stock_count")).scalar_one() == 0
    assert session.execute(text("SELECT COUNT(*) FROM count_round")).scalar_one() == 0


# -- who checks and signs ----------------------------------------------------------------------------------------------


def test_the_person_who_counted_neither_checks_nor_signs(session: Session) -> None:
    id_ = count(session, 3, actor=cast.miriam)
    with pytest.raises(SecondPersonNeeded):
        check(session, id_, actor=cast.miriam)
    with pytest.raises(SecondPersonNeeded):
        check(session, id_, actor=command())
    with pytest.raises(NobodyChecked):
        sign(session, id_, actor=cast.leo)
    check(session, id_)
    with pytest.raises(SecondPersonNeeded):
        sign(session, id_, actor=cast.miriam)
    with pytest.raises(SecondPersonNeeded):
        repeat_count(session, count_id=id_, reason="Again", actor=cast.miriam, now=cast.NOW)
    with pytest.raises(BadInput, match="what you think happened"):
        sign(session, id_, actor=cast.leo, reason=" ")
    sign(session, id_, actor=cast.leo)
    with pytest.raises(AlreadySigned):
        sign(session, id_, actor=cast.leo)
    assert mugs(session) == 3


def lead_in_signature(session: Session) -> int | None:
    return session.execute(text("SELECT lead_id FROM count_signature ORDER BY id DESC LIMIT 1")).scalar_one()


@pytest.mark.parametrize(
    ("counter", "checker", "signer", "lead"),
    [
        (cast.miriam, cast.leo, cast.leo, cast.MIRIAM),  # the lead counted
        (cast.rosa, cast.miriam, cast.leo, cast.MIRIAM),  # the lead checked
        (cast.rosa, cast.leo, cast.miriam, cast.MIRIAM),  # the lead signs
        (cast.rosa, cast.leo, cast.leo, None),  # no lead
    ],
    ids=["counts", "checks", "signs", "nowhere"],
)
def test_a_lead_is_one_of_the_people_where_something_is_lost(
    session: Session, counter: Actor, checker: Actor, signer: Actor, lead: int | None
) -> None:
    id_ = count(session, 3, actor=counter)  # two mugs of $5
    check(session, id_, actor=checker)
    assert count_card(session, cast.rosa, id_).waits_for_lead == (cast.miriam not in (counter, checker))
    if lead is None:
        with pytest.raises(LeadNeeded) as refused:
            sign(session, id_, actor=signer)
        assert (refused.value.lost_cents, refused.value.limit_cents) == (1000, 5000)
        assert mugs(session) == 5
    else:
        sign(session, id_, actor=signer)
        assert (mugs(session), lead_in_signature(session)) == (3, lead)


def test_a_surplus_needs_no_lead(session: Session) -> None:
    id_ = count(session, 6)
    check(session, id_)
    assert not count_card(session, cast.rosa, id_).waits_for_lead
    sign(session, id_, actor=cast.leo)
    assert (mugs(session), lead_in_signature(session)) == (6, None)


def test_a_surplus_does_not_pay_for_a_loss(session: Session) -> None:
    """Twenty mugs too many, and a card of $20 is missing: the loss is $20."""
    id_ = count(session, 25, 0)
    check(session, id_)
    card = count_card(session, cast.rosa, id_)
    assert (card.lost_cents, card.waits_for_lead) == (2000, True)


@pytest.mark.parametrize(("limit", "waits"), [(1000, False), (999, True), (0, True)])
def test_a_loss_above_the_limit_of_the_site_waits_for_a_lead_who_did_not_count(
    session: Session, limit: int, waits: bool
) -> None:
    cast.set_site(session, count_loss_cents=limit)
    id_ = count(session, 3, actor=cast.miriam)  # a lead counted, and $10 are missing
    check(session, id_)
    assert [one.id for one in waiting_losses(session, cast.miriam)] == ([id_] if waits else [])
    if not waits:
        sign(session, id_, actor=cast.leo)
        return
    with pytest.raises(LeadNeeded) as refused:
        sign(session, id_, actor=cast.leo)
    assert (refused.value.lost_cents, refused.value.limit_cents) == (1000, limit)
    daniel = cast.another_lead(session)
    sign(session, id_, actor=daniel)
    assert lead_in_signature(session) == daniel.staff_id
    assert waiting_losses(session, cast.miriam) == ()


def test_the_value_is_that_of_the_day_of_the_count(session: Session) -> None:
    id_ = count(session, 3)
    save_prize(
        session, name="Travel mug", name_es="", category="household", price_cents=500, retail_cents=1, is_active=True,
        is_checked=True, actor=cast.miriam, now=cast.NOW, prize_id=cast.MUG,
    )  # fmt: skip
    check(session, id_)
    assert count_card(session, cast.rosa, id_).lost_cents == 1000


def test_a_loss_waits_only_for_leads_of_its_site(session: Session) -> None:
    check(session, count(session, 3))
    assert waiting_losses(session, cast.anna) == ()
    assert [one.missing for one in waiting_losses(session, cast.miriam)] == [2]


def test_who_may_count_check_and_sign(session: Session) -> None:
    for actor, refusal in ((cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(refusal):
            begin(session, actor=actor)
        with pytest.raises(refusal):
            stop_count(session, site_id=1, actor=actor, now=cast.NOW)
        with pytest.raises(refusal):
            count(session, 5, actor=actor)
    id_ = count(session, 4)
    for act, actor, refusal in (
        (check, cast.grace, NotAllowed), (sign, cast.grace, NobodyChecked), (check, cast.anna, NotFound),
        (sign, cast.anna, NotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            act(session, id_, actor=actor)
    for actor, refusal in ((cast.leo, NotAllowed), (cast.anna, NotFound)):
        with pytest.raises(refusal):
            repeat_count(session, count_id=id_, reason="Again", actor=actor, now=cast.NOW)


# -- another count -----------------------------------------------------------------------------------------------------


def test_nobody_counts_again_after_the_numbers_were_shown(session: Session) -> None:
    """The numbers are known by then: another count could be made to fit them."""
    id_ = count(session, 3)
    check(session, id_)
    for again in (begin, lambda session: count(session, 5)):
        with pytest.raises(CountWaits):
            again(session)
    assert [one.id for one in counts_of_round(session, count_card(session, cast.rosa, id_))] == [id_]


def test_a_lead_may_have_the_cabinet_counted_again(session: Session) -> None:
    id_ = count(session, 3)
    with pytest.raises(NobodyChecked):
        repeat_count(session, count_id=id_, reason="Again", actor=cast.miriam, now=cast.NOW)
    check(session, id_)
    with pytest.raises(BadInput, match="Say why"):
        repeat_count(session, count_id=id_, reason=" ", actor=cast.miriam, now=cast.NOW)
    repeat_count(session, count_id=id_, reason="A box stood elsewhere", actor=cast.miriam, now=cast.NOW)
    assert mugs(session) == 5
    with pytest.raises(CountIsOld):
        sign(session, id_)
    again = count(session, 5)
    assert count_card(session, cast.rosa, id_).ended == "again"
    assert not count_card(session, cast.rosa, again).is_shown, "the new round is blind, too"
    check(session, again)
    assert verify_ledger(session).findings == []


def test_a_round_without_a_count_can_be_stopped(session: Session) -> None:
    assert begin(session) == begin(session, actor=cast.leo), "both join one round"
    assert sites_being_counted(session, cast.miriam) == {1}
    assert sites_being_counted(session, cast.anna) == frozenset()
    stop_count(session, site_id=1, actor=cast.leo, now=cast.NOW)
    assert sites_being_counted(session, cast.miriam) == frozenset()
    stop_count(session, site_id=1, actor=cast.leo, now=cast.NOW)
    begin(session)
    id_ = count(session, 5)
    with pytest.raises(CountHasBegun):
        stop_count(session, site_id=1, actor=cast.leo, now=cast.NOW)
    assert count_card(session, cast.rosa, id_).waits_for_check


# -- while the cabinet is counted --------------------------------------------------------------------------------------


def test_what_was_handed_out_between_counting_and_signing_stays_handed_out(session: Session) -> None:
    cast.rich(session)
    id_ = count(session, 4)
    redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=2, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    assert moved_since(session, count_card(session, cast.leo, id_)) == {cast.MUG: -2}
    check(session, id_)
    sign(session, id_)
    assert mugs(session) == 2  # five, one of them missing, two handed out


def test_two_counts_agree_although_a_prize_was_handed_out_between_them(session: Session) -> None:
    cast.rich(session)
    first = count(session, 4)
    redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=2, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    count(session, 2, actor=cast.miriam)
    card = count_card(session, cast.rosa, first)
    assert (card.checked_by, card.missing) == ("Miriam", 1)


def test_a_count_whose_missing_items_were_handed_out_since_is_counted_again(session: Session) -> None:
    cast.rich(session)
    id_ = count(session, 0)
    redeem_at_once(
        session, client_id=1, prize_id=1, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa, now=cast.NOW
    )
    check(session, id_)
    with pytest.raises(CountIsOld):
        sign(session, id_)
    assert mugs(session) == 4
    repeat_count(session, count_id=id_, reason="One was handed out", actor=cast.miriam, now=cast.NOW)
    again = count(session, 4)
    check(session, again)
    assert verify_ledger(session).findings == []


def test_a_refusal_does_not_tell_how_many_are_there_while_they_are_counted(session: Session) -> None:
    cast.rich(session)

    def offer_many() -> None:
        offer_prize(
            session, client_id=1, prize_id=cast.CARD, price_points=80, quantity=1, key=cast.key(), actor=cast.rosa,
            now=cast.NOW,
        )  # fmt: skip

    id_ = count(session, 5, 0)
    check(session, id_)
    sign(session, id_)
    with pytest.raises(NotEnoughStock):
        offer_many()
    begin(session)
    with pytest.raises(StockBeingCounted):
        offer_many()


# -- at once, and changed by somebody ----------------------------------------------------------------------------------


def at_once(app: Flask, *acts: object) -> list[str]:
    """Run functions of a session at the same time, and return what each was refused with, or "done"."""

    def do(act: object) -> str:
        with app.app_context():
            try:
                act(db.session())  # type: ignore[operator]
            except Refused as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(do, acts))


def test_two_who_check_or_sign_at_once_do_it_once(app: Flask) -> None:
    with app.app_context():
        id_ = count(db.session(), 3)
        daniel = cast.another_lead(db.session())
        db.session.remove()
    assert at_once(app, *(lambda s, who=who: check(s, id_, actor=who) for who in (cast.leo, cast.miriam))) == [
        "AlreadySigned",
        "done",
    ]
    assert at_once(app, *(lambda s, who=who: sign(s, id_, actor=who) for who in (daniel, cast.miriam))) == [
        "AlreadySigned",
        "done",
    ]
    with app.app_context():
        assert mugs(db.session()) == 3
        db.session.remove()


def test_two_who_begin_and_count_the_same_at_once_have_one_round_and_one_check(app: Flask) -> None:
    assert at_once(app, *(lambda s, who=who: count(s, 4, actor=who) for who in (cast.rosa, cast.leo))) == [
        "done",
        "done",
    ]
    with app.app_context():
        of = db.session()
        assert of.execute(text("SELECT COUNT(*) FROM count_round")).scalar_one() == 1
        assert of.execute(text("SELECT COUNT(*) FROM count_check")).scalar_one() == 1
        assert verify_ledger(of).findings == []
        db.session.remove()


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("UPDATE count_signature SET staff_id = (SELECT staff_id FROM stock_count)", ["count_signature"]),
        ("UPDATE stock_count SET lines = '[[1,4,5],[2,1,1]]'", ["stock_count", "count_signature"]),
        ("UPDATE count_check SET staff_id = (SELECT staff_id FROM stock_count)", ["count_check"]),
        ("UPDATE count_signature SET lead_id = 4", ["count_signature"]),
        ("UPDATE count_signature SET lead_id = NULL", ["count_signature"]),
    ],
    ids=["signed by who counted", "another number of items", "checked by who counted", "another lead", "no lead"],
)
def test_a_signature_a_check_or_a_count_that_was_changed_is_found(
    app: Flask, kind: str, statement: str, tables: list[str]
) -> None:
    with app.app_context():
        session: Session = db.session()
        id_ = count(session, 3)
        check(session, id_)
        sign(session, id_)
        drop_guards(session, kind)
        session.execute(text(statement))
        session.commit()
        findings = {(finding.level, finding.table) for finding in verify_ledger(session).findings}
        assert findings == {(3, tables[0]), (4, tables[-1])}
        put_guards_back(session, kind)
        db.session.remove()
