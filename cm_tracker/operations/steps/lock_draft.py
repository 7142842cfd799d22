"""Lock a schedule draft, and compare it with what the page showed."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, NotFound
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.models import ScheduleDraft


def lock_draft(session: Session, draft_id: int, shown: str | None) -> None:
    """Lock a draft and compare it with what a page showed. Raises `NotFound` or `ChangedMeanwhile`."""
    text = session.execute(
        select(ScheduleDraft.document).where(ScheduleDraft.id == draft_id).with_for_update()
    ).scalar_one_or_none()
    if text is None:
        raise NotFound(what="draft")
    if shown is not None and fingerprint(json.loads(text)) != shown:
        raise ChangedMeanwhile
