"""Which clients a search finds: by a part of code or name, or at once by the whole code, old or new."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.codes import plain, search_words
from cm_tracker.domain.clients.id_cards import is_card_number
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, ClientAlias
from cm_tracker.queries.clients.found_names import records_named
from cm_tracker.queries.clients.id_cards import client_with_card
from cm_tracker.queries.clients.main_records import main_of
from cm_tracker.queries.clients.transfers import left_sites
from cm_tracker.queries.staff.sites import at_sites


def found_by(session: Session, actor: Actor, search: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a client meets whom a search finds: a code or the name contains each of its words.

    A word of one or two letters is found in a name only where a word of it begins so (`records_named`). An empty search finds everybody. A search of nothing but hyphens names nobody, and finds nobody.
    """
    words = search_words(search)
    if search.strip() and not words:
        return (false(),)
    # `autoescape`: what was typed is text, and a percent sign or an underscore in it is no pattern.
    named = records_named(session, actor, words)
    return tuple(
        or_(
            Client.plain_code.contains(word, autoescape=True),
            Client.id.in_(select(ClientAlias.client_id).where(ClientAlias.plain_code.contains(word, autoescape=True))),
            Client.id.in_(named[word]),
        )
        for word in words
    )


def has_code(typed: str, client: Any = Client) -> ColumnElement[bool]:
    """Return the condition that a record has or had the code that was typed, with or without its hyphens.

    Where a code is exactly the typed one, others that differ only in their hyphens are left out. `client` is `Client`
    or an alias of it.
    """
    others = aliased(Client)
    exact = typed.strip().upper()
    is_taken = or_(
        exists().where(others.code == exact).correlate(None), exists().where(ClientAlias.code == exact).correlate(None)
    )
    return or_(_is_exactly(typed, client), _is_plainly(typed, client) & ~is_taken if plain(typed) else false())


def _is_exactly(code: str, client: Any) -> ColumnElement[bool]:
    code = code.strip().upper()
    return or_(client.code == code, client.id.in_(select(ClientAlias.client_id).where(ClientAlias.code == code)))


def _is_plainly(typed: str, client: Any) -> ColumnElement[bool]:
    return or_(
        client.plain_code == plain(typed),
        client.id.in_(select(ClientAlias.client_id).where(ClientAlias.plain_code == plain(typed))),
    )


def records_with_code(typed: str) -> Select[int]:
    """Return a statement that selects all records of the person who has or had a code (`has_code`), merged or not."""
    named, record = aliased(Client), aliased(Client)
    main_ids = select(main_of(named)).where(has_code(typed, named))
    return select(record.id).where(or_(record.id.in_(main_ids), record.merged_into_id.in_(main_ids)))


def record_of_code(session: Session, code: str) -> int | None:
    """Return the id of the record, at any site, that has a clean code or had it before, or None.

    One statement reads both: while somebody corrects the code, it is one of the two.
    """
    return session.execute(_records_of_code(code)).scalar_one_or_none()


def client_of_code(session: Session, code: str) -> int | None:
    """Return the id of the client, at any site, who has a clean code or had it before, or None.

    The code of a record that was merged, and one that this record had before, names its main record.
    """
    return session.execute(select(main_of()).where(Client.id.in_(_records_of_code(code)))).scalar_one_or_none()


def _records_of_code(code: str) -> Any:
    has_it = select(Client.id).where(Client.code == code)
    return has_it.union(select(ClientAlias.client_id).where(ClientAlias.code == code))


def aliases_of(session: Session, client_id: int) -> tuple[str, ...]:
    """Return the codes that a record had before, the oldest first."""
    rows = session.execute(
        select(ClientAlias.code).where(ClientAlias.client_id == client_id).order_by(ClientAlias.change_id)
    )
    return tuple(rows.scalars())


def client_with_code(session: Session, actor: Actor, search: str, *, only_here: bool = False) -> int | None:
    """Return the id of the client whose whole code was typed, with or without its hyphens: also one from before.

    The code of a record that was merged names its main record. Only clients are found who belong to the actor's sites,
    or, unless `only_here`, did before a transfer. Return None where no code, or where several codes without their
    hyphens, are the same. The number of a valid ID card finds its client at the actor's sites.
    """
    if not plain(search):
        return None
    if is_card_number(search):
        return client_with_card(session, actor, search)
    is_exact = _is_exactly(search, Client)
    rows = session.execute(
        select(main_of().label("id"), is_exact.label("is_exact"))
        .where(
            or_(at_sites(Client.site_id, actor), false() if only_here else left_sites(actor)),
            _is_plainly(search, Client),
        )
        .order_by(is_exact.desc(), Client.id)
        .limit(2)
    ).all()
    return rows[0].id if rows and (rows[0].is_exact or len({row.id for row in rows}) == 1) else None
