"""Refusals about visits: recording one, and putting one right."""

from dataclasses import dataclass
from datetime import date

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator

# -- recording a visit -------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class SameVisit(Refused):
    """Raised where the track has its visit on that day already; `visit_id` is the first one."""

    day: date
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This visit is already recorded (%(day)s). Nothing was paid a second time.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class SameSpecimen(Refused):
    """Raised where another visit of the site has the same label on its cup; `visit_id` is that visit."""

    specimen_id: str
    day: date
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Specimen %(specimen_id)s was already recorded at this site (%(day)s). Check the label on the cup.",
            specimen_id=self.specimen_id,
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class BeforeEnrollment(Refused):
    """Raised for a visit on a day before the enrollment's first one."""

    status = 422
    day: date
    starts_on: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "%(day)s is before the enrollment's first day (%(starts_on)s). Correct the date.",
            day=translator.day(self.day),
            starts_on=translator.day(self.starts_on),
        )


@dataclass(eq=False, kw_only=True)
class InTheFuture(Refused):
    """Raised for a visit on a day that has not come yet at the site."""

    status = 422
    day: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "%(day)s is in the future. A visit can be recorded once it has taken place.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class OutsideSchedule(Refused):
    """Raised for a visit after the last week of the schedule; weeks are counted from 1."""

    status = 422
    day: date
    week: int
    last_week: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "%(day)s falls in program week %(week)s; the schedule ends with week %(last_week)s.",
            day=translator.day(self.day),
            week=translator.number(self.week),
            last_week=translator.number(self.last_week),
        )


@dataclass(eq=False, kw_only=True)
class DayPaused(Refused):
    """Raised for a visit on a day on which the enrollment is paused."""

    status = 422
    day: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The enrollment is paused on %(day)s: no visit falls on that day.", day=translator.day(self.day)
        )


@dataclass(eq=False, kw_only=True)
class VisitInPause(Refused):
    """Raised for a pause over a day on which a visit is recorded."""

    day: date
    visit_id: int

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A visit is recorded on %(day)s, so the client was not away on that day. "
            "Choose other days, or have a lead void the visit first.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class NothingMissed(Refused):
    """Raised for an absence in a program week that has all of its paid visits; `places` is how many it has.

    `last_week` is the last week of the period that begins with `week`, where visits are counted by several weeks.
    """

    day: date
    week: int
    places: int
    last_week: int | None = None

    def message(self, translator: Translator) -> str:
        if self.last_week is not None:
            return translator.ngettext(
                "Program weeks %(first)s to %(last)s already have their %(n)s paid visit. There was nothing to miss on "
                "%(day)s, so no absence is recorded.",
                "Program weeks %(first)s to %(last)s already have their %(n)s paid visits. There was nothing to miss on "
                "%(day)s, so no absence is recorded.",
                self.places,
                first=translator.number(self.week),
                last=translator.number(self.last_week),
                day=translator.day(self.day),
            )
        return translator.ngettext(
            "Program week %(week)s already has its %(n)s paid visit. There was nothing to miss on %(day)s, so no "
            "absence is recorded.",
            "Program week %(week)s already has its %(n)s paid visits. There was nothing to miss on %(day)s, so no "
            "absence is recorded.",
            self.places,
            week=translator.number(self.week),
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class MostWerePaid(Refused):
    """Raised for an absence on a day on which no further visit is paid, because the most that are paid took place."""

    day: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "All visits that can be paid had taken place. There was nothing to miss on %(day)s, so no absence is "
            "recorded.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class ReasonMissing(Refused):
    """Raised where something is put right and nobody says why; `way` is how, one of `visits.corrections.WAYS`."""

    status = 422
    way: str | None = None

    def message(self, translator: Translator) -> str:
        messages = {
            "undo": translator.gettext("Write what went wrong."),
            "void": translator.gettext("Write what went wrong."),
            "answer": translator.gettext("Write the number or the date of the report."),
            "excuse": translator.gettext("Write how you know it."),
            "correct": translator.gettext("Write why it is corrected."),
        }
        if self.way is None:
            return translator.gettext("Say why, so that everybody can understand it later.")
        return messages[self.way]


class NotWhatWasShown(Refused):
    """Raised where saving would change something other than what the page showed."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "What this changes is no longer what the page showed. Nothing was saved: look at the changes again."
        )


# -- who may put a visit right, and when -------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class SomebodyElses(Refused):
    """Raised where somebody undoes an entry of another person; that person has `minutes` for it."""

    minutes: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "Somebody else entered this. They can undo it within %(n)s minute; a lead can put it right at any time.",
            "Somebody else entered this. They can undo it within %(n)s minutes; a lead can put it right at any time.",
            self.minutes,
        )


@dataclass(eq=False, kw_only=True)
class TooLateToUndo(Refused):
    """Raised where somebody undoes their own entry more than `minutes` after they made it."""

    minutes: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "This was entered more than %(n)s minute ago. Ask a lead to void or correct it.",
            "This was entered more than %(n)s minutes ago. Ask a lead to void or correct it.",
            self.minutes,
        )


class UndoIsOff(Refused):
    """Raised where somebody undoes an entry at a site that allows nobody to undo their own."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("Nobody undoes their own entry at this site. A lead can put it right at any time.")


class OwnEntry(Refused):
    """Raised where a lead voids or corrects what they entered themselves (`domain.staff.duties`)."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("You entered this yourself. Another lead has to void or correct it.")


class HandedOutByYou(Refused):
    """Raised where somebody books a prize as lost, or takes it back, that they handed out (`domain.staff.duties`)."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "You handed this prize out yourself. A lead who did not has to take it back, or book it as lost."
        )


