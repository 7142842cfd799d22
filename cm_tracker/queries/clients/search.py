"""Which clients a search finds: by a part of code or name, or at once by the whole code, old or new."""

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.clients.codes import plain, search_words
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, ClientAlias
from cm_tracker.queries.clients.transfers import left_sites
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
    """Return the condition that a client has or had the code that was typed, with or without its hyphens.

    Where a code is exactly the typed one, others that differ only in their hyphens are left out.
    """
    others = aliased(Client)
    exact = typed.strip().upper()
    is_taken = or_(
        exists().where(others.code == exact).correlate(None), exists().where(ClientAlias.code == exact).correlate(None)
    )
    return or_(_is_exactly(typed), _is_plainly(typed) & ~is_taken if plain(typed) else false())


def _is_exactly(code: str) -> ColumnElement[bool]:
    code = code.strip().upper()
    return or_(Client.code == code, Client.id.in_(select(ClientAlias.client_id).where(ClientAlias.code == code)))


def _is_plainly(typed: str) -> ColumnElement[bool]:
    return or_(
        Client.search_key.startswith(f"{plain(typed)} ", autoescape=True),
        Client.id.in_(select(ClientAlias.client_id).where(ClientAlias.plain_code == plain(typed))),
    )


def client_of_code(session: Session, code: str) -> int | None:
    """Return the id of the client, at any site, who has a clean code or had it before, or None.

    One statement reads both: while somebody corrects the code, it is one of the two.
    """
    found = select(Client.id).where(Client.code == code)
    found_before = select(ClientAlias.client_id).where(ClientAlias.code == code)
    return session.execute(found.union(found_before)).scalar_one_or_none()


def aliases_of(session: Session, client_id: int) -> tuple[str, ...]:
    """Return the codes that a client had before, the oldest first."""
    rows = session.execute(
        select(ClientAlias.code).where(ClientAlias.client_id == client_id).order_by(ClientAlias.change_id)
    )
    return tuple(rows.scalars())


def client_with_code(session: Session, actor: Actor, search: str) -> int | None:
    """Return the id of the client whose whole code was typed, with or without its hyphens: also one from before.

    Only clients are found who belong to the actor's sites, or did before a transfer. Return None where no code, or
    where several codes without their hyphens, are the same.
    """
    if not plain(search):
        return None
    is_exact = _is_exactly(search)
    rows = session.execute(
        select(Client.id, is_exact.label("is_exact"))
        .where(
            or_(at_sites(Client.site_id, actor), left_sites(actor)),
            _is_plainly(search),
        )
        .order_by(is_exact.desc(), Client.id)
        .limit(2)
    ).all()
    return rows[0].id if rows and (rows[0].is_exact or len(rows) == 1) else None
