"""Refusals of the kiosk's sign-in. The kiosk says them in words of its own, for the client who stands there."""

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class KioskRefused(Refused):
    """Raised where code and PIN do not belong together. It does not say which of them is wrong."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("The code or the PIN is not right.")
