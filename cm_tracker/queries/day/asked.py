"""What clients asked for at the kiosk and staff have not answered: prizes, and questions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, cast, exists, literal, null, select, union_all
from sqlalchemy.orm import Session

from cm_tracker.domain.kiosk.questions import PLAIN_TOPICS, TOPICS
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Prize, PrizeRequest, QuestionRow
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.views import view_of

MOST = 50
PRIZE = "prize"


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A client asked for a prize (`topic` is `prize`), or asked a question. `prize_name` is None for a question."""

    topic: str
    id: int
    client_id: int
    code: str
    name: str
    prize_name: str | None
    asked_at: datetime


def asked_at(session: Session, actor: Actor, site_id: int, today: date) -> tuple[AskedLine, ...]:
    """Return what clients of a site asked for that waits, the oldest first and at most 50, with one statement.

    A prize waits for its own day, as long as one is on the shelf. An actor sees what they may: who does not answer
    questions sees only that one waits which tells nothing of what somebody earned, and nobody without clients sees any.
    """
    parts = []
    if actor.may("prize:redeem", site_id):
        parts.append(_requests(site_id, today))
    if actor.may("question:view", site_id):
        topics = TOPICS if actor.may("question:answer", site_id) else PLAIN_TOPICS
        parts.append(_questions(site_id, topics))
    if not parts:
        return ()
    asked = union_all(*parts).subquery()
    rows = session.execute(select(*asked.c).order_by(asked.c.asked_at, asked.c.id).limit(MOST))
    return tuple(view_of(AskedLine, row) for row in rows)


def _requests(site_id: int, today: date) -> Any:
    on_shelf = exists().where(
        AccountRow.kind == "cabinet",
        AccountRow.site_id == PrizeRequest.site_id,
        AccountRow.prize_id == PrizeRequest.prize_id,
        AccountRow.balance > 0,
    )
    return (
        _part(literal(PRIZE), PrizeRequest, Prize.name)
        .join(Prize, Prize.id == PrizeRequest.prize_id)
        .where(
            Client.site_id == site_id,
            PrizeRequest.site_id == site_id,
            PrizeRequest.on_day == today,
            PrizeRequest.ended.is_(None),
            Prize.is_active,
            on_shelf,
        )
    )


def _questions(site_id: int, topics: tuple[str, ...]) -> Any:
    return _part(QuestionRow.topic, QuestionRow, cast(null(), String)).where(
        Client.site_id == site_id, QuestionRow.answered_at.is_(None), QuestionRow.topic.in_(topics)
    )


def _part(topic: Any, of: Any, prize_name: Any) -> Any:
    return (
        select(
            topic.label("topic"),
            of.id.label("id"),
            Client.id.label("client_id"),
            Client.code.label("code"),
            Client.preferred_name.label("name"),
            prize_name.label("prize_name"),
            of.asked_at.label("asked_at"),
        )
        .select_from(of)
        .join(Record, Record.id == of.client_id)
        .join(Client, Client.id == main_of(Record))
    )
