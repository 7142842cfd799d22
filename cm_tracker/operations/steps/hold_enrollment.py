"""Take an enrollment: its client's row and purses are locked, and what is decided about it is loaded."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Account, Client, Enrollment
from cm_tracker.operations.steps.add_record import draws_ids, remember_ids
from cm_tracker.operations.steps.answer_once import Once
from cm_tracker.operations.steps.lock_client import locked
from cm_tracker.operations.steps.post_transaction import remember_accounts
from cm_tracker.prepared import Prepared
from cm_tracker.queries.clients.enrollments import Books, LoadedEnrollment, load_with_books


def hold_enrollment(
    session: Session, enrollment_id: int, act: str, actor: Actor, once: Once | None = None
) -> tuple[LoadedEnrollment, Books]:
    """Lock and load an enrollment for an act of the actor: everything in one journey to the database.

    The form's key is taken on the way, and ids are drawn for what will be written. An enrollment of
    another site is `NotFound`, as if there were none; a role without the act is `NotAllowed`.
    """
    of = {"enrollment_id": enrollment_id}
    questions = [(_CLIENTS, of), (_PURSES, of), (_OUTSIDE, of), *draws_ids(session)]
    if once is not None:
        questions.append(once.question(session))
    enrollment, books, answers = load_with_books(session, enrollment_id, *questions)
    rows, purses, outside, *more = answers
    if once is not None:
        once.was_taken(more.pop())
    remember_ids(session, more)
    locked(rows, "enrollment", act, actor)
    remember_accounts(session, [*purses, *outside])
    return enrollment, books


_CLIENT, _ACCOUNT, _ENROLLMENT = table(Client), table(Account), table(Enrollment)
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
