"""Refusals about a client's transfer to another site."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class OfferIsOpen(Refused):
    """Raised where a client is transferred while a prize is offered to them."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A prize is offered to this client and not answered yet. Let them confirm or decline it first."
        )


@dataclass(eq=False, kw_only=True)
class PrizesSetAside(Refused):
    """Raised where a client is transferred while `count` prizes wait for them at the old site."""

    count: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "%(n)s prize is set aside for this client. Hand it over or undo it first: it cannot go along.",
            "%(n)s prizes are set aside for this client. Hand them over or undo them first: they cannot go along.",
            self.count,
        )


class AdjustmentWaits(Refused):
    """Raised where a client is transferred while an adjustment waits for a lead of the old site."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("An adjustment for this client waits for a second lead. Have it decided first.")


class MergeWaits(Refused):
    """Raised where a client is transferred while a merge of their record waits for a lead of the old site."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("A merge of this client's record waits for a second lead. Have it decided first.")


@dataclass(eq=False, kw_only=True)
class VisitAfterTransfer(Refused):
    """Raised where a client would have left a site before a visit that counts there."""

    status = 422
    day: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A visit is recorded at this site on %(day)s. The client can belong to the other site from that day on.",
            day=translator.day(self.day),
        )
