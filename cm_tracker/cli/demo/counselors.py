"""Counselors and ID cards of clients at the demonstration's main site, and a client who has called the front desk."""

from datetime import datetime
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.day.states import NOT_COMING
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.operations.clients.set_counselor import set_counselor
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.day.board import board
from cm_tracker.queries.staff.sites import sites_of

# So many clients have an ID card already.
CARDS = 8
# Of every three clients, by their codes: the third has no counselor yet.
TURNS = ("lena", "tom", None)


def counselors(now: datetime, staff: Staff) -> None:
    """Give clients of the main site their counselors, and the first ones their ID cards. Call it before `today`."""
    actor = staff["rosa"]
    site = sites_of(db.session(), actor)[0]
    today = day_at(now, site.time_zone)
    for number, line in enumerate(client_list(db.session(), actor, search="", page=1, now=now).lines):
        if number < CARDS:
            issue_card(db.session(), client_id=line.id, key=str(uuid4()), actor=actor, now=now)
        name = TURNS[number % len(TURNS)]
        if name is not None:
            set_counselor(
                db.session(), client_id=line.id, counselor_id=staff[name].staff_id, from_on=today, key=str(uuid4()),
                actor=actor, now=now,
            )  # fmt: skip


def a_call(now: datetime, staff: Staff) -> None:
    """Note at the front desk that somebody who is open has called: they are ill."""
    site = sites_of(db.session(), staff["nora"])[0]
    lines = board(db.session(), command("demonstration"), site.id, now).lines
    line = next((line for line in reversed(lines) if line.is_open and line.note is None), None)
    if line is not None:
        enrollment_id, service_id = line.key
        note_slot(
            db.session(), enrollment_id=enrollment_id, service_id=service_id, on_day=line.slot.on_day,
            status=NOT_COMING, excuse="illness", key=str(uuid4()), actor=staff["nora"], now=now,
        )  # fmt: skip
