"""Refusals about schedule documents."""

from dataclasses import dataclass
from typing import NamedTuple

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator
from cm_tracker.domain.money import dollars


class Problem(NamedTuple):
    """Where a schedule document is wrong (`path`, empty for the whole) and what it must be (`says`)."""

    path: str
    says: str


@dataclass(eq=False, kw_only=True)
class BadSchedule(Refused):
    """Raised for a document that is not a schedule; `problems` are all that is wrong with it, in its order."""

    status = 422
    problems: tuple[Problem, ...]

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "The schedule has %(n)s problem.", "The schedule has %(n)s problems.", len(self.problems)
        )


@dataclass(eq=False, kw_only=True)
class OtherPointValue(Refused):
    """Raised where a schedule is published whose points are worth `value_cents`, and the program's `program_cents`."""

    status = 422
    value_cents: int
    program_cents: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A point of this schedule is worth %(value)s, and a point of this program %(program)s. Make a draft of it: "
            "its amounts are converted there.",
            value=dollars(self.value_cents),
            program=dollars(self.program_cents),
        )


class PointValueFixed(Refused):
    """Raised where the value of a point is to change after a schedule was published or a point was issued."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The value of a point is set when the program begins. It cannot change once a schedule is published."
        )
