"""What a client said at the kiosk, and what waits there for them: their goal, requests, questions, answers, moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.encryption import Encrypted
from cm_tracker.models import MomentShown, Note, PrizeRequest, QuestionRow, Wish
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.kiosk.visitors import KioskVisitor
from cm_tracker.queries.staff.sites import time_zone_of


class Request(NamedTuple):
    """A request of today: how it ended, or None, and the kind word with which staff declined it."""

    ended: str | None
    reason: str | None


class Answer(NamedTuple):
    """An answer of staff that the client has not read yet. `text` is what they added, or empty."""

    question_id: int
    topic: str
    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a client said at the kiosk.

    `wish` is the id of the prize that they save for. `requests` are those of today by the prize. `moments` were shown
    already. `waiting` are the topics of the questions without an answer, and `answers` those that were not read yet, the
    oldest first.
    """

    wish: int | None
    requests: Mapping[int, Request]
    moments: frozenset[str]
    waiting: frozenset[str]
    answers: tuple[Answer, ...]


def said_by(session: Session, client_id: int, today: date) -> Said:
    """Return what a client said at the kiosk, with one statement. `client_id` is their main record."""
    wish: int | None = None
    requests: dict[int, Request] = {}
    moments, waiting, answers = set(), set(), []
    for row in session.execute(_statement(client_id, today)):
        if row.kind == "wish":
            wish = row.number
        elif row.kind == "request" and (row.first is None or row.number not in requests):
            requests[row.number] = Request(row.first, row.second)
        elif row.kind == "moment":
            moments.add(row.first)
        elif row.kind == "question" and row.second is None:
            waiting.add(row.first)
        elif row.kind == "question":
            answers.append(Answer(row.number, row.first, row.second, row.text or ""))
    return Said(wish, requests, frozenset(moments), frozenset(waiting), tuple(sorted(answers)))


def _statement(client_id: int, today: date) -> Any:
    nothing, no_words = cast(null(), String), cast(null(), Encrypted)

    def part(kind: str, number: Any, first: Any = nothing, second: Any = nothing, words: Any = no_words) -> Any:
        return select(
            literal(kind).label("kind"),
            number.label("number"),
            first.label("first"),
            second.label("second"),
            words.label("text"),
        )

    records = records_of(client_id)
    return union_all(
        part("wish", Wish.prize_id).where(Wish.client_id == client_id),
        part("request", PrizeRequest.prize_id, PrizeRequest.ended, PrizeRequest.reason).where(
            PrizeRequest.client_id.in_(records), PrizeRequest.on_day == today
        ),
        part("moment", cast(literal(0), Integer), MomentShown.moment).where(MomentShown.client_id.in_(records)),
        part("question", QuestionRow.id, QuestionRow.topic, QuestionRow.answer, Note.text)
        .outerjoin(Note, Note.digest == QuestionRow.note_digest)
        .where(QuestionRow.client_id.in_(records), QuestionRow.read_at.is_(None)),
    )


def said_at_kiosk(session: Session, visitor: KioskVisitor, now: datetime) -> Said:
    """Return what the client who is at the kiosk said there, with the requests of today."""
    (site_id,) = visitor.actor.site_ids or (0,)
    return said_by(session, visitor.client_id, day_at(now, time_zone_of(session, site_id)))
