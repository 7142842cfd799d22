"""Transfers of clients: what is unfinished before one, and what the site that a client left keeps reading."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.transfers import Unfinished
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.prizes.offers import SET_ASIDE
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import (
    AccountRow,
    AdjustmentRequest,
    Client,
    ClientMerge,
    ClientTransfer,
    Enrollment,
    EntryRow,
    Handover,
    LogRow,
    MergeRequest,
    Offer,
    Redemption,
    Site,
    Transaction,
    VisitRow,
)
from cm_tracker.queries.clients.main_records import Record, main_id_of, main_of, records_of
from cm_tracker.queries.staff.site_settings import settings_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 200


def unfinished(session: Session, client_id: int, site_id: int, now: datetime) -> Unfinished:
    """Return what is unfinished for a client at their site, and the newest day of a visit and of a transfer."""
    undo = aliased(Transaction)
    since = now - timedelta(minutes=settings_of(session, site_id).offer_minutes)
    offers = select(func.count()).where(
        Offer.client_id == client_id,
        Offer.redemption_id.is_(None),
        Offer.withdrawn_at.is_(None),
        Offer.offered_at >= since,
    )
    set_aside = (
        select(func.count(Redemption.id))
        .outerjoin(Handover, Handover.redemption_id == Redemption.id)
        .outerjoin(undo, undo.undoes_id == Redemption.transaction_id)
        .where(
            Redemption.client_id.in_(records_of(client_id)),
            Redemption.way == SET_ASIDE,
            Handover.id.is_(None),
            undo.id.is_(None),
        )
    )
    adjustments = select(func.count()).where(
        AdjustmentRequest.client_id == client_id, AdjustmentRequest.decision.is_(None)
    )
    newer = aliased(VisitRow)
    newest_visit = (
        select(func.max(VisitRow.happened_on))
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .outerjoin(newer, newer.corrects_id == VisitRow.id)
        .where(
            Enrollment.client_id.in_(records_of(client_id)),
            newer.id.is_(None),
            func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
        )
    )
    newest_transfer = select(func.max(ClientTransfer.first_day)).where(
        ClientTransfer.client_id.in_(records_of(client_id))
    )
    merges = select(func.count()).where(
        or_(MergeRequest.from_client_id == client_id, MergeRequest.into_client_id == client_id),
        MergeRequest.decision.is_(None),
    )
    row = session.execute(
        select(
            offers.scalar_subquery().label("offers"),
            set_aside.scalar_subquery().label("set_aside"),
            adjustments.scalar_subquery().label("adjustments"),
            merges.scalar_subquery().label("merges"),
            newest_visit.scalar_subquery().label("newest_visit_on"),
            newest_transfer.scalar_subquery().label("newest_transfer_on"),
        )
    ).one()
    return view_of(Unfinished, row)


def left_sites(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a client once belonged to one of the actor's sites and was transferred from there.

    So it is also where a record was transferred that was merged later, or into which this one was merged.
    """
    if actor.site_ids is None:
        return false()
    left = aliased(Client)
    return main_of().in_(
        select(main_of(left))
        .join(ClientTransfer, ClientTransfer.client_id == left.id)
        .where(ClientTransfer.site_id.in_(actor.site_ids))
    )


