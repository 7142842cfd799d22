"""Set the currency in which the program pays, before it begins."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, CurrencyFixed, NotAllowed
from cm_tracker.domain.schedules.currencies import OFFERED
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import EntryRow, Prize, Program, ScheduleVersion
from cm_tracker.operations.steps.note_audit import keep_states, note_audit


@one_transaction
def set_currency(session: Session, *, currency: str, actor: Actor, now: datetime) -> None:
    """Set the currency by its code of ISO 4217. Set again to the same one, it changes nothing.

    Raise `BadInput` for a code that no program can pay in, and `CurrencyFixed` once a schedule is published, a prize is
    in the catalog or anything is booked: the amounts that are there would mean other money.
    """
    if not actor.may("currency:set"):
        raise NotAllowed(roles=actor.roles)
    if currency not in OFFERED:
        raise BadInput("Give the three letters of a currency that has hundredths, such as USD, GBP or CAD.")
    current = session.execute(select(Program.currency).with_for_update()).scalar_one()
    if current == currency:
        return
    has_begun = or_(*(select(column).exists() for column in (ScheduleVersion.id, Prize.id, EntryRow.id)))
    if session.execute(select(has_begun)).scalar_one():
        raise CurrencyFixed
    session.execute(update(Program).values(currency=currency))
    keep_states(session, "program:1")
    note_audit(session, "program:currency-set", "program:1", actor=actor, now=now, currency=currency)
