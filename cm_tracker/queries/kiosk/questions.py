"""A client's question, as staff see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, QuestionRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A client's question, and when staff answered it."""

    id: int
    client_id: int
    client_code: str
    client_name: str
    language: str
    topic: str
    asked_at: datetime
    answered_at: datetime | None


def question_card(session: Session, actor: Actor, question_id: int) -> QuestionCard:
    """Return a question of a client of the actor's sites. Raise `NotFound`."""
    row = session.execute(
        select(
            QuestionRow.id,
            Client.id.label("client_id"),
            Client.code.label("client_code"),
            Client.preferred_name.label("client_name"),
            Client.language,
            QuestionRow.topic,
            QuestionRow.asked_at,
            QuestionRow.answered_at,
        )
        .join(Record, Record.id == QuestionRow.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(QuestionRow.id == question_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="question")
    return view_of(QuestionCard, row)
