"""ID cards: whose a card is, who has one, and what is printed on it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cm_tracker.domain.clients.id_cards import MOST_PRINTED, is_card_number
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, IdCard, Site
from cm_tracker.queries.clients.main_records import Record, main_of, records_of
from cm_tracker.queries.staff.site_settings import settings_from
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of

MOST = 500


@dataclass(frozen=True, slots=True)
class ValidCard:
    """The valid card of a client."""

    id: int
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class FoundCard:
    """Whose a card is. `replaced_at` is when it stopped, or None for a valid one."""

    client_id: int
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class CardHolder:
    """A client in the list from which cards are printed."""

    client_id: int
    code: str
    preferred_name: str
    has_card: bool


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card as it is printed. `name` is empty unless the site prints names; `code` stands beside the card."""

    number: str
    code: str
    name: str
    title: str
    language: str


def valid_card(session: Session, client_id: int) -> ValidCard | None:
    """Return the valid card of a client, or None. The caller checks whether the actor may see the client."""
    row = session.execute(
        select(IdCard.id, IdCard.issued_at)
        .where(IdCard.client_id.in_(records_of(client_id)), IdCard.replaced_at.is_(None))
        .order_by(IdCard.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else view_of(ValidCard, row)


def found_card(session: Session, actor: Actor, number: str) -> FoundCard | None:
    """Return whose a card is at the actor's sites, or None. A card of a merged record is the main record's."""
    row = session.execute(
        select(Client.id.label("client_id"), IdCard.replaced_at)
        .join(Record, Record.id == IdCard.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(IdCard.number == number.strip(), at_sites(Client.site_id, actor))
    ).one_or_none()
    return None if row is None else view_of(FoundCard, row)


def client_with_card(session: Session, actor: Actor, number: str) -> int | None:
    """Return the client at the actor's sites who has a valid card with a number, or None."""
    card = found_card(session, actor, number) if is_card_number(number) else None
    return card.client_id if card is not None and card.replaced_at is None else None


def card_holders(session: Session, actor: Actor, site_id: int) -> tuple[CardHolder, ...]:
    """Return the clients of one of the actor's sites, those without a card first, by their codes; at most 500."""
    has_card = exists().where(
        IdCard.replaced_at.is_(None),
        IdCard.client_id == Record.id,
        main_of(Record) == Client.id,
    )
    rows = session.execute(
        select(Client.id.label("client_id"), Client.code, Client.preferred_name, has_card.label("has_card"))
        .where(Client.site_id == site_id, at_sites(Client.site_id, actor), Client.merged_into_id.is_(None))
        .order_by(has_card, Client.code)
        .limit(MOST)
    )
    return tuple(view_of(CardHolder, row) for row in rows)


def cards_to_print(session: Session, actor: Actor, client_ids: Collection[int]) -> tuple[PrintedCard, ...]:
    """Return the valid cards of some clients at the actor's sites, by their codes. Who has none is left out."""
    rows = session.execute(
        select(IdCard.number, Client.id, Client.code, Client.preferred_name, Client.language, Site.settings)
        .join(Record, Record.id == IdCard.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(Client.id.in_(client_ids), IdCard.replaced_at.is_(None), at_sites(Client.site_id, actor))
        .order_by(Client.code, IdCard.id)
        .limit(2 * MOST_PRINTED)
    )
    # Of a client whose records were merged, the newer card is printed.
    newest = {row.id: row for row in rows}
    cards = []
    for row in newest.values():
        settings = settings_from(row.settings)
        name = row.preferred_name if settings.card_shows_name else ""
        cards.append(PrintedCard(row.number, row.code, name, settings.card_title, row.language))
    return tuple(cards)
