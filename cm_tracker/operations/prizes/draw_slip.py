"""A client draws: their part meets the secret, a slip comes out, and what it says is theirs."""

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
    """Make the draw to which the program is committed, with the client's `part`. Answers the draw's id.

    `number` is the draw that the page showed: one that was made meanwhile, on another screen, is
    `AlreadyDrawn`, and nothing is drawn in its place; a secret that does not fit its seal is `SealBroken`. One transaction takes the draw, and gives a prize
    of the slip's tier to be chosen. Where draws are left, the next commitment is made with it, so
    that it stands before anything is known of the client's next part.
    """
    client = lock_client(session, client_id, "draw:make", actor)

    def write() -> int:
        purse = client_account(client.id, "draws")
        left = lock_balances(session, [purse])[purse.key]
        waiting = open_draw(session, client.id)
        if left < 1:
            raise NoDraws
        if waiting is None or waiting.number != number:
            raise AlreadyDrawn(number=number)
        if draws.commitment(waiting.secret, waiting.identity) != waiting.digest:
            raise SealBroken
        return _draw(session, client, waiting, left=left, part=part, actor=actor, now=now)

    return run_once(session, key, "draw_slip", [client_id, number, part], actor, now, write)


def _draw(
    session: Session, client: LockedClient, waiting: OpenDraw, *, left: int, part: str, actor: Actor, now: datetime
) -> int:
    today = day_at(now, time_zone_of(session, client.site_id))
    headroom = headroom_of(session, waiting.enrollment_id, today)
    came = draws.draw(waiting.bowl, waiting.secret, part, waiting.number, headroom)
    given = came.given if came.given is not None and came.given.cents else None
    entries = [
        Entry(client_account(client.id, "draws"), -1),
        Entry(site_account("spent", client.site_id, "draws"), 1),
    ]
    if given is not None:
        unit = draws.tier_unit(given.tier)
        entries += [Entry(site_account("issued", client.site_id, unit), -1), Entry(client_account(client.id, unit), 1)]
        lock_balances(session, [client_account(client.id, unit)])
    moved = post_transaction(
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
        slip=came.number,
        tier=came.drawn.tier,
        cents=came.drawn.cents,
        given_tier=came.given.tier if came.given is not None else None,
        given_cents=came.given.cents if came.given is not None else 0,
        cut_by=came.cut_by,
        transaction_id=moved.id,
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
        cents=came.given.cents if came.given is not None else 0,
    )
    sealed = [moved, record]
    if left > 1:
        sealed.append(write_commitment(session, client, waiting.number + 1, actor=actor, now=now))
    seal_records(session, sealed)
    return record.id
