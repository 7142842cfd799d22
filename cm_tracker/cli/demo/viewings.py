"""Who looked in the demonstration: staff at the pages of two clients, somebody who was refused, and an opened name."""

from datetime import datetime, timedelta
from uuid import uuid4

from cm_tracker.cli.demo.schedules import Staff
from cm_tracker.db import db
from cm_tracker.domain.audit.viewings import REFUSED, VIEW, WRONG, Viewing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.audit.note_viewings import note_viewings
from cm_tracker.operations.audit.open_identity import open_identity
from cm_tracker.queries.clients.search import client_of_code

LOOKED_AT, OPENED = "HS-101", "HS-102"
WHY = "The paper chart of this client has no code, and I compare it with the receipts."
DESK, TABLET = ("10.0.0.21", "Firefox on Windows"), ("10.0.0.34", "Safari on iPad")


def looks(now: datetime, staff: Staff) -> None:
    """Note what staff opened this morning and yesterday, and let the auditor open a name."""
    client_id = client_of_code(db.session(), LOOKED_AT) or 0
    yesterday = now - timedelta(days=1)
    seen = (
        (yesterday, VIEW, "clients.show", "rosa", DESK),
        (yesterday + timedelta(minutes=2), VIEW, "visits.new", "rosa", DESK),
        (yesterday + timedelta(hours=2), VIEW, "plans.week", "lena", TABLET),
        (yesterday + timedelta(hours=3), REFUSED, "clients.show", "grace", DESK),
        (now - timedelta(minutes=40), VIEW, "clients.show", "rosa", DESK),
        (now - timedelta(minutes=38), VIEW, "redemptions.index", "rosa", DESK),
    )
    viewings = [
        Viewing(at, kind, page, (("client", client_id),), staff[username].staff_id, *source)
        for at, kind, page, username, source in seen
    ]
    wrong = Viewing(now - timedelta(hours=4), WRONG, "start.sign_in", (), None, *DESK, username="miriam")
    note_viewings(db.session(), viewings=[*viewings, wrong], dropped=0, now=now)
    grace: Actor = staff["grace"]
    open_identity(
        db.session(),
        code=OPENED,
        reason=WHY,
        key=str(uuid4()),
        actor=grace,
        now=now - timedelta(hours=5),
    )
