"""A client trades five small prizes, or slips for them, for one prize of the next tier."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import canonical_json, one_transaction
from cm_tracker.domain.errors import BadInput, NotEnoughToTrade, NotFound, TooManyHandedBack
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.domain.prizes.offers import Confirmation
from cm_tracker.domain.prizes.trading import SLIPS_PER_TRADE, check_headroom
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_record import Record, add_record
from cm_tracker.operations.steps.keep_pin_apart import keep_pin_apart
from cm_tracker.operations.steps.lock_client import LockedClient, lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.post_undo import lock_mirrors, mirrors_of, post_undo
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.prizes.draws import headrooms_of
from cm_tracker.queries.prizes.redemptions import Receipt
from cm_tracker.queries.prizes.trades import trade_up as trade_up_of
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def trade_up(
    session: Session,
    *,
    client_id: int,
    handed_back: Sequence[int],
    confirmation: Confirmation,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Trade five slips of the smallest tier for one of the next. Return the trade's id.

    `handed_back` are the ids of redemptions whose prizes the client hands back: these redemptions are undone first.
    Slips for which no prize was chosen yet make up the rest. Raise `NotEnoughToTrade` where there are fewer than
    five, `TooManyHandedBack` where fewer prizes would do, and `NoHeadroom` where a ceiling does not allow the gain.
    """
    client = lock_client(session, client_id, "prize:redeem", actor)
    if confirmation.client_id != client.id:
        raise NotFound(what="client")

    def write() -> int:
        keep_pin_apart(session, confirmation, f"client:{client.id}", client.site_id, actor=actor, now=now)
        today = day_at(now, time_zone_of(session, client.site_id))
        possible = trade_up_of(session, actor, client.id, today)
        if possible is None:
            raise BadInput(
                "Slips are not traded up here: the site's lead has not allowed it, or the bowl has one tier."
            )
        back = [receipt for receipt in possible.handed_out if receipt.id in handed_back]
        if len(back) != len(set(handed_back)):
            raise BadInput("One of these prizes cannot be handed back any more. Look again.", "handed_back")
        # Else a trade would undo more redemptions than it needs, which only a lead may do.
        if len(back) > possible.to_hand_back:
            raise TooManyHandedBack(needed=possible.to_hand_back, field="handed_back")
        has = min(len(possible.draws), possible.waiting + len(back))
        if has < SLIPS_PER_TRADE:
            raise NotEnoughToTrade(has=has, needed=SLIPS_PER_TRADE)
        traded = dict(list(possible.draws.items())[:SLIPS_PER_TRADE])
        gain = possible.step.gain_cents(traded.values())
        check_headroom(possible.step, gain, headrooms_of(session, possible.enrollment_id, today))
        digest = save_note(session, confirmation.why)
        records = _take_back(session, client, back, actor=actor, now=now)
        small, large = (client_account(client.id, tier_unit(slip.tier)) for slip in possible.step)
        lock_balances(session, [small, large])
        transaction = post_transaction(
            session,
            "trade",
            [
                Entry(small, -SLIPS_PER_TRADE),
                Entry(site_account("spent", client.site_id, small.unit), SLIPS_PER_TRADE),
                Entry(site_account("issued", client.site_id, large.unit), -1),
                Entry(large, 1),
            ],
            site_id=client.site_id,
            client_id=client.id,
            actor=actor,
            now=now,
        )
        record = add_record(
            session,
            "trade",
            client_id=client.id,
            site_id=client.site_id,
            enrollment_id=possible.enrollment_id,
            happened_on=today,
            tier=possible.step.small.tier,
            draws=canonical_json(list(traded)),
            to_tier=possible.step.large.tier,
            cents=gain,
            confirmed=confirmation.how,
            note_digest=digest,
            transaction_id=transaction.id,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        note_audit(
            session,
            "slips:traded",
            record.address,
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            note_digest=digest,
            handed_back=len(back),
            cents=gain,
            confirmed=confirmation.how,
        )
        seal_records(session, [*records, transaction, record])
        return record.id

    return run_once(session, key, "trade_up", [client_id, sorted(handed_back)], actor, now, write)


def _take_back(
    session: Session, client: LockedClient, back: Sequence[Receipt], *, actor: Actor, now: datetime
) -> list[Record]:
    digest = save_note(session, "Handed back for a prize of the next tier") if back else None
    mirrors = [of for receipt in back for of in mirrors_of(session, receipt.id, receipt.transaction_id)]
    lock_mirrors(session, client, mirrors)
    return [
        record
        for receipt in back
        for record in post_undo(
            session,
            redemption_id=receipt.id,
            transaction_id=receipt.transaction_id,
            site_id=client.site_id,
            client=client,
            note_digest=digest,
            actor=actor,
            now=now,
        )
    ]
