"""Whose record a page is about: the clients of visits, goals, receipts and other records that an address names."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from cm_tracker.domain.audit.viewings import Subject
from cm_tracker.models import (
    AdjustmentRequest,
    Client,
    Consent,
    Disclosure,
    Draw,
    Enrollment,
    GoalRow,
    IdentityOpening,
    MeetingSlip,
    MergeRequest,
    Offer,
    PrizeRequest,
    QuestionRow,
    Redemption,
    ReviewRow,
    ServiceRow,
    SignedAgreement,
    Site,
    Staff,
    Transaction,
    VisitRow,
)
from cm_tracker.queries.clients.search import records_with_code

# Of statements in one: SQLite takes 500.
_AT_ONCE = 100


class Whose(NamedTuple):
    """The client and the site of a record; a service belongs to a site and to no client."""

    client_id: int | None
    site_id: int | None


def whose_records(session: Session, subjects: Collection[Subject]) -> Mapping[Subject, tuple[Whose, ...]]:
    """Return whose each record is, at any site. A record that does not exist is left out; a merge has two clients.

    However many the records, it takes one query for each kind of them.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for noun, number in subjects:
        ids[noun].add(number)
    found: dict[Subject, list[Whose]] = defaultdict(list)
    for noun, numbers in sorted(ids.items()):
        for row in session.execute(LOOK_UP[noun](numbers)):
            found[noun, row.id].append(Whose(row.client_id, row.site_id))
    return {subject: tuple(whose) for subject, whose in found.items()}


def with_codes(session: Session, codes: Collection[str]) -> Mapping[str, Whose]:
    """Return the client whom each code names that was typed, by that code, at any site; a code of nobody is left out."""
    clients = [
        select(literal(code).label("typed"), Client.id, Client.site_id).where(
            Client.id.in_(records_with_code(code)), Client.merged_into_id.is_(None)
        )
        for code in sorted(codes)
    ]
    return {
        row.typed: Whose(row.id, row.site_id)
        for first in range(0, len(clients), _AT_ONCE)
        for row in session.execute(union_all(*clients[first : first + _AT_ONCE]))
    }


def account_ids(session: Session, usernames: Collection[str]) -> Mapping[str, int]:
    """Return the ids of the accounts with these user names; a name without an account is left out."""
    if not usernames:
        return {}
    rows = session.execute(select(Staff.username, Staff.id).where(Staff.username.in_(usernames)))
    return {row.username: row.id for row in rows}


def _clients(ids: Collection[int]) -> Any:
    return select(Client.id, Client.id.label("client_id"), Client.site_id).where(Client.id.in_(ids))


def _of_client(model: Any) -> Callable[[Collection[int]], Any]:
    """Return the statement for a table with a column for the client."""
    return lambda ids: (
        select(model.id, model.client_id, Client.site_id)
        .join(Client, Client.id == model.client_id)
        .where(model.id.in_(ids))
    )


def _of_enrollment(model: Any) -> Callable[[Collection[int]], Any]:
    """Return the statement for a table with a column for the enrollment."""
    return lambda ids: (
        select(model.id, Enrollment.client_id, Client.site_id)
        .join(Enrollment, Enrollment.id == model.enrollment_id)
        .join(Client, Client.id == Enrollment.client_id)
        .where(model.id.in_(ids))
    )


def _merges(ids: Collection[int]) -> Any:
    both = or_(Client.id == MergeRequest.from_client_id, Client.id == MergeRequest.into_client_id)
    return (
        select(MergeRequest.id, Client.id.label("client_id"), Client.site_id)
        .join(Client, both)
        .where(MergeRequest.id.in_(ids))
        .order_by(Client.id)
    )


def _services(ids: Collection[int]) -> Any:
    return select(ServiceRow.id, ServiceRow.site_id, null().label("client_id")).where(ServiceRow.id.in_(ids))


def _sites(ids: Collection[int]) -> Any:
    return select(Site.id, Site.id.label("site_id"), null().label("client_id")).where(Site.id.in_(ids))


# The nouns are the names of the records on the audit trail, too.
LOOK_UP: Mapping[str, Callable[[Collection[int]], Any]] = MappingProxyType(
    {
        "client": _clients,
        "enrollment": _of_client(Enrollment),
        "visit": _of_enrollment(VisitRow),
        "goal": _of_enrollment(GoalRow),
        "review": _of_enrollment(ReviewRow),
        "meeting_slip": _of_enrollment(MeetingSlip),
        "offer": _of_client(Offer),
        "redemption": _of_client(Redemption),
        "draw": _of_client(Draw),
        "question": _of_client(QuestionRow),
        "prize_request": _of_client(PrizeRequest),
        "adjustment_request": _of_client(AdjustmentRequest),
        "merge_request": _merges,
        "transaction": _of_client(Transaction),
        "identity_opening": _of_client(IdentityOpening),
        "consent": _of_client(Consent),
        "signed_agreement": _of_enrollment(SignedAgreement),
        "disclosure": _of_client(Disclosure),
        "service": _services,
        "site": _sites,
    }
)
