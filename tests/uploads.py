"""Files that somebody uploads to be imported, in tests."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.domain.imports.found import Found
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.imports.worker import run_over
from cm_tracker.operations.imports.add_import import add_import
from cm_tracker.operations.imports.start_import import start_import
from cm_tracker.queries.imports import found_of
from tests import cast

ROSTER = "client_code,enrolled_on\nHS-31,2026-03-02\nHS-32,2026-03-09\nHS-33,3/9/2026\nHS-31,2026-03-02\n"
TESTS = """client_code,date,temperature_ok,positive_for,tested_for
HS-31,2026-03-02,yes,none,Cocaine
HS-31,2026-03-04,yes,none,Cocaine
HS-31,2026-03-06,yes,Cocaine,Cocaine
HS-32,2026-03-09,yes,none,Opioid
HS-99,2026-03-09,yes,none,Cocaine
"""
SCHEDULE = 1  # the voucher ladder of the cast


def upload(
    session: Session,
    text: str | bytes = ROSTER,
    kind: str = "roster",
    *,
    actor: Actor = cast.miriam,
    site_id: int = cast.HARBOR,
    reading: Reading | None = None,
    key: str | None = None,
    **more: Any,
) -> int:
    """Upload a file to Harbor Street as its lead, and return its id."""
    return add_import(
        session, site_id=site_id, kind=kind, schedule_id=SCHEDULE, name=f"{kind}.csv",
        content=text if isinstance(text, bytes) else text.encode(), reading=reading or Reading(), key=key or cast.key(),
        actor=actor, now=cast.NOW, **more,
    )  # fmt: skip


def start(
    session: Session, import_id: int, *, writes: bool = False, actor: Actor = cast.miriam, now: datetime = cast.NOW
) -> None:
    start_import(session, import_id=import_id, writes=writes, actor=actor, now=now)


def run(session: Session, import_id: int, *, writes: bool = False, actor: Actor = cast.miriam) -> Found:
    """Check a file, or import it, and return what was found."""
    start(session, import_id, writes=writes, actor=actor)
    run_over(session, import_id, writes=writes, actor=actor, started_at=cast.NOW)
    found = found_of(session, actor, import_id)
    assert found is not None
    return found


def imported(session: Session, text: str | bytes = ROSTER, kind: str = "roster", **more: Any) -> Found:
    """Upload a file, check it and import it."""
    import_id = upload(session, text, kind, **more)
    run(session, import_id)
    return run(session, import_id, writes=True)


LATER = cast.NOW + timedelta(minutes=3)
