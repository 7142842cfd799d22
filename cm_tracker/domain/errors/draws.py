"""Refusals about draws: drawing a slip, choosing a prize for it, and trading slips up."""

from dataclasses import dataclass

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class NoDraws(Refused):
    """Raised where a client has no draw left, or no schedule that pays draws."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("There is nothing left to draw. A visit that meets its target gives new draws.")


@dataclass(eq=False, kw_only=True)
class AlreadyDrawn(Refused):
    """Raised where the draw that the page showed was made in the meantime; `number` counts a client's draws from 1."""

    number: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Draw %(number)s was made already, perhaps on another screen. "
            "Nothing more was drawn; look at what came of it.",
            number=translator.number(self.number),
        )


class SealBroken(Refused):
    """Raised where the secret in the database is not the one to which the program committed itself."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The secret of this draw does not fit its seal, so nothing was drawn. "
            "Tell an admin: somebody changed the database."
        )


class NothingWon(Refused):
    """Raised where a prize is chosen for a slip of a tier of which the client has none left."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("No prize of this tier is waiting: it was handed out already, or nobody drew one.")


@dataclass(eq=False, kw_only=True)
class NotEnoughToTrade(Refused):
    """Raised where fewer slips than are `needed` can be traded up; `has` are there."""

    has: int
    needed: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "%(needed)s are needed, and %(has)s can be put together of what was drawn in time. Nothing was taken.",
            needed=translator.number(self.needed),
            has=translator.number(self.has),
        )


@dataclass(eq=False, kw_only=True)
class TooManyHandedBack(Refused):
    """Raised where more prizes are handed back than a trade needs; `needed` are enough."""

    status = 422
    needed: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "No more than %(n)s of them has to come back. Take the others away.",
            "No more than %(n)s of them have to come back. Take the others away.",
            self.needed,
        )


class NothingGained(Refused):
    """Raised for a trade that would take value from the client."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("What would be handed back is worth more than the larger prize. Nothing was taken.")


@dataclass(eq=False, kw_only=True)
class NoHeadroom(Refused):
    """Raised where a ceiling leaves too little for a larger prize; `scope` is one of `schedules.check.SCOPES`."""

    scope: str

    def message(self, translator: Translator) -> str:
        messages = {
            "award": translator.gettext(
                "Under the ceiling for the award there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
            "month": translator.gettext(
                "Under the ceiling for the month there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
            "calendar_year": translator.gettext(
                "Under the ceiling for the calendar year there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
            "year_from": translator.gettext(
                "Under the ceiling for the program year there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
            "rolling": translator.gettext(
                "Under the ceiling for these days there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
            "lifetime": translator.gettext(
                "Under the ceiling for all of the client's enrollments there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
            "enrollment": translator.gettext(
                "Under the ceiling for the enrollment there is no room for a larger prize now. "
                "What was drawn stays the client's."
            ),
        }
        return messages[self.scope]
