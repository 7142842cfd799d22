"""Add a new client."""

from datetime import datetime

from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_client import add_client
from cm_tracker.operations.steps.check_known import check_known


@one_transaction
def open_client(
    session: Session,
    *,
    code: str,
    preferred_name: str,
    site_id: int,
    language: str,
    actor: Actor,
    now: datetime,
    shown: str | None = None,
    is_practice: bool = False,
) -> int:
    """Add a client at a site. Return the client's id. Raise `Taken` for a code that is in use.

    One that `is_practice` is for training staff: nothing leaves the cabinet for them, and no report counts them.

    `shown` stands for the clients with such a name that the page has shown (`shown_as`); where they are others, raise
    `MaybeKnown`. None asks nothing, for a program that adds clients.
    """
    client_id = add_client(
        session,
        code=code,
        preferred_name=preferred_name,
        site_id=site_id,
        language=language,
        is_practice=is_practice,
        actor=actor,
        now=now,
    )
    # Asked last, when nothing else is wrong with the form. A refusal rolls the new client back.
    if shown is not None:
        check_known(session, site_id, preferred_name, shown, but_client=client_id)
    return client_id
