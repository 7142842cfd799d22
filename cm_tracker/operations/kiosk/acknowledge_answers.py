"""A client has read at the kiosk what staff answered."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import QuestionRow
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.clients.main_records import records_of


@one_transaction
def acknowledge_answers(session: Session, *, client_id: int, up_to: int, actor: Actor, now: datetime) -> None:
    """Note that a client has read the answers up to the question `up_to`, which the page showed; others stay unread."""
    client = lock_client(session, client_id, "client:find", actor)
    read = session.execute(
        update(QuestionRow)
        .where(
            QuestionRow.client_id.in_(records_of(client.id)),
            QuestionRow.id <= up_to,
            QuestionRow.answered_at.is_not(None),
            QuestionRow.read_at.is_(None),
        )
        .values(read_at=now)
        .returning(QuestionRow.id)
        .execution_options(synchronize_session=False)
    ).scalars()
    for question_id in read.all():
        note_audit(
            session, "answer:acknowledged", f"question:{question_id}", actor=actor, now=now, site_id=client.site_id,
            client_id=client.id,
        )  # fmt: skip
