"""A lead saves a report with its days as a kind, or changes one that was saved."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, Taken
from cm_tracker.domain.measures.saved_reports import FIXED, check_saved
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import SavedReport, SavedReportSite
from cm_tracker.operations.steps.lock_saved import lock_saved
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.queries.reports.definitions import REPORTS
from cm_tracker.queries.reports.saved import saved_reports


@one_transaction
def save_report(
    session: Session,
    *,
    saved_id: int | None = None,
    name: str,
    report: str,
    days: str,
    first_day: date | None,
    last_day: date | None,
    site_ids: Collection[int],
    by: str,
    columns: Sequence[str],
    key: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Save a report of some sites, or change the saved one with `saved_id`, and return its id.

    `columns` are those of a report that offers a choice, in their order. Fixed days are kept only where `days` is that
    kind. Raise `NotFound` for another site, for what is no report, and for a saved report of other sites; `NotAllowed`,
    `Taken` for the name of another saved report that the actor sees, and what `check_saved` raises.
    """
    if not actor.may("report:save"):
        raise NotAllowed(roles=actor.roles)
    of = REPORTS.get(report)
    if of is None:
        raise NotFound(what="report")
    if of.names_clients and not actor.may("report:clients"):
        raise NotAllowed(roles=actor.roles)
    if not all(actor.reaches(site_id) for site_id in site_ids):
        raise NotFound(what="site")

    def write() -> int:
        if saved_id is not None and lock_saved(session, saved_id, actor).report != report:
            raise NotFound(what="report")
        if not site_ids:
            raise BadInput("Choose the sites from the list.", "site_id")
        check_saved(name, days, first_day, last_day, by, columns, [column.name for column in of.choices])
        others = [one for one in saved_reports(session, actor) if one.id != saved_id]
        if name.strip().casefold() in {one.name.casefold() for one in others}:
            raise Taken(what="name", value=name.strip(), field="name")
        is_fixed = days == FIXED
        values: dict[str, Any] = {
            "name": name.strip(),
            "grouped_by": by,
            "days": days,
            "first_day": first_day if is_fixed else None,
            "last_day": last_day if is_fixed else None,
            "column_names": " ".join(columns),
        }
        number = _write(session, saved_id, values, report, actor, now)
        session.execute(delete(SavedReportSite).where(SavedReportSite.saved_report_id == number))
        session.execute(
            insert(SavedReportSite), [{"saved_report_id": number, "site_id": site_id} for site_id in sorted(site_ids)]
        )
        tag = "report:changed" if saved_id else "report:saved"
        keep_states(session, f"saved_report:{number}")
        note_audit(
            session,
            tag,
            f"saved_report:{number}",
            actor=actor,
            now=now,
            site_id=min(site_ids) if len(site_ids) == 1 else None,
            report=report,
            days=days,
        )
        return number

    content = [
        saved_id, name, report, days, str(first_day), str(last_day), sorted(site_ids), by, list(columns),
    ]  # fmt: skip
    return run_once(session, key, "save_report", content, actor, now, write)


def _write(
    session: Session, saved_id: int | None, values: dict[str, Any], report: str, actor: Actor, now: datetime
) -> int:  # fmt: skip
    if saved_id is not None:
        session.execute(update(SavedReport).where(SavedReport.id == saved_id).values(**values))
        return saved_id
    added = insert(SavedReport).values(report=report, created_at=now, staff_id=actor.staff_id, **values)
    return int(session.execute(added.returning(SavedReport.id)).scalar_one())
