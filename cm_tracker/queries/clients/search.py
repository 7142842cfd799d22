"""Which clients a search finds: by a part of code or name, or at once by the whole code."""

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.codes import plain, search_words
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client
from cm_tracker.queries.staff.sites import at_sites


def found_by(search: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a client meets whom a search finds: code or name contains each of its words.

    An empty search finds everybody. A search of nothing but hyphens names nobody, and finds nobody.
    """
    words = search_words(search)
    if search.strip() and not words:
        return (false(),)
    # `autoescape`: what was typed is text, and a percent sign or an underscore in it is no pattern.
    return tuple(Client.search_key.contains(word, autoescape=True) for word in words)


def has_code(typed: str) -> ColumnElement[bool]:
    """Return the condition that a client has the code that was typed, with or without its hyphens.

    Where a code is exactly the typed one, others that differ only in their hyphens are left out.
    """
    exact, others = typed.strip().upper(), aliased(Client)
    return or_(
        Client.code == exact,
        Client.search_key.startswith(f"{plain(typed)} ", autoescape=True)
        & ~exists().where(others.code == exact).correlate(None)
        if plain(typed)
        else false(),
    )


def client_with_code(session: Session, actor: Actor, search: str) -> int | None:
    """Return the id of the client at the actor's sites whose whole code was typed, with or without its hyphens.

    Return None where no code, or where several codes without their hyphens, are the same.
    """
    if not plain(search):
        return None
    is_exact = Client.code == search.strip().upper()
    rows = session.execute(
        select(Client.id, is_exact.label("is_exact"))
        .where(at_sites(Client.site_id, actor), Client.search_key.startswith(f"{plain(search)} ", autoescape=True))
        .order_by(is_exact.desc(), Client.id)
        .limit(2)
    ).all()
    return rows[0].id if rows and (rows[0].is_exact or len(rows) == 1) else None
