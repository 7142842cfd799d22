"""Write a line of the audit trail: who did what, when, to which record, and why."""

from datetime import datetime

from sqlalchemy import bindparam, insert
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent
from cm_tracker.prepared import Prepared


def note_audit(
    session: Session,
    tag: str,
    subject: str,
    *,
    actor: Actor,
    now: datetime,
    site_id: int | None = None,
    client_id: int | None = None,
    note_digest: bytes | None = None,
    **detail: object,
) -> None:
    """Add a line to the audit trail. `tag` is `noun:verb-past`, `subject` names a record, such as `visit:17`.

    `detail` holds only whole numbers, codes and words of the program: never a name, a substance, a result, or a text
    that somebody typed.
    """
    _INSERT.enqueue(
        session,
        {
            "at": now,
            "tag": tag,
            "staff_id": actor.staff_id,
            "via": actor.via,
            "site_id": site_id,
            "client_id": client_id,
            "subject": subject,
            "detail": canonical_json(detail),
            "note_digest": note_digest,
        },
    )


_AUDIT = table(AuditEvent)
_INSERT = Prepared(insert(_AUDIT).values({c.name: bindparam(c.name) for c in _AUDIT.columns if c.name != "id"}))
