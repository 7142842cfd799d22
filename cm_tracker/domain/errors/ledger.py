"""Refusals about the ledger: its verification, and adjustments beside every schedule."""

from dataclasses import dataclass

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class LedgerInDoubt(Refused):
    """Raised by everything that writes to the ledger, from a verification that failed until an admin's release."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The ledger did not verify, so nothing is written until an admin has looked. "
            "Keep the record on paper and tell a lead now."
        )


@dataclass(eq=False, kw_only=True)
class KeyMissing(Refused):
    """Raised where checkpoints were signed and `file`, the key that signed them, is not there or `is_another` key."""

    file: str
    is_another: bool

    def message(self, translator: Translator) -> str:
        if self.is_another:
            return translator.gettext(
                "%(file)s is not the key that signed the checkpoints of this ledger. Put the file of the backup there.",
                file=self.file,
            )
        return translator.gettext(
            "%(file)s is missing. It is the key that signed the checkpoints of this ledger, and no new one is made. "
            "Put the file of the backup there.",
            file=self.file,
        )


@dataclass(eq=False, kw_only=True)
class DataKeyMissing(Refused):
    """Raised where `file`, the keys of what is encrypted in the database, is not there or does not open it."""

    file: str
    is_another: bool

    def message(self, translator: Translator) -> str:
        if self.is_another:
            return translator.gettext(
                "%(file)s does not open the names and notes of this database. Put the file of the backup there.",
                file=self.file,
            )
        return translator.gettext(
            "%(file)s is missing. Without it nobody can read the names and notes of this database, and no new one is "
            "made. Put the file of the backup there.",
            file=self.file,
        )


@dataclass(eq=False, kw_only=True)
class CannotTake(Refused):
    """Raised for an adjustment that would take more than the client's `balance`; `unit` is points or draws."""

    balance: int
    unit: str

    def message(self, translator: Translator) -> str:
        if self.unit == "draws":
            return translator.ngettext(
                "The client has %(n)s draw: no more than that can be taken.",
                "The client has %(n)s draws: no more than that can be taken.",
                self.balance,
            )
        return translator.ngettext(
            "The client has %(n)s point: no more than that can be taken.",
            "The client has %(n)s points: no more than that can be taken.",
            self.balance,
        )


@dataclass(eq=False, kw_only=True)
class AlreadyDecided(Refused):
    """Raised where an adjustment is decided a second time; `decision` is approved, declined or withdrawn."""

    decision: str

    def message(self, translator: Translator) -> str:
        messages = {
            "approved": translator.gettext("This adjustment was approved already."),
            "declined": translator.gettext("This adjustment was declined already."),
            "withdrawn": translator.gettext("This adjustment was withdrawn already."),
        }
        return messages[self.decision]


class SecondLeadNeeded(Refused):
    """Raised where a lead decides about an adjustment that they asked for."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("You asked for this yourself. Another lead at the site has to approve it.")
