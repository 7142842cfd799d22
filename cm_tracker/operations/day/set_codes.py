"""A lead sets the codes with which a service is billed."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.day.billing_codes import codes_from
from cm_tracker.domain.day.services import TEST_VISIT
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ServiceCodes
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.day.week import service_of


@one_transaction
def set_codes(
    session: Session,
    *,
    service_id: int,
    procedure: str,
    negative: str,
    positive: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Set the codes of a service, empty for none, and return the id of the record. Earlier ones stay.

    Raise `NotFound` for a service of other sites, `NotAllowed`, and what `codes_from` raises.
    """
    service = service_of(session, actor, service_id).service
    lock_site(session, service.site_id, "service:manage", actor)

    def write() -> int:
        codes = codes_from(procedure, negative, positive, is_test=service.kind == TEST_VISIT)
        number = session.execute(
            insert(ServiceCodes)
            .values(
                service_id=service_id,
                procedure_code=codes.procedure,
                negative_code=codes.negative,
                positive_code=codes.positive,
                recorded_at=now,
                staff_id=actor.staff_id,
            )
            .returning(ServiceCodes.id)
        ).scalar_one()
        note_audit(
            session, "service:coded", f"service:{service_id}", actor=actor, now=now, site_id=service.site_id
        )  # fmt: skip
        return int(number)

    content = [service_id, procedure, negative, positive]
    return run_once(session, key, "set_codes", content, actor, now, write)
