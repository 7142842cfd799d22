"""Refusals about staff accounts: signing in, passwords, and too many tries at a secret."""

from dataclasses import dataclass

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


class SignInRefused(Refused):
    """Raised where user name and password do not belong together. It does not say which of them is wrong."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext("The name or the password is not right.")


class CodeRefused(Refused):
    """Raised where user name and one-time code do not belong together, or the code does not count any more."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The name or the code is not right, or the code was used already or is too old. Ask for a new one."
        )


class MakersBrowser(Refused):
    """Raised where a one-time code is typed in the browser in which only its maker signs in."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Whoever made this code signs in in this browser, and nobody else does. Set your password in another browser, "
            "such as your own phone's."
        )


@dataclass(eq=False, kw_only=True)
class ProofRefused(SignInRefused):
    """Raised where somebody does not prove to be the account `username`. `what` is password, code or passkey."""

    what: str
    username: str = ""

    def message(self, translator: Translator) -> str:
        if self.what == "password":
            return translator.gettext("That is not your password.")
        if self.what == "passkey":
            return translator.gettext("That passkey was not accepted. Try again, or use another way.")
        return translator.gettext(
            "That code is not right, or it was used already. Type the newest code from your app, or a recovery code."
        )


class StepOver(Refused):
    """Raised where the second step of signing in comes too late, or where the account was changed since the first."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("That took too long. Type your user name and your password again.")


@dataclass(eq=False, kw_only=True)
class SecretsKeyMissing(Refused):
    """Raised where secrets are sealed with a key and `file` is not there, or `is_another` key."""

    status = 503
    file: str
    is_another: bool

    def message(self, translator: Translator) -> str:
        if self.is_another:
            return translator.gettext(
                "%(file)s is not the key that sealed the secrets of authenticator apps. Put the file of the backup there. Until "
                "then, use a passkey or a recovery code.",
                file=self.file,
            )
        return translator.gettext(
            "%(file)s is missing, so no code of an authenticator app can be checked. Put the file of the backup there. Until "
            "then, use a passkey or a recovery code.",
            file=self.file,
        )


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


class BoughtYourself(Refused):
    """Raised where somebody counts a cabinet, or signs its count, for which they bought something since the last count."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "You bought for this cabinet, or booked a delivery into it, since it was last counted. Somebody else has to "
            "count and sign."
        )


class PinSetByYou(Refused):
    """Raised where a client's PIN confirms a prize, and whoever hands it out set that PIN on the same day."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "You set this client's PIN today, so somebody else has to hand this out. If nobody else is there, say why the "
            "client does not use the PIN."
        )


class CareNeedsALead(Refused):
    """Raised where somebody who is no lead would let an admin work with clients."""

    status = 422

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "An admin who works with clients sees their records, so a lead of the site gives that role. Ask a lead."
        )


@dataclass(eq=False, kw_only=True)
class WeakPassword(Refused):
    """Raised for a new password that is easily guessed. `why` is a word of `domain.staff.passwords`."""

    status = 422
    why: str
    least: int

    def message(self, translator: Translator) -> str:
        if self.why == "short":
            return translator.gettext(
                "A password needs at least %(least)s characters. Four words that have nothing to do with each other are good.",
                least=translator.number(self.least),
            )
        if self.why == "common":
            return translator.gettext(
                "Many people use this password, so it is tried first. Choose a few words that have nothing to do with each "
                "other."
            )
        if self.why == "name":
            return translator.gettext("A password may not contain your name or your user name. Choose other words.")
        if self.why == "in order":
            return translator.gettext(
                "A password may not contain five letters or digits in order, such as 12345, abcde or qwert. Leave them out, or "
                "choose other words."
            )
        return translator.gettext("A password may not repeat itself. Choose a few different words.")
