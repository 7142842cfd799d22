"""Refusals about treatment goals, reviews, and slips of community meetings."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class AlreadySettled(Refused):
    """Raised where a goal was met or dropped, a review was done or dropped, or a slip was decided already."""

    what: Literal["goal", "review", "slip"]

    def message(self, translator: Translator) -> str:
        return {
            "goal": translator.gettext("This goal was met or dropped already. Nothing was recorded a second time."),
            "review": translator.gettext(
                "This review was done or dropped already. Nothing was recorded a second time."
            ),
            "slip": translator.gettext("Somebody decided about this slip already. Nothing was recorded a second time."),
        }[self.what]


@dataclass(eq=False, kw_only=True)
class AbsenceRecorded(Refused):
    """Raised for a slip of a day on which the client's absence is recorded; `visit_id` is that record."""

    day: date
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "An absence is recorded for %(day)s. A lead corrects it first: the client came. Then accept the slip; "
            "nothing is paid a second time.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class GoalOfThatDay(Refused):
    """Raised where another goal has the visit of a track on a day; `visit_id` is that visit."""

    day: date
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The track has its finished goal of %(day)s already, and that one is paid. Choose another day, or let this "
            "goal earn nothing.",
            day=translator.day(self.day),
        )
