"""Lock the enrollments of several clients, for what is decided about each of them and saved together."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound, Refused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Enrollment
from cm_tracker.operations.steps.lock_client import locked
from cm_tracker.operations.steps.lock_enrollment import LockedEnrollment
from cm_tracker.operations.steps.post_transaction import remember_accounts
from cm_tracker.queries.clients.enrollments import histories_and_ledger_states
from cm_tracker.queries.clients.main_records import Record, main_of


class LockedEnrollments(NamedTuple):
    """Enrollments by id whose clients and accounts are locked until the commit, and why others are not."""

    locked: Mapping[int, LockedEnrollment]
    refused: Mapping[int, Refused]


def lock_enrollments(
    session: Session, enrollment_ids: Collection[int], permission: str, actor: Actor
) -> LockedEnrollments:
    """Lock several clients, in ascending order of their ids, and their accounts; then read their enrollments.

    Each is refused alone, with what `lock_enrollment` raises. The number of statements does not depend on how many they
    are.
    """
    rows = session.execute(
        select(Enrollment.id.label("enrollment_id"), Client.id, Client.site_id, Client.merged_into_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(Enrollment.id.in_(enrollment_ids))
        .order_by(Client.id)
        .with_for_update(key_share=True, of=Client)
    ).all()
    found = {row.enrollment_id: row for row in rows}
    refused: dict[int, Refused] = {of: NotFound(what="enrollment") for of in enrollment_ids if of not in found}
    for enrollment_id, row in found.items():
        try:
            locked(session, [row], "enrollment", permission, actor)
        except Refused as error:
            refused[enrollment_id] = error
    may_be_used = [row for of, row in found.items() if of not in refused]
    _lock_accounts(session, {row.id for row in may_be_used}, {row.site_id for row in may_be_used})
    known = histories_and_ledger_states(session, [row.enrollment_id for row in may_be_used]) if may_be_used else {}
    return LockedEnrollments({of: LockedEnrollment(*one) for of, one in known.items()}, refused)


def _lock_accounts(session: Session, client_ids: Collection[int], site_ids: Collection[int]) -> None:
    """Lock the clients' accounts, and remember them and those of their sites, which keep no balance."""
    of_clients = select(AccountRow.key, AccountRow.id).where(
        AccountRow.client_id.in_(client_ids), AccountRow.kind == "client"
    )
    of_sites = select(AccountRow.key, AccountRow.id).where(
        AccountRow.site_id.in_(site_ids), or_(AccountRow.kind == "issued", AccountRow.kind == "program_loss")
    )
    rows = session.execute(of_clients.order_by(AccountRow.id).with_for_update(key_share=True)).all()
    remember_accounts(session, [*rows, *session.execute(of_sites)])
