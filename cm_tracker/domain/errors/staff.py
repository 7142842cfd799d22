"""Refusals about staff accounts: signing in, passwords, and too many tries at a secret."""

from dataclasses import dataclass

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class SignInRefused(Refused):
    """Raised where user name and password do not belong together. It does not say which of them is wrong."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("The name or the password is not right.")


@dataclass(eq=False, kw_only=True)
class TooManyTries(Refused):
    """Raised after too many wrong passwords or PINs, until `minutes` have passed."""

    status = 429
    minutes: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "Too many tries. Wait %(n)s minute, then try again.",
            "Too many tries. Wait %(n)s minutes, then try again.",
            self.minutes,
        )


class SignInWaits(TooManyTries):
    """Raised where an account, or the place from which somebody signs in, has to wait until `minutes` have passed."""

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "Too many wrong passwords. Wait %(n)s minute, then try again. In a browser where you signed in before, you may "
            "try at once; a lead or an admin can end the wait.",
            "Too many wrong passwords. Wait %(n)s minutes, then try again. In a browser where you signed in before, you may "
            "try at once; a lead or an admin can end the wait.",
            self.minutes,
        )


@dataclass(eq=False, kw_only=True)
class WeakPassword(Refused):
    """Raised for a new password with fewer than `least` characters, or one that is the user name."""

    status = 422
    least: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A password needs at least %(least)s characters and may not be the user name.",
            least=translator.number(self.least),
        )
