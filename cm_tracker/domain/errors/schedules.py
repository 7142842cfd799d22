"""Refusals about schedule documents."""

from dataclasses import dataclass
from typing import NamedTuple

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


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
