"""A delivery arrives: items move from the supplier into a site's cabinet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, NotAllowed, NotFound
from cm_tracker.domain.ledger.accounts import Entry, cabinet_account, items, site_account
from cm_tracker.domain.money import Cents
from cm_tracker.domain.prizes.catalog import check_cards
from cm_tracker.domain.prizes.purchases import check_cards_delivered
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Prize, PurchaseReceipt, Site
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.lock_purchase import lock_purchase
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.prizes.catalog import of_site
from cm_tracker.queries.prizes.purchases import cards_there
from cm_tracker.queries.staff.site_settings import settings_of

MOST_AT_ONCE = 10_000
MOST_CENTS = Cents(1_000_000)


@one_transaction
def deliver_stock(
    session: Session,
    *,
    site_id: int,
    prize_id: int,
    quantity: int,
    note: str,
    key: str,
    actor: Actor,
    now: datetime,
    unit_cents: int | None = None,
    last_fours: Sequence[str] = (),
    purchase_id: int | None = None,
) -> int:
    """Book a delivery into the cabinet of a site. Return the transaction's id.

    `unit_cents` is the cost of one item: 0 for a donation, None where the cost is not known. For a prize of serial
    cards, `last_fours` are the last four digits of each card. With a `purchase_id` it is what was bought by that purchase,
    which is received with it: raise what `lock_purchase` raises. Raise `BadInput` for more gift cards than the site keeps.
    """
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("stock:deliver", site_id):
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        refusals = AllRefusals()
        settings = settings_of(session, site_id)
        if last_fours and settings.most_cards is not None:
            # So that two deliveries at a time do not bring more cards than the site keeps.
            lock_site(session, site_id, "stock:deliver", actor)
        with refusals:
            if purchase_id is not None:
                lock_purchase(
                    session, purchase_id, site_id, prize_id, quantity=quantity, unit_cents=unit_cents, actor=actor
                )
            elif unit_cents and settings.needs_purchase:
                raise BadInput("At this site somebody authorizes a purchase first. Record what arrived on its page.")
        with refusals:
            if unit_cents is not None and not 0 <= unit_cents <= MOST_CENTS:
                raise BadInput(
                    "Give what one cost, from %(least)s to %(most)s.", "unit_cost", least=Cents(0), most=MOST_CENTS
                )
        is_serial = session.execute(
            # Locked until the commit: a prize must not become serial, or stop being so, while its first items arrive.
            select(Prize.is_serial).where(Prize.id == prize_id, of_site(site_id)).with_for_update(read=True)
        ).scalar_one_or_none()
        if is_serial is None:
            raise NotFound(what="prize")
        with refusals:
            check_cards(last_fours, max(quantity, 1) if is_serial else 0)
            if is_serial:
                check_cards_delivered(cards_there(session, site_id) + quantity, settings.most_cards)
        with refusals:
            # Where cards are expected, their own check says that none is there.
            if not 1 <= quantity <= MOST_AT_ONCE and not is_serial:
                raise BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=MOST_AT_ONCE)
        refusals.raise_any()
        digest = save_note(session, note)
        who = {"recorded_at": now, "staff_id": actor.staff_id, "via": actor.via}
        cards = [
            add_record(session, "gift_card", site_id=site_id, prize_id=prize_id, last_four=digits, **who)
            for digits in last_fours
        ]
        entries = []
        pieces: list[tuple[int | None, int]] = [(card.id, 1) for card in cards]
        for card_id, count in pieces or [(None, quantity)]:
            supplier = site_account("supplier", site_id, items(prize_id, card_id), prize_id)
            entries += [Entry(supplier, -count), Entry(cabinet_account(site_id, prize_id, card_id), count)]
        lock_balances(session, [entry.account for entry in entries])
        transaction = post_transaction(
            session,
            "delivery",
            entries,
            site_id=site_id,
            client_id=None,
            actor=actor,
            now=now,
            note_digest=digest,
        )
        note_audit(
            session,
            "stock:delivered",
            transaction.address,
            actor=actor,
            now=now,
            site_id=site_id,
            note_digest=digest,
            prize=prize_id,
            quantity=quantity,
            **({} if purchase_id is None else {"purchase": purchase_id}),
        )
        records = [*cards, transaction]
        if unit_cents is not None:
            records.append(
                add_record(
                    session,
                    "delivery",
                    site_id=site_id,
                    prize_id=prize_id,
                    quantity=quantity,
                    unit_cents=unit_cents,
                    note_digest=digest,
                    transaction_id=transaction.id,
                    **who,
                )
            )
        seal_records(session, records)
        if purchase_id is not None:
            session.execute(
                insert(PurchaseReceipt).values(
                    purchase_id=purchase_id, transaction_id=transaction.id, recorded_at=now, staff_id=actor.staff_id
                )
            )
        return transaction.id

    content = [site_id, prize_id, quantity, note, unit_cents, *last_fours, purchase_id]
    return run_once(session, key, "deliver_stock", content, actor, now, write)
