"""Staff issue an ID card to a client, or another one for a card that is lost."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.id_cards import new_number
from cm_tracker.domain.errors import ChangedMeanwhile
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import IdCard
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.clients.main_records import records_of


@one_transaction
def issue_card(
    session: Session, *, client_id: int, instead_of: int | None = None, key: str, actor: Actor, now: datetime
) -> int:
    """Return the id of a client's valid card, and issue one where there is none.

    `instead_of` is a card that is lost: it stops, with every other card of the client, and another one is issued. Raise
    `ChangedMeanwhile` where it has stopped already.
    """
    client = lock_client(session, client_id, "card:issue", actor)

    def write() -> int:
        valid = session.execute(
            select(IdCard.id)
            .where(IdCard.client_id.in_(records_of(client.id)), IdCard.replaced_at.is_(None))
            .order_by(IdCard.id.desc())
        ).scalars().all()  # fmt: skip
        if instead_of is None and valid:
            return valid[0]
        if instead_of is not None and instead_of not in valid:
            raise ChangedMeanwhile
        session.execute(
            update(IdCard).where(IdCard.id.in_(valid)).values(replaced_at=now, replaced_by_id=actor.staff_id)
        )
        card_id = session.execute(
            insert(IdCard)
            .values(client_id=client.id, number=new_number(), issued_at=now, staff_id=actor.staff_id)
            .returning(IdCard.id)
        ).scalar_one()
        tag = "card:issued"
        if valid:
            tag = "card:replaced"
        note_audit(
            session,
            tag,
            f"client:{client.id}",
            actor=actor,
            now=now,
            site_id=client.site_id,
            client_id=client.id,
            card=card_id,
        )
        return card_id

    return run_once(session, key, "issue_card", [client_id, instead_of], actor, now, write)
