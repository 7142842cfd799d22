"""Lock a draft of a schedule, and check that it is the one that the page showed."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, NotFound
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.models import ScheduleDraft


def lock_draft(session: Session, draft_id: int, shown: str | None) -> None:
    """Lock a draft until the commit.

    `shown` is the fingerprint of the document that a page showed, or None for no check. Raise `NotFound`, or
    `ChangedMeanwhile` where another document was saved since.
    """
    text = session.execute(
        select(ScheduleDraft.document).where(ScheduleDraft.id == draft_id).with_for_update()
    ).scalar_one_or_none()
    if text is None:
        raise NotFound(what="draft")
    if shown is not None and fingerprint(json.loads(text)) != shown:
        raise ChangedMeanwhile