# -- what cannot be put right ------------------------------------------------------------------


class BookedSince(Refused):
    """Raised where an entry is undone after something else was booked for the client."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Something else was booked for this client since then, so this can no longer be undone. "
            "Ask a lead to void or correct it."
        )


class AlreadyUndone(Refused):
    """Raised where an entry that was undone is undone once more."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This was undone already. Enter it again if it did take place.")


class VisitIsVoid(Refused):
    """Raised where a visit is corrected that was voided or undone before."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This was taken away and no longer counts. Enter it again if it did take place.")


class NothingToAnswer(Refused):
    """Raised where a laboratory's result comes for a visit that does not wait for one."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A laboratory's answer belongs to a test that is pending or disputed. Ask a lead to correct any other."
        )


class NoOtherSpecimen(Refused):
    """Raised where another specimen comes for a visit that has a valid one, no test, or as many as a visit may have."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Another specimen can be entered only while none of the visit's specimens is valid, and at most 3 in all. "
            "Ask a lead to correct any other."
        )


class NothingToExcuse(Refused):
    """Raised where an excuse comes for a visit that is not an absence without one."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("Only an absence without an excuse can be excused afterwards.")


class NothingChanged(Refused):
    """Raised for a correction that says what is recorded already."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This says what is recorded already. Change something, or go back.")


@dataclass(eq=False, kw_only=True)
class VoidedDay(Refused):
    """Raised where a correction moves a visit to a day on which a visit of its track was voided."""

    day: date

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A visit of %(day)s was taken away. Void this one, and enter it on that day as a new one.",
            day=translator.day(self.day),
        )


@dataclass(eq=False, kw_only=True)
class PointsSpent(Refused):
    """Raised where an undo takes back what an entry paid, and the client has spent some of it."""

    spent: int
    unit: str

    def message(self, translator: Translator) -> str:
        if self.unit == "draws":
            return translator.ngettext(
                "%(n)s of the draws that this paid is spent already. "
                "Undo what it was spent on first, or let a lead void or correct the visit.",
                "%(n)s of the draws that this paid are spent already. "
                "Undo what they were spent on first, or let a lead void or correct the visit.",
                self.spent,
            )
        return translator.ngettext(
            "%(n)s of the points that this paid is spent already. "
            "Undo what it was spent on first, or let a lead void or correct the visit.",
            "%(n)s of the points that this paid are spent already. "
            "Undo what they were spent on first, or let a lead void or correct the visit.",
            self.spent,
        )
