"""Refusals of the kiosk's sign-in. The kiosk says them in words of its own, for the client who stands there."""

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class KioskRefused(Refused):
    """Raised where code and PIN do not belong together. It does not say which of them is wrong."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("The code or the PIN is not right.")


class PairingRefused(Refused):
    """Raised for a pairing code that is wrong, was used, or is too old. It does not say which."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("This code is not right, or its ten minutes are over. Ask a lead for a new one.")


class ApprovalRefused(Refused):
    """Raised where nobody with this user name and password may approve a PIN at this site. It does not say why."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("This user name and password cannot approve a PIN here.")


class NobodyHere(Refused):
    """Raised where no client of the tablet's site has the code. Only staff who approve read it."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("Nobody at this site has this code. Look at the code and type it again.")


class HasPin(Refused):
    """Raised where the client has a PIN already. Only staff who approve read it."""

    status = 409

    def message(self, translator: Translator) -> str:
        return translator.gettext("There is a PIN for this code already. Staff can set a new one on the client's page.")


class ApprovalOver(Refused):
    """Raised where a PIN is chosen without an approval, or too long after it."""

    status = 409

    def message(self, translator: Translator) -> str:
        return translator.gettext("The time to choose a PIN is over. Ask a member of staff to approve it again.")
