"""Somebody counted a site's cabinet: keep what they found beside what the ledger holds."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, one_transaction
from cm_tracker.domain.counts import check_counted, count_lines
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.ledger import cabinet_account
from cm_tracker.domain.roles import Actor
from cm_tracker.models import Prize, Site
from cm_tracker.operations.add_record import add_record
from cm_tracker.operations.answer_once import answer_once
from cm_tracker.operations.note_audit import note_audit
from cm_tracker.operations.post_transaction import lock_balances
from cm_tracker.operations.seal_records import seal_records
from cm_tracker.queries.counts import to_count


@one_transaction
def count_stock(
    session: Session, *, site_id: int, counted: Mapping[int, int | None], key: str, actor: Actor, now: datetime
) -> int:
    """Keep a count, by prize. Answers its id. Nothing is booked before somebody else has signed it.

    Everything that is in the catalog or on the shelf must be counted, 0 where there is none.
    """
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("stock:count", site_id):
        raise NotAllowed(role=actor.role)

    def act() -> int:
        wanted = {prize.prize_id for prize in to_count(session, site_id)}
        known = set(session.execute(select(Prize.id).where(Prize.id.in_(list(counted)))).scalars())
        shelves = {prize_id: cabinet_account(site_id, prize_id) for prize_id in sorted(wanted | known)}
        if not shelves:
            raise BadInput("There is nothing to count: the catalog is empty.")
        # Locked, so that nothing is handed out between the look at the ledger and the record of it.
        balances = lock_balances(session, shelves.values())
        shelf = {prize_id: balances[account.key] for prize_id, account in shelves.items()}
        found = {prize_id: number for prize_id, number in counted.items() if prize_id in shelf}
        check_counted(found, shelf)
        lines = count_lines({prize_id: number or 0 for prize_id, number in found.items()}, shelf)
        record = add_record(
            session,
            "stock_count",
            site_id=site_id,
            lines=canonical_json([list(line) for line in lines]),
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        note_audit(
            session,
            "stock:counted",
            record.address,
            actor=actor,
            now=now,
            site_id=site_id,
            missing=sum(-line.difference for line in lines if line.difference < 0),
            surplus=sum(line.difference for line in lines if line.difference > 0),
        )
        seal_records(session, [record])
        return record.id

    content = [site_id, sorted((prize_id, number) for prize_id, number in counted.items() if number is not None)]
    return answer_once(session, key, "count_stock", content, actor, now, act)
