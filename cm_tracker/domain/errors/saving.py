"""Refusals of a write that is right in itself, but that the database could not take."""

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class DatabaseBusy(Refused):
    """Raised for a write that has waited too long for others who write."""

    status = 503

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Somebody else is saving, and it takes long. Nothing was saved here. Wait a moment, and try again."
        )


class OutcomeUnknown(Refused):
    """Raised where the database server went away while it was saving, and may have saved or not."""

    status = 503

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The database went away just as this was being saved, so it may be saved or not. Open the page again in a "
            "minute, and look before you send it once more."
        )


class DiskFull(Refused):
    """Raised where the disk of the database is full, cannot be written, or has failed."""

    status = 507

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The disk of the clinic's computer is full or has failed. Nothing was saved. Keep the record on paper and "
            "tell an administrator. The program works again as soon as the disk has space."
        )


class TooManyAtOnce(Refused):
    """Raised where so many passwords or PINs wait to be looked at that one more would slow everybody down."""

    status = 503

    def message(self, translator: Translator) -> str:
        return translator.gettext("Many people are signing in at this moment. Wait a few seconds, and try again.")
