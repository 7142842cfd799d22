"""Pay what an enrollment is owed: replay its visits, compare with the ledger, post the difference.

The same rule serves an award, a late entry, a corrected result and a laboratory's answer; run again
it posts nothing.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.domain.engine import Replay
from cm_tracker.domain.ledger import client_account, settlement, site_account
from cm_tracker.domain.roles import Actor
from cm_tracker.operations.add_record import Record
from cm_tracker.operations.post_transaction import lock_balances, post_transaction
from cm_tracker.queries.enrollments import LoadedEnrollment, load_enrollment, paid_by_visit


def settle_enrollment(
    session: Session, enrollment_id: int, *, actor: Actor, now: datetime, note_digest: bytes | None = None
) -> tuple[LoadedEnrollment, Replay, list[Record]]:
    """Post what is owed and was not paid, one transaction a unit.

    The client's row must be locked by the caller. The records that come back are for the caller to
    seal.
    """
    enrollment = load_enrollment(session, enrollment_id)
    replay = enrollment.replay()
    paid = paid_by_visit(session, enrollment_id)
    records: list[Record] = []
    units = {result.unit for result in replay.results if result.paid} | set(paid)
    for unit in sorted(units):
        owed = {result.ref: result.paid for result in replay.results if result.unit == unit}
        client = client_account(enrollment.client_id, unit)
        balances = lock_balances(session, [client])
        entries = settlement(
            owed,
            paid.get(unit, {}),
            client=client,
            issued=site_account("issued", enrollment.site_id, unit),
            program_loss=site_account("program_loss", enrollment.site_id, unit),
            balance=balances[client.key],
            takes_back=enrollment.schedule.corrections == "replay",
        )
        if entries:
            is_first_pay = all(entry.visit_id not in paid.get(unit, {}) for entry in entries)
            records.append(
                post_transaction(
                    session,
                    "award" if is_first_pay else "correction",
                    entries,
                    site_id=enrollment.site_id,
                    client_id=enrollment.client_id,
                    actor=actor,
                    now=now,
                    note_digest=note_digest,
                )
            )
    return enrollment, replay, records
