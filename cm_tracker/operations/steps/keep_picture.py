"""Store a picture once, however many prizes or sites show it, and delete those that nobody shows any more."""

import hashlib

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from cm_tracker.models import LogHead, Prize, PrizePicture, Site


def keep_picture(session: Session, image: bytes | None) -> bytes | None:
    """Store a picture that `pictures.reencode` made, and return its digest; None for no picture.

    One writer at a time until the end of the transaction: else a picture is deleted as unused just when another writer
    starts to use it.
    """
    session.execute(select(LogHead.id).where(LogHead.id == 1).with_for_update())
    if image is None:
        return None
    digest = hashlib.sha256(image).digest()
    if session.execute(select(PrizePicture.digest).where(PrizePicture.digest == digest)).first() is None:
        session.execute(insert(PrizePicture).values(digest=digest, image=image))
    return digest


def drop_unused_pictures(session: Session) -> None:
    """Delete every picture that neither a prize nor a site shows. Call `keep_picture` before, in the transaction."""
    digest = PrizePicture.digest
    is_used = exists().where(Prize.picture == digest) | exists().where(Site.picture == digest)
    session.execute(delete(PrizePicture).where(~is_used))
