"""Merges of client records: what stands against one, both records side by side, and the requests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.clock import day_at
from cm_tracker.domain.clients.events import EnrollmentSpan
from cm_tracker.domain.clients.merging import MergeSide, check_merge
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.errors.merging import Unfinished
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.models import (
    AccountRow,
    AdjustmentRequest,
    Client,
    ClientMerge,
    Commitment,
    Draw,
    Enrollment,
    MergeRequest,
    Note,
    Offer,
    Site,
    Staff,
    Transaction,
    VisitRow,
)
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.main_records import codes_in, main_id_of, merged_codes_column, records_of
from cm_tracker.queries.clients.received import received_in_year
from cm_tracker.queries.clients.spans import ClientSpan, spans_of
from cm_tracker.queries.paging import PAGE, Page, page_of
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST_SAME_VISITS = 50


def merge_side(session: Session, client_id: int, now: datetime, *, but_request: int | None = None) -> MergeSide:
    """Return what decides whether a record can be merged. `but_request` is the request that is being decided."""
    row = session.execute(
        select(Client.id, Client.code, Client.site_id, Client.is_practice, Site.time_zone, Site.settings)
        .join(Site, Site.id == Client.site_id)
        .where(Client.id == client_id)
    ).one()
    today = day_at(now, row.time_zone)
    return MergeSide(
        id=row.id,
        code=row.code,
        site_id=row.site_id,
        is_enrolled=any(_is_not_over(of, today) for of in spans_of(session, [client_id])),
        unfinished=_unfinished(session, client_id, now, settings_from(row.settings).offer_minutes, but_request),
        is_practice=row.is_practice is True,
    )


def _is_not_over(of: ClientSpan, today: date) -> bool:
    # Who has ended an enrollment as of today may merge today.
    if of.span.ended_on is not None and of.span.ended_on <= today:
        return False
    return of.span.last_day is None or of.span.last_day >= today


def _unfinished(
    session: Session, client_id: int, now: datetime, offer_minutes: int, but_request: int | None
) -> tuple[Unfinished, ...]:
    has_draws = exists().where(
        AccountRow.client_id == client_id,
        AccountRow.kind == "client",
        AccountRow.unit == "draws",
        AccountRow.balance > 0,
    )
    checks: dict[Unfinished, Any] = {
        "offer": exists().where(
            Offer.client_id == client_id,
            Offer.redemption_id.is_(None),
            Offer.withdrawn_at.is_(None),
            Offer.offered_at >= now - timedelta(minutes=offer_minutes),
        ),
        # The client has seen the digest of the next draw: it is made as it was promised.
        "draws": has_draws
        & exists().where(
            Commitment.client_id == client_id,
            ~exists().where(Draw.commitment_id == Commitment.id).correlate(Commitment),
        ),
        "set aside": exists().where(
            AccountRow.client_id == client_id, AccountRow.kind == "held", AccountRow.balance > 0
        ),
        "adjustment": exists().where(AdjustmentRequest.client_id == client_id, AdjustmentRequest.decision.is_(None)),
        "merge": exists().where(
            or_(MergeRequest.from_client_id == client_id, MergeRequest.into_client_id == client_id),
            MergeRequest.decision.is_(None),
            MergeRequest.id != (but_request or 0),
        ),
    }
    row = session.execute(select(*checks.values())).one()
    return tuple(unfinished for unfinished, is_so in zip(checks, row, strict=True) if is_so)


def check_possible(
    session: Session, from_id: int, into_id: int, now: datetime, *, but_request: int | None = None
) -> None:
    """Raise the domain's refusals where a merge is not possible now, before anybody fills in the form."""
    check_merge(merge_side(session, from_id, now, but_request=but_request), merge_side(session, into_id, now))


@dataclass(frozen=True, slots=True)
class ComparedEnrollment:
    """An enrollment of one of the two records: its schedule, its days, and whether it is not over yet."""

    schedule_name: str
    span: EnrollmentSpan
    is_open: bool


@dataclass(frozen=True, slots=True)
class ComparedClient:
    """One of the two records of a merge, for a page that shows both side by side."""

    id: int
    code: str
    merged_codes: tuple[str, ...]
    preferred_name: str
    site_id: int
    site_name: str
    opened_at: datetime
    time_zone: str
    has_pin: bool
    balances: dict[str, int]
    received_cents: int
    enrollments: tuple[ComparedEnrollment, ...]


