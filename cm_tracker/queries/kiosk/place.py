"""The clinic as the door of the kiosk shows it, and the keys of its keypad."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.models import Client, Site
from cm_tracker.queries.staff.site_settings import settings_from

# More kinds of codes than a site has in real life; the keypad then offers the whole alphabet.
MOST_KINDS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """The site at which a tablet stands: its name, its own words of greeting by language, and its own picture's digest."""

    name: str
    words: Mapping[str, str]
    picture: str | None


def place_at(session: Session, site_id: int) -> Place:
    """Return the site as the door of the kiosk greets."""
    row = session.execute(select(Site.name, Site.settings, Site.picture).where(Site.id == site_id)).one()
    settings = settings_from(row.settings)
    words = {language: getattr(settings, f"kiosk_words_{language}", "") for language in LANGUAGES}
    return Place(
        row.name,
        {language: text for language, text in words.items() if text},
        row.picture.hex() if row.picture else None,
    )


def letters_at(session: Session, site_id: int) -> str:
    """Return the letters that the codes of a site's clients have, in order, for the keys of the keypad.

    The digits are taken out in the database, so that all codes of one kind are one row. Where there are more than
    `MOST_KINDS` of them, every letter is returned.
    """
    without_digits = func.upper(Client.code)
    for digit in "0123456789":
        without_digits = func.replace(without_digits, digit, "")
    kinds = session.scalars(
        select(without_digits).where(Client.site_id == site_id).distinct().limit(MOST_KINDS + 1)
    ).all()
    if len(kinds) > MOST_KINDS:
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(sorted(set(re.sub("[^A-Z]", "", "".join(kinds)))))
