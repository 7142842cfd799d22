"""The demonstration's client who moved to the other site, and the one whose code was corrected."""

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cm_tracker.cli.demo.clinic import SITES, Clinic, Event
from cm_tracker.db import db
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.operations.clients.transfer_client import transfer_client

# Places in NAMES. Tom, who works at both sites, sees HS-118; the code of HS-116 becomes HS-132.
MOVED, RECODED = 17, 15
NEW_CODE = "HS-132"
DAYS_AGO = 9


def moves(clinic: Clinic, now: datetime) -> list[Event]:
    """Return the events, early in the morning of one day: later visits of the first client are at the second site."""
    zone = ZoneInfo(SITES[0][1])
    day = (now - timedelta(days=DAYS_AGO)).astimezone(zone).date()
    at = datetime.combine(day, time(6), zone).astimezone(now.tzinfo)

    def transfer() -> None:
        transfer_client(
            db.session(),
            client_id=clinic.plans[MOVED].client_id,
            to_site_id=clinic.sites[1],
            first_day=day,
            note="Moved to the other side of the river",
            key=str(uuid4()),
            actor=clinic.staff["miriam"],
            now=at,
        )
        clinic.plans[MOVED].cup = clinic.cups[clinic.sites[1]]

    def recode() -> None:
        correct_code(
            db.session(),
            client_id=clinic.plans[RECODED].client_id,
            code=NEW_CODE,
            reason="The number was the end of a telephone number",
            key=str(uuid4()),
            actor=clinic.staff["miriam"],
            now=at + timedelta(minutes=5),
        )

    return [(at, transfer), (at + timedelta(minutes=5), recode)]
