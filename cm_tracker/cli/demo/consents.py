"""Papers of a client of the demonstration: the signed agreement, two consents, one of them taken back, a disclosure."""

from datetime import datetime, timedelta
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.clients.disclosures import CONSENT
from cm_tracker.operations.clients.record_agreement import record_agreement
from cm_tracker.operations.clients.record_consent import record_consent
from cm_tracker.operations.clients.record_disclosure import record_disclosure
from cm_tracker.operations.clients.revoke_consent import revoke_consent
from cm_tracker.queries.clients.search import client_of_code
from cm_tracker.queries.staff.sites import time_zone_of

WHOSE = "HS-101"
DOCTOR, COURT = "Dr. Ada Weiss, Lakeside Family Practice", "Harbor County drug court"


def papers(now: datetime, staff: Staff) -> None:
    """Record the papers as Rosa, and what Miriam told by one of them last week."""
    client_id, rosa, miriam = client_of_code(db.session(), WHOSE) or 0, staff["rosa"], staff["miriam"]
    today = day_at(now, time_zone_of(db.session(), min(rosa.site_ids or {1})))
    signed_on = today - timedelta(days=28)
    record_agreement(
        db.session(), client_id=client_id, version="Fall 2026", signed_on=signed_on, witness_id=rosa.staff_id or 0,
        key=str(uuid4()), actor=rosa, now=now,
    )  # fmt: skip
    of_doctor, of_court = (
        record_consent(
            db.session(), client_id=client_id, recipient=recipient, what=what, purpose=purpose, signed_on=signed_on,
            until=signed_on + timedelta(days=365), key=str(uuid4()), actor=rosa, now=now,
        )
        for recipient, what, purpose in (
            (DOCTOR, "Attendance, and the plan of care", "Treatment, payment and health care operations"),
            (COURT, "Attendance since the first day", "A report to the judge"),
        )
    )  # fmt: skip
    revoke_consent(
        db.session(), consent_id=of_court, revoked_on=today - timedelta(days=3), key=str(uuid4()), actor=rosa, now=now
    )
    record_disclosure(
        db.session(), client_id=client_id, basis=CONSENT, consent_id=of_doctor, recipient=DOCTOR,
        what="A letter: attendance of the last four weeks", purpose="Treatment",
        disclosed_on=today - timedelta(days=7), key=str(uuid4()), actor=miriam, now=now,
    )  # fmt: skip
