"""Lock an enrollment, and load what is decided about it, in one round trip."""

from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.history import EnrollmentHistory
from cm_tracker.domain.visits.settling import LedgerState
from cm_tracker.models import AccountRow, Client, Enrollment
from cm_tracker.operations.steps.add_record import keep_reserved_ids, reserve_ids
from cm_tracker.operations.steps.lock_client import LOCKED_COLUMNS, locked
from cm_tracker.operations.steps.post_transaction import remember_accounts
from cm_tracker.operations.steps.run_once import IdempotentRequest
from cm_tracker.prepared import Prepared, run_batch
from cm_tracker.queries.clients.enrollments import history_from, history_queries, ledger_queries, ledger_state_from
from cm_tracker.queries.clients.main_records import main_of


class LockedEnrollment(NamedTuple):
    """An enrollment whose client and accounts are locked until the commit, and what the ledger says of it."""

    history: EnrollmentHistory
    ledger_state: LedgerState


def lock_enrollment(
    session: Session, enrollment_id: int, permission: str, actor: Actor, request: IdempotentRequest | None = None
) -> LockedEnrollment:
    """Lock the client and the client's accounts, then read the enrollment and what was paid for it.

    The key of the `request` is claimed in the same round trip, and ids for the rows to come are reserved. Raise
    `NotFound` for an enrollment of another site, as if there were none, and `NotAllowed` for an actor without
    the permission.
    """
    parameters = {"enrollment_id": enrollment_id}
    rows = run_batch(
        session,
        {
            "client": (_CLIENT_OF, parameters),
            "accounts": (_ACCOUNTS_OF, parameters),
            "site_accounts": (_SITE_ACCOUNTS_OF, parameters),
            **reserve_ids(session),
            **(request.claim(session) if request is not None else {}),
            **history_queries(enrollment_id),
            **ledger_queries(enrollment_id),
        },
    )
    if request is not None:
        request.claimed(rows)
    keep_reserved_ids(session, rows)
    history = history_from(rows)
    locked(session, rows["client"], "enrollment", permission, actor)
    remember_accounts(session, [*rows["accounts"], *rows["site_accounts"]])
    return LockedEnrollment(history, ledger_state_from(session, history, rows))


_CLIENT, _ACCOUNT, _ENROLLMENT = table(Client), table(AccountRow), table(Enrollment)
_RECORD = table(Client).alias("record")
_CLIENT_ID = (
    select(main_of(_RECORD.c))
    .join(_ENROLLMENT, _ENROLLMENT.c.client_id == _RECORD.c.id)
    .where(_ENROLLMENT.c.id == bindparam("enrollment_id"))
    .scalar_subquery()
)
_SITE_ID = select(_CLIENT.c.site_id).where(_CLIENT.c.id == _CLIENT_ID).scalar_subquery()
_CLIENT_OF = Prepared(
    select(*LOCKED_COLUMNS).where(_CLIENT.c.id == _CLIENT_ID).with_for_update(key_share=True), columns=LOCKED_COLUMNS
)
_ACCOUNT_COLUMNS = (_ACCOUNT.c.key, _ACCOUNT.c.id)
_ACCOUNTS_OF = Prepared(
    select(*_ACCOUNT_COLUMNS)
    .where(_ACCOUNT.c.client_id == _CLIENT_ID, _ACCOUNT.c.kind == "client")
    .order_by(_ACCOUNT.c.id)
    .with_for_update(key_share=True),
    columns=_ACCOUNT_COLUMNS,
)
# The site's accounts are not locked: they keep no balance.
_SITE_ACCOUNTS_OF = Prepared(
    select(*_ACCOUNT_COLUMNS).where(
        _ACCOUNT.c.site_id == _SITE_ID, or_(_ACCOUNT.c.kind == "issued", _ACCOUNT.c.kind == "program_loss")
    ),
    columns=_ACCOUNT_COLUMNS,
)
