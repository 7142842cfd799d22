"""Stop before one person is opened twice: compare a name with those of the site's clients."""

from sqlalchemy.orm import Session

from cm_tracker.domain.clients.sounding import shown_as
from cm_tracker.domain.errors import MaybeKnown
from cm_tracker.queries.clients.alike import clients_alike


def check_known(session: Session, site_id: int, name: str, shown: str, *, but_client: int | None = None) -> None:
    """Raise `MaybeKnown` where clients of a site have such a name, unless they are those that were `shown`."""
    alike = clients_alike(session, site_id, name, but_client=but_client)
    if alike and shown_as(client.id for client in alike) != shown:
        raise MaybeKnown(count=len(alike))
