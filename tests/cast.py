"""The cast: the people, sites and schedules that every test finds, made by the program's own operations."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.staff.setting_kinds import Value
from cm_tracker.domain.visits.evidence import Absence, Evidence, NewVisit, Test
from cm_tracker.models import KioskDevice
from cm_tracker.operations.clients.end_enrollment import end_enrollment
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.move_enrollment import move_enrollment
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.pause_enrollment import pause_enrollment
from cm_tracker.operations.clients.resume_enrollment import resume_enrollment
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.clients.transfer_client import transfer_client
from cm_tracker.operations.clients.withdraw_event import withdraw_event
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.change_site_settings import change_site_settings
from cm_tracker.operations.visits.correct_visit import correct_visit
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.passwords import Hasher, token_hash
from cm_tracker.queries.clients.enrollments import enrollment_history, enrollment_of
from cm_tracker.queries.clients.event_previews import (
    preview_end,
    preview_move,
    preview_pause,
    preview_resumption,
    preview_withdrawal,
)
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.previews import preview_correction

NOW = datetime(2026, 3, 16, 15, 0, tzinfo=UTC)  # a Monday, 11 in the morning at both sites
START = date(2026, 3, 2)  # a Monday two weeks before
PASSWORD = "correct horse battery"
PIN = "7304"

# Ids follow the order in which `enter` adds the rows. They are the same in every test and on both databases.
HARBOR, MILL = 1, 2
ROSA, LEO, MIRIAM, GRACE, SAM, ANNA = 1, 2, 3, 4, 5, 6
AMIR, BEA = 1, 2  # clients, and their enrollments: Amir at Harbor Street, Bea at Mill Road
HIGGINS, ATTENDANCE = 1, 2
MUG, CARD = 1, 2
TABLET, MILL_TABLET = 1, 2  # a paired tablet at each site, and the tokens that their browsers keep
TOKENS = {HARBOR: "tablet-of-harbor-street", MILL: "tablet-of-mill-road"}

# user name, role, sites
STAFF = (
    ("rosa", "coordinator", (HARBOR,)),
    ("leo", "coordinator", (HARBOR,)),
    ("miriam", "lead", (HARBOR,)),
    ("grace", "auditor", (HARBOR, MILL)),
    ("sam", "admin", ()),
    ("anna", "coordinator", (MILL,)),
)

rosa = Actor(ROSA, frozenset({"coordinator"}), frozenset({HARBOR}), "web")
leo = Actor(LEO, frozenset({"coordinator"}), frozenset({HARBOR}), "web")
miriam = Actor(MIRIAM, frozenset({"lead"}), frozenset({HARBOR}), "web")
grace = Actor(GRACE, frozenset({"auditor"}), frozenset({HARBOR, MILL}), "web")
sam = Actor(SAM, frozenset({"admin"}), None, "web")
anna = Actor(ANNA, frozenset({"coordinator"}), frozenset({MILL}), "web")

_keys = count(1)


def key() -> str:
    """Return an idempotency key that no other call has returned."""
    return f"00000000-0000-4000-8000-{next(_keys):012d}"


def enter(session: Session, hasher: Hasher) -> None:
    """Add the cast to an empty database, as it was 15 days before NOW."""
    actor, opened_at = command("demonstration"), NOW - timedelta(days=15)
    for name in ("Harbor Street", "Mill Road"):
        add_site(session, name=name, time_zone="America/New_York", actor=actor, now=opened_at)
    for username, role, sites in STAFF:
        add_demonstration_account(
            session,
            username=username,
            display_name=username.capitalize(),
            roles={role},
            site_ids=sites,
            password=PASSWORD,
            hasher=hasher,
            actor=actor,
            now=opened_at,
        )
    for name in ("higgins-voucher", "attendance-points"):
        publish_schedule(session, document=preset(name), reason="Opening", key=key(), actor=actor, now=opened_at)
    for code, name, site, language in (("HS-1", "Amir", HARBOR, "en"), ("MR-1", "Bea", MILL, "es")):
        client_id = open_client(
            session, code=code, preferred_name=name, site_id=site, language=language, actor=actor, now=opened_at
        )
        set_pin(session, client_id=client_id, pin=PIN, hasher=hasher, actor=actor, now=opened_at)
        enroll_client(
            session,
            client_id=client_id,
            schedule_version_id=HIGGINS,
            starts_on=START,
            key=key(),
            actor=actor,
            now=opened_at,
        )
    for name, name_es, cents in (("Travel mug", "Vaso térmico", 500), ("Grocery card", "", 2000)):
        prize_id = save_prize(
            session,
            name=name,
            name_es=name_es,
            category="household" if cents == 500 else "gift_card",
            price_cents=cents,
            retail_cents=cents,
            is_active=True,
            actor=actor,
            now=opened_at,
        )
        deliver_stock(
            session,
            site_id=HARBOR,
            prize_id=prize_id,
            quantity=5 if cents == 500 else 1,
            note="First order",
            key=key(),
            actor=actor,
            now=opened_at,
        )
    for site_id, token in TOKENS.items():
        pair(session, site_id, "Front room tablet", token, at=opened_at)


def pair(session: Session, site_id: int, name: str, token: str, *, at: datetime = NOW) -> int:
    """Add a paired tablet whose token is known, as no operation does: the program's tokens are random. Return its id."""
    device = KioskDevice(
        site_id=site_id,
        name=name,
        language="en",
        token_hash=token_hash(token),
        paired_at=at,
        last_seen_at=at,
    )
    session.add(device)
    session.flush()
    device_id = device.id
    session.commit()
    return device_id


