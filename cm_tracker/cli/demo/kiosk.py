"""What clients of the demonstration said at the kiosk: one saves for a prize, one asks for one, and two have a question."""

from datetime import datetime, timedelta

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.db import db
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.kiosk.questions import NEXT_VISIT, TALK
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.kiosk.answer_question import answer_question
from cm_tracker.operations.kiosk.ask_for_prize import ask_for_prize
from cm_tracker.operations.kiosk.ask_question import ask_question
from cm_tracker.operations.kiosk.set_wish import set_wish
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.search import client_of_code
from cm_tracker.queries.prizes.catalog import catalog_at
from cm_tracker.queries.staff.sites import sites_of

SAVES, ASKS, TALKS, READS = "HS-103", "HS-101", "HS-105", "HS-104"


def at_kiosk(now: datetime, staff: Staff) -> None:
    """Let the clients say it a few minutes ago. Whoever cannot ask for a prize today does without."""
    site = sites_of(db.session(), command("demonstration"))[0]
    kiosk = Actor(None, frozenset(), frozenset({site.id}), "kiosk")
    saves, asks, talks, reads = (client_of_code(db.session(), code) or 0 for code in (SAVES, ASKS, TALKS, READS))
    prizes = catalog_at(db.session(), kiosk, site.id)
    at = now - timedelta(minutes=10)

    points = balances_of(db.session(), saves)["points"]
    wish = next((prize for prize in prizes if prize.price_points > points and prize.left_at(site.id)), None)
    if wish is not None:
        set_wish(db.session(), client_id=saves, prize_id=wish.id, actor=kiosk, now=at)

    for prize in reversed(prizes):
        try:
            ask_for_prize(db.session(), client_id=asks, prize_id=prize.id, actor=kiosk, now=at)
        except Refused:
            db.session().rollback()
        else:
            break

    ask_question(db.session(), client_id=talks, topic=TALK, actor=kiosk, now=at)
    question_id = ask_question(db.session(), client_id=reads, topic=NEXT_VISIT, actor=kiosk, now=at)
    answer_question(
        db.session(),
        question_id=question_id,
        answer="on_card",
        text="",
        actor=next(one for one in staff.values() if one.may("question:answer", site.id)),
        now=now,
    )
