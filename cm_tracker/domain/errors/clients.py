"""Refusals about clients: their enrollments and their PIN."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class AlreadyEnrolled(Refused):
    """Raised where a new enrollment would overlap the one in `schedule`, whose last day is `ends_on`.

    `ends_on` is None while that enrollment is paused and nobody knows yet how long.
    """

    schedule: str
    ends_on: date | None

    def message(self, translator: Translator) -> str:
        if self.ends_on is None:
            return translator.gettext(
                'The client is enrolled in "%(schedule)s", which is paused. End that enrollment first.',
                schedule=self.schedule,
            )
        return translator.gettext(
            'The client is enrolled in "%(schedule)s" until %(day)s. A second enrollment can start after that day.',
            schedule=self.schedule,
            day=translator.day(self.ends_on),
        )


@dataclass(eq=False, kw_only=True)
class ScheduleRetired(Refused):
    """Raised for a new enrollment in `schedule`, which a lead has retired."""

    schedule: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            'The schedule "%(schedule)s" is retired and takes no new enrollment. Choose another one.',
            schedule=self.schedule,
        )


@dataclass(eq=False, kw_only=True)
class WeakPin(Refused):
    """Raised for a new PIN that has fewer than `least` or more than 8 digits, or that many people choose."""

    status = 422
    is_common: bool
    least: int

    def message(self, translator: Translator) -> str:
        if self.is_common:
            return translator.gettext(
                "This PIN is easily guessed. Choose one that is not a year, a row such as 1234 or 2580, or a repetition such as "
                "1212."
            )
        return translator.gettext(
            "A PIN has at least %(least)s digits here, and at most 8. Type it again.",
            least=translator.number(self.least),
        )


@dataclass(eq=False, kw_only=True)
class WrongPin(Refused):
    """Raised where a client confirms with a wrong PIN. `left` more may fail; None where nobody counted."""

    status = 422
    left: int | None = None

    def message(self, translator: Translator) -> str:
        return translator.gettext("The PIN is not right. Let the client type it again.")


class NoPin(Refused):
    """Raised where a client who has no PIN yet has to confirm with one."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This client has no PIN yet. Let them choose one on their page, or say why they do not confirm."
        )


class AgreementSigned(Refused):
    """Raised for an agreement that the client has signed already, for the version that they follow."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("The client has signed this version already. Nothing was recorded a second time.")


class ConsentRevoked(Refused):
    """Raised for a consent that the client has taken back already."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This consent was taken back already. Nothing was recorded a second time.")
