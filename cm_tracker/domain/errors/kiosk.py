"""Refusals of the kiosk. It says them in words of its own, for the client who stands there."""

from dataclasses import dataclass

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


@dataclass(eq=False, kw_only=True)
class AskedEnough(Refused):
    """Raised where a client asks for one more prize while `most` of their requests wait."""

    status = 409
    most: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "You asked for %(n)s prize today. Take it back first.",
            "You asked for %(n)s prizes today. Take one back first.",
            self.most,
        )


class RequestEnded(Refused):
    """Raised for a request for a prize that was answered, taken back, or made on another day."""

    status = 409

    def message(self, translator: Translator) -> str:
        return translator.gettext("This request has ended: it was answered or taken back, or its day is over.")


class QuestionAnswered(Refused):
    """Raised for a second answer to a question."""

    status = 409

    def message(self, translator: Translator) -> str:
        return translator.gettext("This question was answered already.")


class TextNamesClient(Refused):
    """Raised for a text at the kiosk that holds the name or the code of its client."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("Leave out the client's name and code: others may read this at the kiosk.")


@dataclass(eq=False, kw_only=True)
class TextNotForKiosk(Refused):
    """Raised for a text at the kiosk with `words` that name a substance, a test or a result."""

    status = 422
    words: tuple[str, ...]

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Leave out: %(words)s. Others may read this at the kiosk.", words=", ".join(self.words)
        )
