"""Take an enrollment: its client's row and purses are locked, and what is decided about it is loaded."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Client, Enrollment
from cm_tracker.operations.steps.add_record import keep_reserved_ids, reserve_ids
from cm_tracker.operations.steps.lock_client import locked
from cm_tracker.operations.steps.post_transaction import remember_accounts
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.enrollments import LedgerState, LoadedEnrollment, load_with_ledger_state


def lock_enrollment(
    session: Session, enrollment_id: int, permission: str, actor: Actor, once: IdempotentRequest | None = None
) -> tuple[LoadedEnrollment, LedgerState]:
    """Lock and load an enrollment for a permission of the actor: everything in one journey to the database.

    The form's key is taken on the way, and ids are drawn for what will be written. An enrollment of
    another site is `NotFound`, as if there were none; a role without the permission is `NotAllowed`.
    """
    of = {"enrollment_id": enrollment_id}
    questions = [(_CLIENTS, of), (_PURSES, of), (_OUTSIDE, of), *reserve_ids(session)]
    if once is not None:
        questions.append(once.claim(session))
    enrollment, ledger_state, answers = load_with_ledger_state(session, enrollment_id, *questions)
    rows, purses, outside, *more = answers
    if once is not None:
        once.was_taken(more.pop())
    keep_reserved_ids(session, more)
    locked(rows, "enrollment", permission, actor)
    remember_accounts(session, [*purses, *outside])
    return enrollment, ledger_state


_CLIENT, _ACCOUNT, _ENROLLMENT = table(Client), table(AccountRow), table(Enrollment)
_OF = select(_ENROLLMENT.c.client_id).where(_ENROLLMENT.c.id == bindparam("enrollment_id")).scalar_subquery()
_SITE = select(_CLIENT.c.site_id).where(_CLIENT.c.id == _OF).scalar_subquery()
_CLIENT_COLUMNS = (_CLIENT.c.id, _CLIENT.c.site_id)
_CLIENTS = Prepared(
    select(*_CLIENT_COLUMNS).where(_CLIENT.c.id == _OF).with_for_update(key_share=True), answers=_CLIENT_COLUMNS
)
_ACCOUNT_COLUMNS = (_ACCOUNT.c.key, _ACCOUNT.c.id)
_PURSES = Prepared(
    select(*_ACCOUNT_COLUMNS)
    .where(_ACCOUNT.c.client_id == _OF, _ACCOUNT.c.kind == "client")
    .order_by(_ACCOUNT.c.id)
    .with_for_update(key_share=True),
    answers=_ACCOUNT_COLUMNS,
)
# Where points come from and go to is not locked: those accounts keep no balance.
_OUTSIDE = Prepared(
    select(*_ACCOUNT_COLUMNS).where(
        _ACCOUNT.c.site_id == _SITE, or_(_ACCOUNT.c.kind == "issued", _ACCOUNT.c.kind == "program_loss")
    ),
    answers=_ACCOUNT_COLUMNS,
)
