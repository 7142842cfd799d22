"""One account of the demonstration has a second factor to try, with a key that the README tells."""

from datetime import datetime, timedelta
from pathlib import Path

from cm_tracker.authenticators import code_at
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.staff.set_up_app import set_up_app
from cm_tracker.secret_box import SecretBox

# Printed at every start: the demonstration holds nobody's data.
USERNAME, SECRET = "tess", "DEMONSTRATIONONLYTESSTESSTESS234"


def second_factor(now: datetime, folder: Path, staff: dict[str, Actor]) -> None:
    """Set up the authenticator app of one account, an hour ago."""
    at = now - timedelta(hours=1)
    set_up_app(
        db.session(), secret=SECRET, code=code_at(SECRET, at), box=SecretBox(folder), actor=staff[USERNAME], now=at
    )
