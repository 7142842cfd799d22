"""A client draws a slip: it follows from the client's part and the secret, and the client gets what it says."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AlreadyDrawn, NoDraws, SealBroken
from cm_tracker.domain.ledger.accounts import Entry, client_account, site_account
from cm_tracker.domain.prizes import draws
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.lock_client import LockedClient, lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.post_transaction import lock_balances, post_transaction
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_commitment import write_commitment
from cm_tracker.queries.prizes.draws import OpenDraw, headroom_of, open_draw
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def draw_slip(
    session: Session, *, client_id: int, number: int, part: str, key: str, actor: Actor, now: datetime
) -> int:
    """Make the draw with this `number`, with the client's `part`. Return the draw's id.

    One transaction takes the draw from the client and gives the slip that was drawn, if a prize can be chosen for it,
    or a smaller one where a ceiling does not allow it. Where the client has more draws, the next commitment is made in
    the same transaction: so it is fixed before anybody knows the client's next part.

    Raise `NoDraws`. Raise `AlreadyDrawn` for a number that is not the next one: that draw was made on another screen,
    and no other draw is made in its place. Raise `SealBroken` for a secret that does not fit its commitment.
    """
    client = lock_client(session, client_id, "draw:make", actor)

    def write() -> int:
        purse = client_account(client.id, "draws")
        draws_left = lock_balances(session, [purse])[purse.key]
        waiting = open_draw(session, client.id)
        if draws_left < 1:
            raise NoDraws
        if waiting is None or waiting.number != number:
            raise AlreadyDrawn(number=number)
        if draws.commitment(waiting.secret, waiting.identity) != waiting.digest:
            raise SealBroken
        return _draw(session, client, waiting, draws_left=draws_left, part=part, actor=actor, now=now)

    return run_once(session, key, "draw_slip", [client_id, number, part], actor, now, write)


def _draw(
    session: Session,
    client: LockedClient,
    waiting: OpenDraw,
    *,
    draws_left: int,
    part: str,
    actor: Actor,
    now: datetime,
) -> int:
    today = day_at(now, time_zone_of(session, client.site_id))
    headroom = headroom_of(session, waiting.enrollment_id, today)
    outcome = draws.draw(waiting.bowl, waiting.secret, part, waiting.number, headroom)
    prize_slip = outcome.given if outcome.given is not None and outcome.given.cents else None
    entries = [
        Entry(client_account(client.id, "draws"), -1),
        Entry(site_account("spent", client.site_id, "draws"), 1),
    ]
    if prize_slip is not None:
        unit = draws.tier_unit(prize_slip.tier)
        entries += [Entry(site_account("issued", client.site_id, unit), -1), Entry(client_account(client.id, unit), 1)]
        lock_balances(session, [client_account(client.id, unit)])
    transaction = post_transaction(
        session, "draw", entries, site_id=client.site_id, client_id=client.id, actor=actor, now=now
    )
    record = add_record(
        session,
        "draw",
        commitment_id=waiting.commitment_id,
        client_id=client.id,
        site_id=client.site_id,
        happened_on=today,
        secret=waiting.secret,
        client_part=part,
        slip=outcome.number,
        tier=outcome.drawn.tier,
        cents=outcome.drawn.cents,
        given_tier=outcome.given.tier if outcome.given is not None else None,
        given_cents=outcome.given.cents if outcome.given is not None else 0,
        cut_by=outcome.cut_by,
        transaction_id=transaction.id,
        recorded_at=now,
        staff_id=actor.staff_id,
        via=actor.via,
    )
    note_audit(
        session,
        "draw:drawn",
        record.address,
        actor=actor,
        now=now,
        site_id=client.site_id,
        client_id=client.id,
        number=waiting.number,
        cents=outcome.given.cents if outcome.given is not None else 0,
    )
    records = [transaction, record]
    if draws_left > 1:
        records.append(write_commitment(session, client, waiting.number + 1, actor=actor, now=now))
    seal_records(session, records)
    return record.id
