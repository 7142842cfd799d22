"""Ask for a purchase of a prize, which somebody else authorizes before anything is bought."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, NotFound
from cm_tracker.domain.prizes.purchases import LEAST_CHARACTERS, check_cards_asked, check_request
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Prize, PurchaseRow
from cm_tracker.operations.steps.lock_site import lock_site
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.save_note import save_note
from cm_tracker.queries.funding.sources import open_sources
from cm_tracker.queries.prizes.catalog import of_site
from cm_tracker.queries.prizes.purchases import cards_in_hand
from cm_tracker.queries.staff.site_settings import settings_of
from cm_tracker.queries.staff.sites import time_zone_of


@one_transaction
def request_purchase(
    session: Session,
    *,
    site_id: int,
    prize_id: int,
    source_id: int | None,
    quantity: int,
    unit_cents: int,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Ask for a purchase, perhaps from a source of money, and return its id.

    Raise `BadInput` for a reason that is too short, a closed source, and more cards than the site keeps.
    """
    # The site is locked, so that two requests together do not bring more cards than it keeps.
    lock_site(session, site_id, "stock:deliver", actor)

    def write() -> int:
        is_serial = session.execute(
            select(Prize.is_serial).where(Prize.id == prize_id, Prize.is_active, of_site(site_id))
        ).scalar_one_or_none()
        if is_serial is None:
            raise NotFound(what="prize")
        refusals = AllRefusals()
        with refusals:
            check_request(quantity, unit_cents)
        with refusals:
            if len(reason.strip()) < LEAST_CHARACTERS:
                raise BadInput("Say in a few words what it is for.", "reason")
        with refusals:
            open_now = {line.id for line in open_sources(session, day_at(now, time_zone_of(session, site_id)))}
            if source_id is not None and source_id not in open_now:
                raise BadInput("This source is closed. Choose another one.", "source_id")
        with refusals:
            if is_serial:
                most = settings_of(session, site_id).most_cards
                check_cards_asked(cards_in_hand(session, site_id) + quantity, most)
        refusals.raise_any()
        digest = save_note(session, reason)
        purchase_id = session.execute(
            insert(PurchaseRow)
            .values(
                site_id=site_id,
                prize_id=prize_id,
                source_id=source_id,
                quantity=quantity,
                unit_cents=unit_cents,
                note_digest=digest,
                requested_at=now,
                staff_id=actor.staff_id,
            )
            .returning(PurchaseRow.id)
        ).scalar_one()
        note_audit(
            session,
            "purchase:requested",
            f"purchase:{purchase_id}",
            actor=actor,
            now=now,
            site_id=site_id,
            note_digest=digest,
            prize=prize_id,
            quantity=quantity,
            unit_cents=unit_cents,
        )
        return purchase_id

    content = [site_id, prize_id, source_id, quantity, unit_cents, reason]
    return run_once(session, key, "request_purchase", content, actor, now, write)