def reaches_record(site_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a record with this site may be read, in a query that joins its client.

    Either it was made at one of the actor's sites, or its client belongs to one now.
    """
    return or_(at_sites(site_id, actor), at_sites(Client.site_id, actor))


@dataclass(frozen=True, slots=True)
class FormerVisit:
    """A visit as the site had it when the client left: its day and outcome, and what it had paid by then.

    `is_hours` says that it is the result of a week of hours.
    """

    happened_on: date
    outcome: str
    paid: tuple[tuple[str, int], ...]
    is_hours: bool


@dataclass(frozen=True, slots=True)
class FormerClient:
    """A client as a site reads on that they have left: what happened there until then, and nothing of later.

    It names them by code only: the name went along.
    """

    id: int
    code: str
    site_name: str
    to_site_name: str
    time_zone: str
    first_day_away: date
    visits: tuple[FormerVisit, ...]


def former_client(session: Session, actor: Actor, client_id: int) -> FormerClient:
    """Return a client whom one of the actor's sites has transferred to a site that is not the actor's.

    Records that were merged are one client: of each, the site reads what happened until that one left.
    Raise `NotFound` for any other client.
    """
    to_site = aliased(Site)
    row = session.execute(
        select(
            Client.id,
            Client.code,
            Site.name.label("site_name"),
            to_site.name.label("to_site_name"),
            Site.time_zone,
            ClientTransfer.first_day.label("first_day_away"),
        )
        .join(Record, main_of(Record) == Client.id)
        .join(ClientTransfer, ClientTransfer.client_id == Record.id)
        .join(Site, Site.id == ClientTransfer.site_id)
        .join(to_site, to_site.id == ClientTransfer.to_site_id)
        .where(
            Client.id == main_id_of(client_id),
            ~at_sites(Client.site_id, actor),
            at_sites(ClientTransfer.site_id, actor),
        )
        .order_by(ClientTransfer.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound(what="client")
    return view_of(FormerClient, row, visits=_visits_until_left(session, actor, row.id))


def client_who_left(session: Session, actor: Actor, visit_id: int) -> int:
    """Return the client of a visit at one of the actor's sites, who belongs to another site now. Raise `NotFound`."""
    client_id = session.execute(
        select(Client.id)
        .join(Record, main_of(Record) == Client.id)
        .join(Enrollment, Enrollment.client_id == Record.id)
        .join(VisitRow, VisitRow.enrollment_id == Enrollment.id)
        .where(
            VisitRow.id == visit_id,
            at_sites(VisitRow.site_id, actor),
            ~at_sites(Client.site_id, actor),
            left_sites(actor),
        )
    ).scalar_one_or_none()
    if client_id is None:
        raise NotFound(what="visit")
    return client_id


def _left_at(session: Session, actor: Actor, client_id: int) -> dict[int, int]:
    """Return the number in the log at which each record of a client last left one of the actor's sites.

    A record leaves with its own transfer, and with one of the record into which it had been merged by then.
    """
    left: dict[int, list[int]] = {}
    for record_id, seq in session.execute(
        select(ClientTransfer.client_id, LogRow.seq)
        .join(LogRow, LogRow.record == ClientTransfer.record)
        .where(ClientTransfer.client_id.in_(records_of(client_id)), at_sites(ClientTransfer.site_id, actor))
    ):
        left.setdefault(record_id, []).append(seq)
    merged: dict[int, tuple[int, int]] = {
        row.from_client_id: (row.into_client_id, row.seq)
        for row in session.execute(
            select(ClientMerge.from_client_id, ClientMerge.into_client_id, LogRow.seq)
            .join(LogRow, LogRow.record == ClientMerge.record)
            .where(ClientMerge.from_client_id.in_(records_of(client_id)))
        )
    }
    found: dict[int, int] = {}
    for record_id in {*left, *merged}:
        of, since = record_id, 0
        while True:
            found[record_id] = max([found.get(record_id, 0), *(seq for seq in left.get(of, ()) if seq > since)])
            if of not in merged:
                break
            of, since = merged[of]
    return {record_id: seq for record_id, seq in found.items() if seq}


def _visits_until_left(session: Session, actor: Actor, client_id: int) -> tuple[FormerVisit, ...]:
    """Return the visits at the actor's sites as they were when the client left, the newest day first."""
    was_there = or_(
        *(
            and_(Enrollment.client_id == record_id, LogRow.seq < seq)
            for record_id, seq in _left_at(session, actor, client_id).items()
        )
    )
    records = session.execute(
        select(
            VisitRow.id,
            VisitRow.corrects_id,
            VisitRow.happened_on,
            VisitRow.outcome,
            VisitRow.correction,
            VisitRow.minutes_expected,
            at_sites(VisitRow.site_id, actor).label("is_here"),
        )
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(LogRow, LogRow.record == VisitRow.record)
        .where(was_there)
        .order_by(VisitRow.id)
    )
    first_of: dict[int, int] = {}
    newest: dict[int, Any] = {}
    for record in records:
        first = first_of[record.id] = record.id if record.corrects_id is None else first_of[record.corrects_id]
        newest[first] = record
    here = {first: record for first, record in newest.items() if record.is_here and record.correction not in TAKEN_AWAY}
    paid: dict[int, list[tuple[str, int]]] = {}
    for visit_id, unit, amount in session.execute(
        select(EntryRow.visit_id, EntryRow.unit, func.sum(EntryRow.amount))
        .join(AccountRow, AccountRow.id == EntryRow.account_id)
        .join(Transaction, Transaction.id == EntryRow.transaction_id)
        .join(LogRow, LogRow.record == Transaction.record)
        .join(VisitRow, VisitRow.id == EntryRow.visit_id)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .where(AccountRow.kind == "client", was_there)
        .group_by(EntryRow.visit_id, EntryRow.unit)
        .order_by(EntryRow.visit_id, EntryRow.unit)
    ):
        paid.setdefault(visit_id or 0, []).append((unit, int(amount)))
    lines = sorted(here.items(), key=lambda item: (item[1].happened_on, item[0]), reverse=True)
    return tuple(
        FormerVisit(record.happened_on, record.outcome, tuple(paid.get(first, ())), record.minutes_expected is not None)
        for first, record in lines[:MOST]
    )
