"""Refusals about what happens to an enrollment: its end, its pauses and moves."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class AlreadyEnded(Refused):
    """Raised where an enrollment is changed that has ended; `day` is its last day."""

    day: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This enrollment has ended: its last day was %(day)s. Take the end back first, or enroll the client again.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class AlreadyPaused(Refused):
    """Raised where an enrollment is paused while a pause goes on that began on `since`."""

    since: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This enrollment has been paused since %(day)s. Resume it first.", day=translator.day(self.since)
        )


@dataclass(eq=False, kw_only=True)
class EnrollmentEnded(Refused):
    """Raised for a visit after the last day of an enrollment that has ended."""

    status = 422
    day: date
    ended_on: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The enrollment ended on %(ended_on)s, and %(day)s is after that day.",
            ended_on=translator.day(self.ended_on),
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class MistakeHasVisits(Refused):
    """Raised where an enrollment ends as entered by mistake and has `count` visits that count."""

    count: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "This enrollment has %(n)s visit. Have a lead void it first, or choose another reason.",
            "This enrollment has %(n)s visits. Have a lead void them first, or choose another reason.",
            self.count,
        )


@dataclass(eq=False, kw_only=True)
class VisitAfterEnd(Refused):
    """Raised where an enrollment would end before a visit that counts."""

    day: date
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A visit is recorded on %(day)s. The enrollment cannot end before that day. "
            "Choose a later day, or have a lead void the visit first.",
            day=translator.day(self.day),
        )
