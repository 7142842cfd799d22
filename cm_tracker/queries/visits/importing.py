"""What an import reads: its schedule, the enrollments by client code, absences without a date, and waiting visits."""

from datetime import date

from sqlalchemy import Select, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.schedules.outcomes import PENDING
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.domain.visits.importing import UNDATED, Enrolled
from cm_tracker.models import Client, ClientAlias, Enrollment, Note, ScheduleVersion, VisitResult, VisitRow
from cm_tracker.models.visits import WAITS
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.documents import in_force, schedule_called
from cm_tracker.queries.schedules.followed import ever_followed, is_mistake


def newest_version_id(session: Session, schedule_name: str, today: date) -> int | None:
    """Return the id of the newest version of a schedule that takes enrollments today, by its name, or None."""
    return session.execute(
        select(ScheduleVersion.id)
        .where(ScheduleVersion.schedule_id == schedule_called(session, schedule_name), in_force(today))
        .order_by(ScheduleVersion.number.desc())
        .limit(1)
    ).scalar_one_or_none()


def enrollments_by_code(session: Session, schedule_name: str, site_id: int) -> dict[str, tuple[Enrolled, ...]]:
    """Return the enrollments of each client of a site in any version of a schedule, by client code and first day.

    An enrollment that was moved to or from the schedule is there, too: each visit follows the version of its day. One
    that was entered by mistake is left out.
    A code from before it was corrected is there, too, and a client whose records were merged is there by each of their
    codes, each time with all of the client's enrollments.
    """
    rows = session.execute(
        select(main_of().label("id"), Client.code, Enrollment.id.label("enrollment_id"), Enrollment.starts_on)
        .join(Record, main_of(Record) == main_of())
        .join(Enrollment, Enrollment.client_id == Record.id)
        .where(ever_followed(_versions_of(session, schedule_name)), ~is_mistake(), Client.site_id == site_id)
        .order_by(Enrollment.starts_on, Enrollment.id)
    )
    client_of: dict[str, int] = {}
    of_client: dict[int, dict[Enrolled, None]] = {}
    for row in rows:
        client_of[row.code] = row.id
        of_client.setdefault(row.id, {})[Enrolled(row.starts_on, row.enrollment_id)] = None
    old_codes = session.execute(
        select(ClientAlias.code, main_of().label("client_id"))
        .join(Client, Client.id == ClientAlias.client_id)
        .where(Client.site_id == site_id)
    )
    known = {**{code: client_id for code, client_id in old_codes if client_id in of_client}, **client_of}
    return {code: tuple(of_client[client_id]) for code, client_id in known.items()}


def undated_absences(session: Session, enrollment_id: int) -> frozenset[int]:
    """Return the ids of the records by which an import laid an absence without a date on its planned day."""
    rows = session.execute(
        select(VisitRow.id, Note.text)
        .join(Note, Note.digest == VisitRow.note_digest)
        .where(
            VisitRow.enrollment_id == enrollment_id,
            VisitRow.via == "import",
            VisitRow.staff_id.is_(None),
        )
    )
    return frozenset(visit_id for visit_id, words in rows if words == UNDATED)


def waiting_for_a_test(session: Session, schedule_name: str, site_id: int) -> int:
    """Return how many visits of a schedule, of clients at a site, are still without any result of their test."""
    newer = aliased(VisitRow)
    return session.execute(
        select(func.count())
        .select_from(VisitRow)
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Client, Client.id == Enrollment.client_id)
        .where(
            # The condition must be the same text as in the partial index, or the index is not used.
            text(f"visit.{WAITS}"),
            VisitRow.outcome == PENDING,
            func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
            ~exists().where(newer.corrects_id == VisitRow.id),
            ~exists().where(VisitResult.visit_id == VisitRow.id),
            ever_followed(_versions_of(session, schedule_name)),
            Client.site_id == site_id,
        )
    ).scalar_one()


def _versions_of(session: Session, schedule_name: str) -> Select[int]:
    return select(ScheduleVersion.id).where(ScheduleVersion.schedule_id == schedule_called(session, schedule_name))
