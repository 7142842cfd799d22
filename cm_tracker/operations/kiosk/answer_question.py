"""Staff answer a client's question. The client reads the answer when they sign in at the kiosk."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import NotFound, QuestionAnswered
from cm_tracker.domain.kiosk.questions import check_answer
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, QuestionRow
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.clients.main_records import records_of


@one_transaction
def answer_question(session: Session, *, question_id: int, answer: str, text: str, actor: Actor, now: datetime) -> None:
    """Answer a question with one of the topic's answers, and a short text that may be empty.

    Raise `NotFound`, `QuestionAnswered` for a second answer, and what `check_answer` raises.
    """
    found = select(QuestionRow.client_id, QuestionRow.topic, QuestionRow.answered_at).where(
        QuestionRow.id == question_id
    )
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound(what="question")
    client = lock_client(session, row.client_id, "question:answer", actor)
    row = session.execute(found).one()
    if row.answered_at is not None:
        raise QuestionAnswered
    names = session.execute(
        select(Client.preferred_name, Client.code).where(Client.id.in_(records_of(client.id)))
    ).all()
    check_answer(row.topic, answer, text.strip(), [name for pair in names for name in pair])
    digest = save_note(session, text)
    session.execute(
        update(QuestionRow)
        .where(QuestionRow.id == question_id)
        .values(answer=answer, note_digest=digest, answered_at=now, staff_id=actor.staff_id)
    )
    note_audit(
        session, "question:answered", f"question:{question_id}", actor=actor, now=now, site_id=client.site_id,
        client_id=client.id, topic=row.topic,
    )  # fmt: skip
