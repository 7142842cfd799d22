"""A member of staff sets up an authenticator app."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.authenticators import step_of
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.staff.second_factor import digits_of
from cm_tracker.models import SecondFactor
from cm_tracker.operations.steps.begin_factor import begin_factor
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.secret_box import SecretBox


@one_transaction
def set_up_app(
    session: Session, *, secret: str, code: str, box: SecretBox, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Ask for the codes of this secret from now on; an app of before counts no more. Return new recovery codes, if any.

    `code` shows that the app has the secret: raise `BadInput` for a wrong one, and `SecretsKeyMissing`.
    """
    step = step_of(secret, digits_of(code) or "", now)
    if step is None or actor.staff_id is None:
        raise BadInput(
            "That is not the code of now. Look at the app again, and check the clock of your phone.", "factor_code"
        )
    is_first = (
        session.execute(select(SecondFactor.staff_id).where(SecondFactor.secret.is_not(None)).limit(1)).first() is None
    )
    values = {"secret": box.seal(secret, is_first=is_first), "set_up_at": now, "last_step": step}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(SecondFactor)
        .values(staff_id=actor.staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values)
    )
    note_audit(session, "staff:app-added", f"staff:{actor.staff_id}", actor=actor, now=now)
    return begin_factor(session, staff_id=actor.staff_id, now=now)
