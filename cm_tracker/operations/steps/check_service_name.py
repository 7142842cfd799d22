"""Check the name of a service against those of its site."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.services import MOST_SERVICES
from cm_tracker.domain.errors import BadInput
from cm_tracker.models import ServiceRow


def check_service_name(session: Session, site_id: int, name: str, service_id: int | None = None) -> None:
    """Raise `BadInput` for a name that another service in use at the site has, and for a service too many.

    `service_id` is the service that is changed, if there is one.
    """
    in_use = select(func.count()).where(
        ServiceRow.site_id == site_id, ServiceRow.retired_at.is_(None), ServiceRow.id != (service_id or 0)
    )
    if service_id is None and session.execute(in_use).scalar_one() >= MOST_SERVICES:
        raise BadInput("The site has %(most)s services. Retire one first.", "name", most=MOST_SERVICES)
    if session.execute(in_use.where(func.lower(ServiceRow.name) == name.strip().lower())).scalar_one():
        raise BadInput("A service of this site has the name already. Choose another one.", "name")
