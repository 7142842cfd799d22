"""Refusals about how the program is delivered."""

from dataclasses import dataclass

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class SiteNotReady(Refused):
    """Raised for the first client of the site `site_id`, with the name `site`, while `count` items of its checklist are open."""

    site_id: int
    site: str
    count: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "%(site)s is not ready for its first client: %(n)s point of its checklist is open.",
            "%(site)s is not ready for its first client: %(n)s points of its checklist are open.",
            self.count,
            site=self.site,
        )


@dataclass(eq=False, kw_only=True)
class AlreadyWithdrawn(Refused):
    """Raised for a record that was withdrawn already."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This record was withdrawn already.")
