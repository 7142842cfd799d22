"""A client asks staff a question at the kiosk, with one touch."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.kiosk.questions import check_topic
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import QuestionRow
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.clients.main_records import records_of


@one_transaction
def ask_question(session: Session, *, client_id: int, topic: str, actor: Actor, now: datetime) -> int:
    """Put a question on the staff's first page and return its id. One that waits already is not asked twice.

    Raise `BadInput` for a question that the kiosk does not have.
    """
    check_topic(topic)
    client = lock_client(session, client_id, "client:find", actor)
    waits = session.execute(
        select(QuestionRow.id).where(
            QuestionRow.client_id.in_(records_of(client.id)),
            QuestionRow.topic == topic,
            QuestionRow.answered_at.is_(None),
        )
    ).scalars()
    if (known := waits.first()) is not None:
        return known
    question_id = session.execute(
        insert(QuestionRow)
        .values(client_id=client.id, site_id=client.site_id, topic=topic, asked_at=now)
        .returning(QuestionRow.id)
    ).scalar_one()
    note_audit(
        session, "question:asked", f"question:{question_id}", actor=actor, now=now, site_id=client.site_id,
        client_id=client.id, topic=topic,
    )  # fmt: skip
    return question_id
