"""Today's board of the demonstration, half done: some are here, some are done, one is excused, and some are missing."""

from datetime import datetime
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.db import db
from cm_tracker.domain.day.recording import ALL_NEGATIVE
from cm_tracker.domain.day.states import ARRIVED, ATTENDED, EXCUSED
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.queries.day.board import board
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.queries.staff.sites import sites_of

# Of every six open slots whose time has come: these are recorded, and the others stay missing.
WAYS = (ATTENDED, ARRIVED, ATTENDED, None, EXCUSED, None)


def today(now: datetime, staff: Staff) -> None:
    """Record a part of what was expected at each site until now. A refused slot stays open, as it would for staff."""
    for site in sites_of(db.session(), command("demonstration")):
        lines = board(db.session(), command("demonstration"), site.id, now).lines
        for number, line in enumerate(line for line in lines if line.is_open and line.slot.begins_at <= now):
            actor = next(one for one in staff.values() if one.may("visit:record", site.id))
            way = WAYS[number % len(WAYS)]
            if way is not None:
                _say(line, ALL_NEGATIVE if way == ATTENDED and line.slot.is_test else way, actor, now)


def _say(line: SlotLine, way: str, actor: Actor, now: datetime) -> None:
    enrollment_id, service_id = line.key
    day, key = line.slot.on_day, str(uuid4())
    try:
        if way == ARRIVED:
            note_slot(
                db.session(), enrollment_id=enrollment_id, service_id=service_id, on_day=day, status=way, key=key,
                actor=actor, now=now,
            )  # fmt: skip
        else:
            record_slot(
                db.session(), enrollment_id=enrollment_id, service_id=service_id, on_day=day, way=way,
                excuse="court" if way == EXCUSED else None, key=key, actor=actor, now=now,
            )  # fmt: skip
    except Refused:
        db.session().rollback()