def negative() -> Test:
    """Return a test that is negative for cocaine."""
    return Test({"cocaine": "negative"}, temperature="in_range")


def positive() -> Test:
    """Return a test that is positive for cocaine."""
    return Test({"cocaine": "positive"}, temperature="in_range")


def visit(
    session: Session,
    day: int,
    evidence: Evidence | None = None,
    *,
    enrollment_id: int = AMIR,
    actor: Actor = rosa,
    once: str | None = None,
    **more: object,
) -> int:
    """Record a visit `day` days after the enrollment's first day, with a negative test by default. Return its id."""
    on = START + timedelta(days=day)
    # `more` holds the other fields of `NewVisit` that a test sets.
    return record_visit(
        session,
        enrollment_id=enrollment_id,
        visit=NewVisit("cocaine-negative", on, negative() if evidence is None else evidence, **more),  # type: ignore[arg-type]
        key=once or key(),
        actor=actor,
        now=NOW,
    )


def rich(session: Session) -> int:
    """Record three met visits for Amir: 10 + 15 + 60 points. Return his balance."""
    for day in (0, 2, 4):
        visit(session, day)
    return 85


def another_lead(session: Session) -> Actor:
    """Add a second lead of Harbor Street, for what needs two leads or a lead who did not do something."""
    staff_id = add_demonstration_account(
        session,
        username="daniel",
        display_name="Daniel",
        roles={"lead"},
        site_ids=(HARBOR,),
        password=PASSWORD,
        hasher=Hasher(64, 1),
        actor=command("demonstration"),
        now=NOW,
    )
    return Actor(staff_id, frozenset({"lead"}), frozenset({HARBOR}), "web")


def front_desk(session: Session) -> Actor:
    """Add Nora, who works at the front desk of Harbor Street."""
    return _one_more(session, "nora", "front_desk")


def counselor(session: Session) -> Actor:
    """Add Paul, a counselor at Harbor Street."""
    return _one_more(session, "paul", "counselor")


def _one_more(session: Session, username: str, role: str) -> Actor:
    staff_id = add_demonstration_account(
        session, username=username, display_name=username.capitalize(), roles={role}, site_ids=(HARBOR,),
        password=PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=NOW,
    )  # fmt: skip
    return Actor(staff_id, frozenset({role}), frozenset({HARBOR}), "web")


def set_site(session: Session, *, site_id: int = HARBOR, actor: Actor = miriam, **values: Value) -> None:
    """Change settings of a site, given by name, as the lead of Harbor Street by default."""
    change_site_settings(session, site_id=site_id, values=values, reason="County policy", actor=actor, now=NOW)


ABSENT = Absence(None)
EXCUSED = Absence("illness")


