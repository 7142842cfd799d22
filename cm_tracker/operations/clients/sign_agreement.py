"""A client signs the agreement about the rules that they follow: on paper, or on the screen with their PIN."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.clients.agreements import MOST_CHARACTERS, PAPER, SCREEN, fingerprint
from cm_tracker.domain.clients.disclosures import check_signed
from cm_tracker.domain.errors import AgreementSigned, AllRefusals, BadInput, NotFound, NotWhatWasShown
from cm_tracker.domain.prizes.offers import Confirmation
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.lock_client import lock_client
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.queries.clients.agreements import agreement_page
from cm_tracker.queries.staff.staff import counselors_at


@one_transaction
def sign_agreement(
    session: Session,
    *,
    enrollment_id: int,
    version_id: int,
    language: str,
    text: str,
    shown: str,
    confirmation: Confirmation | None,
    signed_on: date,
    witness_id: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Record that a client signed the agreement, and return its id. What they signed is kept word by word.

    `text` is the whole agreement in `language`, and `shown` the fingerprint of what the page or the paper showed. With a
    `confirmation`, the client signed on the screen just now; without one, on paper on `signed_on`. Raise
    `NotWhatWasShown` where the text or the version is another one by now, `AgreementSigned` where the client has signed
    this version, and `BadInput` for a day to come and a witness who does not work at the client's site.
    """
    client_id = agreement_page(session, actor, enrollment_id, now).client_id
    client = lock_client(session, client_id, "consent:change", actor)

    def write() -> int:
        page = agreement_page(session, actor, enrollment_id, now)
        if page.signed is not None:
            raise AgreementSigned
        if page.version_id != version_id or fingerprint(text) != shown:
            raise NotWhatWasShown
        if confirmation is not None and confirmation.client_id != client.id:
            raise NotFound(what="client")
        refusals = AllRefusals()
        with refusals:
            check_signed(signed_on, day_at(now, page.time_zone))
        with refusals:
            if witness_id not in counselors_at(session, client.site_id):
                raise BadInput("Choose somebody who works at this site.", "witness_id")
        refusals.raise_any()
        digest = save_note(session, text, most=MOST_CHARACTERS)
        record = add_record(
            session,
            "signed_agreement",
            enrollment_id=enrollment_id,
            site_id=client.site_id,
            schedule_version_id=version_id,
            language=language,
            way=SCREEN if confirmation is not None else PAPER,
            signed_on=signed_on,
            witness_id=witness_id,
            note_digest=digest,
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        note_audit(
            session, "agreement:signed", record.address, actor=actor, now=now, site_id=client.site_id,
            client_id=client.id, way=record.row["way"], schedule_version_id=version_id,
        )  # fmt: skip
        seal_records(session, [record])
        return record.id

    content = [enrollment_id, version_id, language, shown, confirmation is not None, signed_on.isoformat(), witness_id]
    return run_once(session, key, "sign_agreement", content, actor, now, write)
