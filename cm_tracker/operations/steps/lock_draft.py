"""Lock a draft of a schedule, and check that it is the one that the page showed."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import ChangedMeanwhile, DraftNotSent, DraftWaits, NotFound
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.models import ScheduleDraft


def lock_draft(
    session: Session, draft_id: int, shown: str | None, *, or_shown: Collection[str] = (), waits: bool = False
) -> Any:
    """Lock a draft until the commit, and return its row.

    `shown` is the fingerprint of the document that a page showed, or None for no check; `or_shown` are those of
    others that count as shown. `waits` says whether it has to wait for a second lead. Raise `NotFound`, `DraftWaits` or `DraftNotSent` where it is otherwise, or
    `ChangedMeanwhile` where another document was saved since.
    """
    row = session.execute(
        select(*ScheduleDraft.__table__.columns).where(ScheduleDraft.id == draft_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(what="draft")
    if row.sent_at is None and waits:
        raise DraftNotSent
    if row.sent_at is not None and not waits:
        raise DraftWaits
    if shown is not None and fingerprint(json.loads(row.document)) not in {shown, *or_shown}:
        raise ChangedMeanwhile
    return row
