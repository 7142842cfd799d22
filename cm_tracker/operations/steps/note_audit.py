"""Note a line of the audit trail: who did what, when, to which record, and why."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json
from cm_tracker.domain.ledger.audit_chain import answer_digest, answer_name
from cm_tracker.domain.staff.duties import Duty
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.write_trail import trail_of


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

    It is written right before the commit. `detail` holds only whole numbers, codes and words of the program: never a
    name, a substance, a result, or a text that somebody typed.
    """
    trail_of(session).lines.append(
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
        }
    )


def note_combined(
    session: Session,
    duty: Duty,
    subject: str,
    *,
    actor: Actor,
    now: datetime,
    site_id: int,
    client_id: int | None = None,
) -> None:
    """Note that one person did both parts of a duty, at a site that has stated it cannot keep them apart."""
    note_audit(
        session, "duty:combined", subject, actor=actor, now=now, site_id=site_id, client_id=client_id, duty=duty.name
    )


def keep_states(session: Session, *records: str) -> None:
    """Keep the states of watched rows that the operation changes, such as `prize:5`, as they will be at the commit.

    The last line of the operation holds their digests. Every operation that writes a table of `models.watched` calls
    this, else verification finds that its rows were changed without a trace.
    """
    trail_of(session).records.update(records)


def note_answer(
    session: Session, key: str, operation: str, fingerprint: bytes, answer: int, *, actor: Actor, now: datetime
) -> None:
    """Note what an idempotency key was used for, and its answer, in the last line of the operation."""
    trail = trail_of(session)
    if not trail.lines:
        note_audit(session, "form:answered", "form:unchanged", actor=actor, now=now)
    trail.answers[answer_name(key)] = answer_digest(key, operation, fingerprint, answer)
