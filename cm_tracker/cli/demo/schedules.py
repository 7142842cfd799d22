"""Schedules of the demonstration: Miriam sends drafts, Daniel approves them, and one waits for him."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cm_tracker.db import db
from cm_tracker.domain.schedules.approval import APPROVED
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.schedules.decide_draft import decide_draft
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.send_draft import send_draft
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.schedules import draft, may_follow, versions
from cm_tracker.queries.staff.sites import earliest_today

Staff = Mapping[str, Actor]
Change = Callable[[Any], None]

# The weekdays of tests by how many there are in a week, for the visits of the month and for the plans alike.
MOST_TESTS = 3
WEEKDAYS_OF_TESTS = {1: (1,), 2: (0, 3), 3: (0, 2, 4)}


def publish(
    name: str, note: str, staff: Staff, now: datetime, change: Change | None = None, *, document: Any = None
) -> int:
    """Publish a preset with a change, or another document, by two leads. Return the version's id."""
    draft_id = _send(name, note, staff["miriam"], now, change, document)
    line = draft(db.session(), draft_id)
    every = versions(db.session(), staff["daniel"], now.date())
    newest = next((one for one in every if one.schedule_id == line.next_of_id), None)
    return decide_draft(
        db.session(),
        draft_id=draft_id,
        decision=APPROVED,
        starts_on=earliest_today(db.session(), now),
        note="",
        shown=fingerprint(line.document),
        number_shown=newest.number + 1 if newest else 1,
        key=str(uuid4()),
        actor=staff["daniel"],
        now=now,
    )


def publish_again(staff: Staff, now: datetime) -> None:
    """Publish a new version of a schedule during the month. Enrolled clients keep the old one."""

    def change(document: Any) -> None:
        document["tracks"][0]["phases"][0]["cap"] = 16

    publish("attendance-points", "Clients reached the limit too early", staff, now, change)


def send_another(staff: Staff, now: datetime) -> None:
    """Let a change of the voucher ladder wait for the second lead."""

    def change(document: Any) -> None:
        document["tracks"][0]["phases"][0]["base"] = 12
        document["tracks"][0]["restore"]["after"] = 3
        document["ceilings"] = [{"scope": "calendar_year", "cents": 75_000}]

    note = "The grant pays no more than $750 a client and year. Starting should feel worth it."
    _send("higgins-voucher", note, staff["miriam"], now, change)


def _send(name: str, note: str, miriam: Actor, now: datetime, change: Change | None, document: Any = None) -> int:
    document = document or preset(name)
    if change is not None:
        change(document)
    draft_id = save_draft(
        db.session(), document=document, preset_name=name or None, actor=miriam, now=now - timedelta(minutes=2)
    )
    line = draft(db.session(), draft_id)
    followed = may_follow(line, versions(db.session(), miriam, now.date()))
    return send_draft(
        db.session(),
        draft_id=draft_id,
        next_of_id=followed[0].schedule_id if followed else None,
        starts_on=earliest_today(db.session(), now),
        note=note,
        shown=fingerprint(line.document),
        key=str(uuid4()),
        actor=miriam,
        now=now - timedelta(minutes=1),
    )
