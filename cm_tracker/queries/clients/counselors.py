"""Who the counselors of clients are, and who they were."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.counselors import CounselorFrom, counselor_on
from cm_tracker.models import Client, ClientCounselor, Staff
from cm_tracker.queries.clients.main_records import Record, main_of, records_of


@dataclass(frozen=True, slots=True)
class CounselorLine:
    """An entry of a client's history: who from when on, and who entered it and when. None is nobody."""

    entry: CounselorFrom
    name: str | None
    recorded_at: datetime
    staff_name: str | None


@dataclass(frozen=True, slots=True)
class ClientCounselors:
    """The counselor of a client today, None for nobody, and every entry, the newest first."""

    now: CounselorLine | None
    lines: tuple[CounselorLine, ...]


def counselors_of(session: Session, site_id: int, day: date) -> dict[int, int]:
    """Return the counselors of a site's clients on a day, by the client's id. Who has none is left out.

    The caller checks whether the actor may see the site.
    """
    rows = session.execute(
        select(
            main_of(Record).label("client_id"),
            ClientCounselor.id,
            ClientCounselor.from_on,
            ClientCounselor.counselor_id,
        )
        .join(Record, Record.id == ClientCounselor.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(ClientCounselor.site_id == site_id, Client.site_id == site_id, ClientCounselor.from_on <= day)
    )
    entered: dict[int, list[CounselorFrom]] = {}
    for row in rows:
        entered.setdefault(row.client_id, []).append(CounselorFrom(row.id, row.from_on, row.counselor_id))
    found = {client_id: counselor_on(each, day) for client_id, each in entered.items()}
    return {client_id: counselor_id for client_id, counselor_id in found.items() if counselor_id is not None}


def has_counselor(counselor_id: int, day: date) -> ColumnElement[bool]:
    """Return the condition that a main record `Client` has a counselor at its site on a day."""
    newest = (
        select(ClientCounselor.counselor_id)
        .join(Record, Record.id == ClientCounselor.client_id)
        .where(
            main_of(Record) == Client.id,
            ClientCounselor.site_id == Client.site_id,
            ClientCounselor.from_on <= day,
        )
        .order_by(ClientCounselor.from_on.desc(), ClientCounselor.id.desc())
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    return newest == counselor_id


def client_counselors(session: Session, client_id: int, site_id: int, day: date) -> ClientCounselors:
    """Return the counselor of a client at their site on a day, and the entries there. The caller checks the actor."""
    who, by = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(
            ClientCounselor.id,
            ClientCounselor.from_on,
            ClientCounselor.counselor_id,
            who.display_name.label("name"),
            ClientCounselor.recorded_at,
            by.display_name.label("staff_name"),
        )
        .outerjoin(who, who.id == ClientCounselor.counselor_id)
        .outerjoin(by, by.id == ClientCounselor.staff_id)
        .where(ClientCounselor.client_id.in_(records_of(client_id)), ClientCounselor.site_id == site_id)
        .order_by(ClientCounselor.from_on.desc(), ClientCounselor.id.desc())
        .limit(200)
    )
    lines = tuple(
        CounselorLine(CounselorFrom(row.id, row.from_on, row.counselor_id), row.name, row.recorded_at, row.staff_name)
        for row in rows
    )
    begun = next((line for line in lines if line.entry.from_on <= day), None)
    return ClientCounselors(begun if begun and begun.entry.counselor_id is not None else None, lines)