def put_right(
    session: Session,
    visit_id: int,
    way: str,
    evidence: Evidence | None = None,
    *,
    day: int | None = None,
    actor: Actor = miriam,
    now: datetime = NOW,
    once: str | None = None,
    reason: str = "As the paper says",
    **more: object,
) -> int:
    """Correct a visit as a page does: preview what changes, then save exactly that. Return the new row's id."""
    visit = None
    if evidence is not None:
        old = enrollment_history(session, enrollment_of(session, visit_id)).visit(visit_id)
        on = old.happened_on if day is None else START + timedelta(days=day)
        # `more` holds the other fields of `NewVisit` that a test sets.
        visit = NewVisit(old.behavior, on, evidence, **more)  # type: ignore[arg-type]
    return correct_visit(
        session,
        visit_id=visit_id,
        way=way,
        visit=visit,
        reason=reason,
        shown=preview_correction(session, actor, visit_id, way, visit, now).fingerprint,
        key=once or key(),
        actor=actor,
        now=now,
    )


def pause(
    session: Session, enrollment_id: int, first_day: str, last_day: str | None = None, *, now: datetime = NOW,
    actor: Actor = rosa,
) -> int:  # fmt: skip
    """Pause an enrollment as a page does: preview what changes, then save exactly that. Return the event's id."""
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day) if last_day else None
    shown = preview_pause(session, actor, enrollment_id, first, last, now).fingerprint
    return pause_enrollment(
        session, enrollment_id=enrollment_id, first_day=first, last_day=last, note="In hospital", shown=shown,
        key=key(), actor=actor, now=now,
    )  # fmt: skip


def resume(
    session: Session, enrollment_id: int, first_day_back: str, *, now: datetime = NOW, actor: Actor = rosa
) -> int:
    """Resume an enrollment as a page does. Return the event's id."""
    back = date.fromisoformat(first_day_back)
    shown = preview_resumption(session, actor, enrollment_id, back, now).fingerprint
    return resume_enrollment(
        session, enrollment_id=enrollment_id, first_day_back=back, note="Back", shown=shown, key=key(), actor=actor,
        now=now,
    )  # fmt: skip


def move(
    session: Session, enrollment_id: int, version_id: int, from_day: str, *, now: datetime = NOW, actor: Actor = miriam
) -> int:
    """Move an enrollment to another version as a page does. Return the event's id."""
    day = date.fromisoformat(from_day)
    shown = preview_move(session, actor, enrollment_id, version_id, day, now).fingerprint
    return move_enrollment(
        session, enrollment_id=enrollment_id, schedule_version_id=version_id, from_day=day, note="New version",
        shown=shown, key=key(), actor=actor, now=now,
    )  # fmt: skip


def end(
    session: Session, enrollment_id: int, last_day: str, reason: str = "left", *, now: datetime = NOW,
    actor: Actor = rosa, once: str | None = None,
) -> int:  # fmt: skip
    """End an enrollment as a page does. Return the event's id."""
    day = date.fromisoformat(last_day)
    shown = preview_end(session, actor, enrollment_id, day, reason, now).fingerprint
    return end_enrollment(
        session, enrollment_id=enrollment_id, last_day=day, reason=reason, note="As the team decided", shown=shown,
        key=once or key(), actor=actor, now=now,
    )  # fmt: skip


def withdraw(session: Session, enrollment_id: int, event_id: int, *, now: datetime = NOW, actor: Actor = miriam) -> int:
    """Withdraw an event of an enrollment as a page does. Return the event's id."""
    shown = preview_withdrawal(session, actor, enrollment_id, event_id, now).fingerprint
    return withdraw_event(
        session, enrollment_id=enrollment_id, event_id=event_id, note="The wrong client", shown=shown, key=key(),
        actor=actor, now=now,
    )  # fmt: skip


# A lead of both sites: a transfer needs one.
zoe = Actor(MIRIAM, frozenset({"lead"}), frozenset({HARBOR, MILL}), "web")


def transfer(
    session: Session, client_id: int = AMIR, to_site_id: int = MILL, first_day: str = "2026-03-16", *,
    actor: Actor = zoe, now: datetime = NOW, note: str = "Moved house", once: str | None = None,
) -> int:  # fmt: skip
    """Transfer a client to another site. Return the transfer's id."""
    return transfer_client(
        session, client_id=client_id, to_site_id=to_site_id, first_day=date.fromisoformat(first_day), note=note,
        key=once or key(), actor=actor, now=now,
    )  # fmt: skip
