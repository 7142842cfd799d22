"""How many digits a new PIN of a client needs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.pins import LEAST_DIGITS
from cm_tracker.models import Client, Site
from cm_tracker.queries.clients.main_records import main_id_of
from cm_tracker.queries.staff.site_settings import settings_from


def least_pin_digits(session: Session, client_id: int) -> int:
    """Return how many digits the site of a client demands. The caller checks whether the actor may see the client."""
    settings = session.execute(
        select(Site.settings).join(Client, Client.site_id == Site.id).where(Client.id == main_id_of(client_id))
    ).scalar_one_or_none()
    return LEAST_DIGITS if settings is None else settings_from(settings).least_pin_digits
