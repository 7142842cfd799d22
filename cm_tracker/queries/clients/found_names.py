"""Which names a search finds. The index names who may be meant, and the name itself decides."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.pieces import is_in_name, search_pieces
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.encryption import NAME_INDEX, keys_of
from cm_tracker.models import Client, ClientToken
from cm_tracker.queries.staff.sites import at_sites

# So many names one search reads at most. A word of one letter may begin more of them; the first codes are found then.
MOST_NAMES = 3000


def records_with_piece(session: Session, pieces: Iterable[str]) -> Select[int]:
    """Return a statement that selects the ids of records whose name may have one of some pieces."""
    return select(ClientToken.client_id).where(ClientToken.token.in_(_tokens(session, pieces)))


def records_named(session: Session, actor: Actor, words: Collection[str]) -> dict[str, list[int]]:
    """Return the ids of the records at the actor's sites whose name contains each of some words (`search_words`)."""
    if not words:
        return {}
    may_be_meant = or_(*(and_(*(_has_piece(session, piece) for piece in search_pieces(word))) for word in words))
    rows = session.execute(
        select(Client.id, Client.preferred_name)
        .where(at_sites(Client.site_id, actor), may_be_meant)
        .order_by(Client.code)
        .limit(MOST_NAMES)
    ).all()
    return {word: [id_ for id_, name in rows if is_in_name(word, name)] for word in words}


def _has_piece(session: Session, piece: str) -> ColumnElement[bool]:
    return Client.id.in_(records_with_piece(session, [piece]))


def _tokens(session: Session, pieces: Iterable[str]) -> frozenset[int]:
    keys = keys_of(session.get_bind().dialect)
    return frozenset(token for piece in pieces for token in keys.tokens_of(NAME_INDEX, piece))
