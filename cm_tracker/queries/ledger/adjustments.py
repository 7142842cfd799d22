"""Adjustments: what waits for the decision of a second lead, and what was decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AccountRow, Adjustment, AdjustmentRequest, Client, Note, Site, Staff
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """An adjustment: who asked for what and why, and who decided what and why. It names the client by code only.

    `balance` is what the client has now, None for a site that they have left.
    """

    id: int
    client_id: int
    client_code: str
    site_name: str
    time_zone: str
    unit: str
    amount: int
    reason: str | None
    requested_at: datetime
    requested_by_id: int | None
    requested_by: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    why_decided: str | None
    transaction_id: int | None
    balance: int | None


def _lines(actor: Actor) -> Any:
    asker, decider, why_decided = aliased(Staff), aliased(Staff), aliased(Note)
    return (
        select(
            AdjustmentRequest.id,
            Client.id.label("client_id"),
            Client.code.label("client_code"),
            Site.name.label("site_name"),
            Site.time_zone,
            AdjustmentRequest.unit,
            AdjustmentRequest.amount,
            Note.text.label("reason"),
            AdjustmentRequest.requested_at,
            AdjustmentRequest.staff_id.label("requested_by_id"),
            asker.display_name.label("requested_by"),
            AdjustmentRequest.decision,
            AdjustmentRequest.decided_at,
            decider.display_name.label("decided_by"),
            why_decided.text.label("why_decided"),
            Adjustment.transaction_id,
            case((at_sites(Client.site_id, actor), func.coalesce(AccountRow.balance, 0)), else_=None).label("balance"),
        )
        .join(Record, Record.id == AdjustmentRequest.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == AdjustmentRequest.site_id)
        .outerjoin(Note, Note.digest == AdjustmentRequest.note_digest)
        .outerjoin(why_decided, why_decided.digest == AdjustmentRequest.decision_note_digest)
        .outerjoin(asker, asker.id == AdjustmentRequest.staff_id)
        .outerjoin(decider, decider.id == AdjustmentRequest.decided_by_id)
        .outerjoin(Adjustment, Adjustment.request_id == AdjustmentRequest.id)
        .outerjoin(
            AccountRow,
            (AccountRow.client_id == Client.id)
            & (AccountRow.kind == "client")
            & (AccountRow.unit == AdjustmentRequest.unit),
        )
        .order_by(AdjustmentRequest.id.desc())
    )


def adjustments(session: Session, actor: Actor, before: int | None) -> Page[AdjustmentLine]:
    """Return the adjustments of the actor's sites, newest first, 50 a page."""
    chosen = _lines(actor).where(at_sites(AdjustmentRequest.site_id, actor))
    if before is not None:
        chosen = chosen.where(AdjustmentRequest.id < before)
    lines = [view_of(AdjustmentLine, row) for row in session.execute(chosen.limit(PAGE + 1))]
    return page_of(lines, [line.id for line in lines])


def adjustment(session: Session, actor: Actor, request_id: int) -> AdjustmentLine:
    """Return an adjustment of the actor's sites. Raise `NotFound`."""
    row = session.execute(
        _lines(actor).where(AdjustmentRequest.id == request_id, at_sites(AdjustmentRequest.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="adjustment")
    return view_of(AdjustmentLine, row)


def waiting_adjustments(session: Session, actor: Actor) -> int:
    """Return how many adjustments wait for this lead: not decided yet, and asked for by somebody else."""
    return session.execute(
        select(func.count())
        .select_from(AdjustmentRequest)
        .where(
            AdjustmentRequest.decision.is_(None),
            AdjustmentRequest.staff_id != actor.staff_id,
            at_sites(AdjustmentRequest.site_id, actor),
        )
    ).scalar_one()
