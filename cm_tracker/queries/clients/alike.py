"""Clients of a site whose name equals another name, or sounds like it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.pieces import sound_pieces
from cm_tracker.domain.clients.sounding import may_be_one, sounds_of
from cm_tracker.models import Client
from cm_tracker.queries.clients.found_names import records_with_piece
from cm_tracker.queries.clients.main_records import Record, main_of

MOST = 20


@dataclass(frozen=True, slots=True)
class ClientAlike:
    """A client who may be the same person. `other_name` is the name of a merged record, where that one sounds alike."""

    id: int
    code: str
    preferred_name: str
    other_name: str | None


def clients_alike(
    session: Session, site_id: int, name: str, *, but_client: int | None = None
) -> tuple[ClientAlike, ...]:
    """Return the clients of a site whose name, or that of a merged record, may be of the same person; at most twenty.

    The caller checks that the actor may see the site. Each client is there once, by code; `but_client` is left out.
    """
    sounds = sounds_of(name)
    if not sounds:
        return ()
    rows = session.execute(
        select(Client.id, Client.code, Client.preferred_name, Record.id.label("record_id"), Record.preferred_name)
        .join(Record, main_of(Record) == Client.id)
        .where(
            Client.site_id == site_id,
            Record.id.in_(records_with_piece(session, sound_pieces(name))),
            Client.id != (but_client or 0),
        )
        .order_by(Client.code, Record.id != Client.id)
    )
    found: dict[int, ClientAlike] = {}
    for client_id, code, preferred_name, record_id, record_name in rows:
        if client_id not in found and may_be_one(sounds, sounds_of(record_name)):
            other_name = record_name if record_id != client_id else None
            found[client_id] = ClientAlike(client_id, code, preferred_name, other_name)
            if len(found) == MOST:
                break
    return tuple(found.values())
