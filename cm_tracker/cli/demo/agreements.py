"""Agreements of the demonstration: most clients have signed, one has not, and one has for an earlier version."""

from datetime import datetime
from uuid import uuid4

from cm_tracker.agreement_sentences import text_of
from cm_tracker.db import db
from cm_tracker.domain.clients.agreements import fingerprint
from cm_tracker.domain.prizes.offers import SCREEN, Confirmation
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.i18n import using_language
from cm_tracker.operations.clients.sign_agreement import sign_agreement
from cm_tracker.queries.clients.agreements import agreement_page, unsigned_for
from cm_tracker.queries.staff.sites import earliest_today
from cm_tracker.queries.staff.staff import counselors_at

ACTOR = command("demonstration")
HAS_NOT_SIGNED, SIGNED_BEFORE = "HS-103", "HS-130"


def sign(enrollment_id: int, actor: Actor, now: datetime) -> None:
    """Let a client sign for the version that they follow: with the PIN, before the first of their site's counselors."""
    page = agreement_page(db.session(), actor, enrollment_id, now)
    with using_language(page.language):
        text = text_of(page)
    sign_agreement(
        db.session(), enrollment_id=enrollment_id, version_id=page.version_id, language=page.language, text=text,
        shown=fingerprint(text), confirmation=Confirmation(page.client_id, SCREEN), signed_on=page.today,
        witness_id=min(counselors_at(db.session(), page.site_id)), key=str(uuid4()), actor=actor, now=now,
    )  # fmt: skip


def agreements(now: datetime) -> None:
    """Let everybody sign whose enrollment runs, but one; and one was moved, and has signed for the version before."""
    for one in unsigned_for(db.session(), ACTOR, earliest_today(db.session(), now)):
        if one.code not in (HAS_NOT_SIGNED, SIGNED_BEFORE):
            sign(one.enrollment_id, ACTOR, now)
