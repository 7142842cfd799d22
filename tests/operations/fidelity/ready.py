"""A site that was opened with a checklist, and what completes it."""

from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.domain.fidelity.readiness import CONFIRMED
from cm_tracker.domain.fidelity.training import SUBJECTS
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.fidelity.mark_readiness import mark_readiness
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.visits.add_lot import add_lot
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.passwords import Hasher
from tests import cast

LAKE = 3  # the new site
NOOR, KAI = 7, 8  # its lead and its coordinator
noor = Actor(NOOR, frozenset({"lead"}), frozenset({LAKE}), "web")
kai = Actor(KAI, frozenset({"coordinator"}), frozenset({LAKE}), "web")


def opened(session: Session) -> None:
    """Open Lake View as the page does: with a checklist, its lead Noor, its coordinator Kai and a client, LV-1, id 3."""
    add_site(session, name="Lake View", time_zone="America/Denver", has_checklist=True, actor=cast.sam, now=cast.NOW)
    for username, role in (("noor", "lead"), ("kai", "coordinator")):
        add_demonstration_account(
            session, username=username, display_name=username.capitalize(), roles={role}, site_ids={LAKE},
            password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
        )  # fmt: skip
    client(session, "LV-1")


def client(session: Session, code: str, *, is_practice: bool = False) -> int:
    return open_client(
        session, code=code, preferred_name="", site_id=LAKE, language="en", is_practice=is_practice, actor=kai,
        now=cast.NOW,
    )  # fmt: skip


def trained(session: Session, person_id: int, *subjects: str) -> int:
    return record_training(
        session, person_id=person_id, subjects=subjects or SUBJECTS, trained_on=cast.START, note="", key=cast.key(),
        actor=noor, now=cast.NOW,
    )  # fmt: skip


def confirm(session: Session, item: str, text: str = "", *, is_done: bool = True, actor: Actor = noor) -> int:
    return mark_readiness(
        session, site_id=LAKE, item=item, is_done=is_done, text=text, key=cast.key(), actor=actor, now=cast.NOW
    )


def kit(session: Session, expires_on: str = "2027-01-31") -> None:
    panel = add_panel(
        session, site_id=LAKE, name="Cup", strips=[Strip("cocaine", 150, "ng/mL")], key=cast.key(), actor=noor,
        now=cast.NOW,
    )  # fmt: skip
    add_lot(
        session, panel_id=panel, number="L-1", expires_on=date.fromisoformat(expires_on), used_from=cast.START,
        key=cast.key(), actor=noor, now=cast.NOW,
    )  # fmt: skip


def stocked(session: Session) -> None:
    deliver_stock(
        session, site_id=LAKE, prize_id=cast.MUG, quantity=2, note="x", key=cast.key(), actor=noor, now=cast.NOW
    )


def complete(session: Session) -> None:
    """Do everything that is asked. The cast has schedules already, and Noor is the program's second lead."""
    for person_id in (NOOR, KAI):
        trained(session, person_id)
    kit(session)
    stocked(session)
    for item in CONFIRMED:
        confirm(session, item, "2026-1")
