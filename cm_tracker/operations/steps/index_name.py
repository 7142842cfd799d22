"""Put the pieces of a client's name into the index by which a search finds it."""

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.domain.clients.pieces import name_pieces
from cm_tracker.encryption import NAME_INDEX, keys_of
from cm_tracker.models import ClientToken


def index_name(session: Session, client_id: int, name: str, *, is_new: bool = False) -> None:
    """Replace what the index has of a client by the pieces of a name. An empty name has none."""
    tokens = table(ClientToken)
    if not is_new:
        session.execute(delete(tokens).where(tokens.c.client_id == client_id))
    found = keys_of(session.get_bind().dialect).newest_tokens(NAME_INDEX, name_pieces(name))
    if found:
        session.execute(insert(tokens), [{"client_id": client_id, "token": token} for token in sorted(found)])
