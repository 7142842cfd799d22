"""Refusals about schedule documents."""

from dataclasses import dataclass
from datetime import date
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
            value=translator.money(self.value_cents),
            program=translator.money(self.program_cents),
        )


@dataclass(eq=False, kw_only=True)
class OtherCurrency(Refused):
    """Raised where a schedule is published whose money is `currency`, and the program's `program_currency`."""

    status = 422
    currency: str
    program_currency: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The amounts of this schedule are in %(currency)s, and this program pays in %(program)s. Make a draft of "
            "it: its numbers stay the same there, nothing is exchanged, and you change the amounts before you publish.",
            currency=self.currency,
            program=self.program_currency,
        )


class CurrencyFixed(Refused):
    """Raised where the currency is to change after a schedule was published, a prize was entered or a sum was booked."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The currency is set when the program begins. It cannot change once a schedule is published, a prize is in "
            "the catalog or anything is booked."
        )


class PointValueFixed(Refused):
    """Raised where the value of a point is to change after a schedule was published or a point was issued."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The value of a point is set when the program begins. It cannot change once a schedule is published."
        )


class DraftWaits(Refused):
    """Raised where a draft is changed, discarded or sent while it waits for a second lead."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This draft waits for a second lead and does not change. Whoever sent it can take it back."
        )


class DraftNotSent(Refused):
    """Raised where a lead decides about a draft that waits for nobody, or takes it back."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This draft does not wait for a decision any more. Open it to see what happened.")


class SecondLeadPublishes(Refused):
    """Raised where one lead alone would publish a schedule, without a statement that there is only one."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A second lead has to approve what you send. In a program with one lead, say so once, in writing, under "
            "Schedules."
        )


class SecondLeadIsThere(Refused):
    """Raised where a lead states that the program has one lead, and there is another active one."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("The program has a second lead, who approves what you send.")


@dataclass(eq=False, kw_only=True)
class ScheduleExists(Refused):
    """Raised where a new schedule would have the `name` of one that is there, or a version that of another schedule."""

    name: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            'There is a schedule "%(name)s" already. Change the name of the draft, or publish it as the next version.',
            name=self.name,
        )


@dataclass(eq=False, kw_only=True)
class NameTaken(Refused):
    """Raised where a schedule would be renamed to the `name` that another one has, or that one of its versions had."""

    name: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            'Another schedule is called "%(name)s", or a version of it was approved under that name. Choose another name.',
            name=self.name,
        )


@dataclass(eq=False, kw_only=True)
class VersionNotYet(Refused):
    """Raised for an enrollment in a version of `schedule` that holds only from the day `starts_on` on."""

    schedule: str
    starts_on: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            'This version of "%(schedule)s" takes enrollments from %(day)s on. Choose an earlier version until then.',
            schedule=self.schedule,
            day=translator.day(self.starts_on),
        )
