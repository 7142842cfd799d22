"""A lead chooses the picture that the kiosk of a site shows while nobody uses it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Site
from cm_tracker.operations.steps.keep_picture import drop_unused_pictures, keep_picture
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.pictures import LONGEST_SIDE_OF_SCREEN, reencode


def save_site_picture(session: Session, *, site_id: int, picture: bytes | None, actor: Actor, now: datetime) -> None:
    """Show this picture at the site's kiosk from now on; with None, the program's own.

    `picture` is the file that was sent: it is decoded and drawn again, so that nothing but the picture is stored. Raise
    `BadInput` for a file that is no picture, `NotFound`, and `NotAllowed`.
    """
    # Before anything is locked, because drawing takes a while.
    image = reencode(picture, LONGEST_SIDE_OF_SCREEN) if picture else None
    _save(session, site_id, image, actor=actor, now=now)


@one_transaction
def _save(session: Session, site_id: int, image: bytes | None, *, actor: Actor, now: datetime) -> None:
    lock_site(session, site_id, "site:settings", actor)
    digest = keep_picture(session, image)
    session.execute(update(Site).where(Site.id == site_id).values(picture=digest))
    drop_unused_pictures(session)
    tag = "site:picture-chosen" if digest else "site:picture-removed"
    keep_states(session, f"site:{site_id}")
    note_audit(session, tag, f"site:{site_id}", actor=actor, now=now, site_id=site_id)
