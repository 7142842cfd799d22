"""A lead gives visit lines with names to somebody outside the clinic: a disclosure for each client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.disclosures import CONSENT, OF_MANY, check_texts
from cm_tracker.domain.errors import AllRefusals, BadInput, NotAllowed
from cm_tracker.domain.measures.tables import Table
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Disclosure
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.reports.named_lines import ToTell, clients_to_tell, table_with_names, told_with
from cm_tracker.queries.reports.saved import saved_report


@dataclass(frozen=True, slots=True)
class DisclosedLines:
    """The lines with the names of those about whom a disclosure was recorded, and how many clients were left out."""

    table: Table
    told: int
    left_out: int


@one_transaction
def disclose_lines(
    session: Session,
    *,
    saved_id: int,
    basis: str,
    recipient: str,
    purpose: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> DisclosedLines:
    """Record a disclosure for each client of a saved report's visit lines, and return the lines with their names.

    By consent, only those are told who have one for this recipient that holds today; all others are left out. By one of
    the exceptions in `OF_MANY`, everybody is told. A form that is sent again on a day when the report has other days is
    refused (`KeyReused`). Raise `NotFound` for a saved report of other sites or without visit lines,
    `NotAllowed`, and `BadInput` where nobody may be told.
    """
    if not (actor.may("report:clients") and actor.may("disclosure:record")):
        raise NotAllowed(roles=actor.roles)
    saved = saved_report(session, actor, saved_id)
    first_day, last_day = saved.days_on(now)
    told: Sequence[ToTell] = ()

    def write() -> int:
        nonlocal told
        refusals = AllRefusals()
        with refusals:
            if basis not in OF_MANY:
                raise BadInput("Choose what the disclosure rests on.", "basis")
        texts = {}
        with refusals:
            what = f"Visit lines for billing, {first_day} to {last_day}"
            texts = check_texts(recipient=recipient, what=what, purpose=purpose)
        refusals.raise_any()
        for client_id in sorted(one.client_id for one in clients_to_tell(session, actor, saved, now)):
            lock_client(session, client_id, "disclosure:record", actor)
        # Read again: who was waited for may have taken a consent back.
        clients = clients_to_tell(session, actor, saved, now)
        if not clients:
            raise BadInput("There are no lines in these days, so there is nothing to give.")
        told = _may_be_told(clients, basis, recipient)
        numbers = [_record(session, one, basis, texts, actor, now) for one in told]
        return numbers[0]

    content = [saved_id, basis, recipient, purpose, str(first_day), str(last_day)]
    first = run_once(session, key, "disclose_lines", content, actor, now, write)
    # A form that is sent twice gives the file twice, but not the name of whoever took a consent back in between.
    told = told or _may_be_told(clients_to_tell(session, actor, saved, now), basis, recipient)
    client_ids = told_with(session, first) & {one.client_id for one in told}
    table, left_out = table_with_names(session, actor, saved, client_ids, now)
    return DisclosedLines(table, len(client_ids), left_out)


def _may_be_told(clients: Sequence[ToTell], basis: str, recipient: str) -> list[ToTell]:
    told = [one for one in clients if basis != CONSENT or one.consent_for(recipient) is not None]
    if not told:
        raise BadInput("No client of these lines has a consent for this recipient that holds today.", "consented")
    return told


def _record(
    session: Session, one: ToTell, basis: str, texts: dict[str, str], actor: Actor, now: datetime
) -> int:  # fmt: skip
    consent = one.consent_for(texts["recipient"]) if basis == CONSENT else None
    disclosure_id = session.execute(
        insert(Disclosure)
        .values(
            client_id=one.client_id,
            site_id=one.site_id,
            basis=basis,
            consent_id=consent.id if consent else None,
            **texts,
            disclosed_on=one.today,
            recorded_at=now,
            staff_id=actor.staff_id,
        )
        .returning(Disclosure.id)
    ).scalar_one()
    note_audit(
        session, "disclosure:recorded", f"disclosure:{disclosure_id}", actor=actor, now=now, site_id=one.site_id,
        client_id=one.client_id, basis=basis,
    )  # fmt: skip
    return int(disclosure_id)