def compared_client(session: Session, actor: Actor, client_id: int, now: datetime) -> ComparedClient:
    """Return one of the two records, with what the client received in the calendar year. Raise `NotFound`."""
    row = session.execute(
        select(
            Client.id,
            Client.code,
            merged_codes_column().label("merged_codes"),
            Client.preferred_name,
            Client.site_id,
            Site.name.label("site_name"),
            Client.created_at,
            Site.time_zone,
            Client.pin_hash.is_not(None).label("has_pin"),
        )
        .join(Site, Site.id == Client.site_id)
        .where(Client.id == main_id_of(client_id), at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="client")
    today = day_at(now, row.time_zone)
    return ComparedClient(
        id=row.id,
        code=row.code,
        merged_codes=codes_in(row.merged_codes),
        preferred_name=row.preferred_name,
        site_id=row.site_id,
        site_name=row.site_name,
        opened_at=row.created_at,
        time_zone=row.time_zone,
        has_pin=row.has_pin,
        balances={unit: balance for unit, balance in balances_of(session, row.id).items() if balance},
        received_cents=received_in_year(session, row.id, today.year),
        enrollments=tuple(
            ComparedEnrollment(of.schedule_name(today), of.span, _is_not_over(of, today))
            for of in reversed(spans_of(session, [row.id]))
        ),
    )


@dataclass(frozen=True, slots=True)
class SameVisit:
    """A visit that both records have: one behavior on one day. One of the two may have been entered twice."""

    behavior: str
    happened_on: date
    from_visit_id: int
    into_visit_id: int


def same_visits(session: Session, from_id: int, into_id: int) -> tuple[SameVisit, ...]:
    """Return the visits that count in both records, the newest first; at most fifty."""
    ours, theirs = aliased(VisitRow), aliased(VisitRow)
    our_enrollment, their_enrollment = aliased(Enrollment), aliased(Enrollment)

    def counts(visit: Any) -> Any:
        newer = aliased(VisitRow)
        return func.coalesce(visit.correction, "").not_in(TAKEN_AWAY) & ~exists().where(newer.corrects_id == visit.id)

    rows = session.execute(
        select(ours.behavior, ours.happened_on, ours.id.label("from_visit_id"), theirs.id.label("into_visit_id"))
        .join(our_enrollment, our_enrollment.id == ours.enrollment_id)
        .join(theirs, (theirs.behavior == ours.behavior) & (theirs.happened_on == ours.happened_on))
        .join(their_enrollment, their_enrollment.id == theirs.enrollment_id)
        .where(
            our_enrollment.client_id.in_(records_of(from_id)),
            their_enrollment.client_id.in_(records_of(into_id)),
            counts(ours),
            counts(theirs),
        )
        .order_by(ours.happened_on.desc(), ours.id)
        .limit(MOST_SAME_VISITS)
    )
    return tuple(view_of(SameVisit, row) for row in rows)


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A request to merge one record into another: who asked and why, and who decided what and why. By code only."""

    id: int
    from_id: int
    from_code: str
    into_id: int
    into_code: str
    site_name: str
    time_zone: str
    reason: str | None
    requested_at: datetime
    requested_by_id: int | None
    requested_by: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    why_decided: str | None
    merge_id: int | None


_FROM, _INTO = aliased(Client), aliased(Client)
_ASKER, _DECIDER, _WHY = aliased(Staff), aliased(Staff), aliased(Note)


def _lines() -> Any:
    return (
        select(
            MergeRequest.id,
            _FROM.id.label("from_id"),
            _FROM.code.label("from_code"),
            _INTO.id.label("into_id"),
            _INTO.code.label("into_code"),
            Site.name.label("site_name"),
            Site.time_zone,
            Note.text.label("reason"),
            MergeRequest.requested_at,
            MergeRequest.staff_id.label("requested_by_id"),
            _ASKER.display_name.label("requested_by"),
            MergeRequest.decision,
            MergeRequest.decided_at,
            _DECIDER.display_name.label("decided_by"),
            _WHY.text.label("why_decided"),
            ClientMerge.id.label("merge_id"),
        )
        .join(_FROM, _FROM.id == MergeRequest.from_client_id)
        .join(_INTO, _INTO.id == MergeRequest.into_client_id)
        .join(Site, Site.id == MergeRequest.site_id)
        .outerjoin(Note, Note.digest == MergeRequest.note_digest)
        .outerjoin(_WHY, _WHY.digest == MergeRequest.decision_note_digest)
        .outerjoin(_ASKER, _ASKER.id == MergeRequest.staff_id)
        .outerjoin(_DECIDER, _DECIDER.id == MergeRequest.decided_by_id)
        .outerjoin(ClientMerge, ClientMerge.request_id == MergeRequest.id)
        .order_by(MergeRequest.id.desc())
    )


def merges(session: Session, actor: Actor, before: int | None) -> Page[MergeLine]:
    """Return the requests of the actor's sites, newest first, 50 a page."""
    chosen = _lines().where(at_sites(MergeRequest.site_id, actor))
    if before is not None:
        chosen = chosen.where(MergeRequest.id < before)
    lines = [view_of(MergeLine, row) for row in session.execute(chosen.limit(PAGE + 1))]
    return page_of(lines, [line.id for line in lines])


def merge(session: Session, actor: Actor, request_id: int) -> MergeLine:
    """Return a request of the actor's sites. Raise `NotFound`."""
    row = session.execute(
        _lines().where(MergeRequest.id == request_id, at_sites(MergeRequest.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="merge")
    return view_of(MergeLine, row)


def posted_by(session: Session, merge_id: int) -> tuple[int, ...]:
    """Return the ids of the transactions that a merge posted, one for each unit that the record had something of."""
    rows = session.execute(
        select(Transaction.id)
        .where(Transaction.because == f"client_merge:{merge_id}")
        .order_by(Transaction.id)
        .limit(50)
    )
    return tuple(rows.scalars())


def waiting_merges(session: Session, actor: Actor) -> int:
    """Return how many merges wait for this lead: not decided yet, and asked for by somebody else."""
    return session.execute(
        select(func.count())
        .select_from(MergeRequest)
        .where(
            MergeRequest.decision.is_(None),
            MergeRequest.staff_id != actor.staff_id,
            at_sites(MergeRequest.site_id, actor),
        )
    ).scalar_one()
