"""Somebody downloads a list: what is taken out of the program is noted, too."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.audit.downloads import CSV, DOWNLOADS
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.note_audit import note_audit


@one_transaction
def note_download(
    session: Session,
    *,
    list_name: str,
    site_id: int | None,
    since: date | None,
    until: date | None,
    actor: Actor,
    now: datetime,
    about: str | None = None,
    way: str = CSV,
) -> None:
    """Note that somebody takes one of `DOWNLOADS` out: of one site or of all of theirs, and of which days.

    `about` is the name of a report, and `way` one of `WAYS`.

    Raises `NotAllowed` where the actor may not read the list, and `NotFound` for a site that is not theirs.
    """
    if not actor.may(DOWNLOADS[list_name].permission):
        raise NotAllowed(roles=actor.roles)
    if site_id is not None and not actor.reaches(site_id):
        raise NotFound(what="site")
    # Whole words and days of the program. What somebody typed as a code is not kept.
    days = {"since": since, "until": until}
    noted: dict[str, Any] = {name: day.isoformat() for name, day in days.items() if day is not None}
    noted |= {"report": about} if about else {}
    noted |= {"file": way} if way != CSV else {}
    note_audit(
        session,
        "list:downloaded",
        f"list:{list_name}",
        actor=actor,
        now=now,
        site_id=site_id,
        list=list_name,
        **noted,
    )
