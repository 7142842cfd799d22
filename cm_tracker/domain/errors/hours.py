"""Refusals about the hours of a program week."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator


@dataclass(eq=False, kw_only=True)
class WeekHasHours(Refused):
    """Raised where the hours of a program week are entered again; `visit_id` is the result that the week has."""

    week: int
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The hours of program week %(week)s are already recorded. Nothing was paid a second time. If they are "
            "wrong, a lead corrects them.",
            week=translator.number(self.week),
        )


@dataclass(eq=False, kw_only=True)
class WeekNotOver(Refused):
    """Raised for the hours of a program week that is not closed yet.

    `last_day` is the day that closes it, or None while a pause goes on before that day or the week has no day.
    """

    status = 422
    week: int
    last_day: date | None

    def message(self, translator: Translator) -> str:
        if self.last_day is None:
            return translator.gettext(
                "Program week %(week)s has no last day yet, so its hours cannot be entered.",
                week=translator.number(self.week),
            )
        return translator.gettext(
            "Program week %(week)s lasts until %(day)s. Its hours can be entered from the day after on.",
            week=translator.number(self.week),
            day=translator.day(self.last_day),
        )


@dataclass(eq=False, kw_only=True)
class HoursInDoubt(Refused):
    """Raised where more time was typed than a week plausibly has, and nobody has said that it is right.

    `minutes` were typed. `expected` are the minutes that were expected, where they are what makes it doubtful. `meant`
    is what was probably meant: the same digits with a point before the last one.
    """

    status = 422
    minutes: int
    expected: int | None = None
    meant: int | None = None

    def message(self, translator: Translator) -> str:
        hours = _hours(self.minutes, translator)
        if self.expected is None:
            question = translator.gettext("%(hours)s h in one week?", hours=hours)
        else:
            question = translator.gettext(
                "%(hours)s h, where %(expected)s h were expected?",
                hours=hours,
                expected=_hours(self.expected, translator),
            )
        sentences = [question]
        if self.meant is not None:
            tenths = self.meant // 6
            sentences.append(translator.gettext("You probably mean %(meant)s.", meant=f"{tenths // 10}.{tenths % 10}"))
        sentences.append(translator.gettext("Correct it, or tick below that it is right."))
        return translator.joined(sentences, " ")


def _hours(minutes: int, translator: Translator) -> str:
    whole, rest = divmod(minutes, 60)
    return f"{translator.number(whole)}:{rest:02}" if rest else translator.number(whole)
