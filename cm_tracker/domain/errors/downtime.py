"""Refusals about the paper sheet of a day on which the program was down."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class TypedByYou(Refused):
    """Raised where somebody signs lines of a downtime sheet, `count` of them, that they typed themselves."""

    count: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "You typed %(n)s line of these yourself. Somebody else has to compare it with the paper and sign.",
            "You typed %(n)s lines of these yourself. Somebody else has to compare them with the paper and sign.",
            self.count,
        )


@dataclass(eq=False, kw_only=True)
class PrizeOfOtherSite(Refused):
    """Raised for a prize by hand from the cabinet of another `site`, to which the client belonged on that `day`."""

    day: date
    site: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "On %(day)s the client belonged to %(site)s, and the prize left the cabinet there. Type the line without the "
            "prize, and let somebody who works at both sites type the prize.",
            day=translator.day(self.day),
            site=self.site,
        )
