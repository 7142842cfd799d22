"""The laws that can be broken. The docstring of each is the sentence that a person reads.

Every error carries its numbers as attributes and says what to do next. The web shows them at the
form, the command line on standard error; neither ever shows a traceback for one of these.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cm_tracker.domain.schedules.check import Problem


class Refused(Exception):
    """This cannot be done."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__()

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["facts"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split()).format(**self.facts)


class NotFound(Refused):
    """There is no such {what} at your sites."""


class NotAllowed(Refused):
    """Your role ({role}) may not do this. Ask a program lead."""


class BadInput(Refused):
    """{says}"""

    def __init__(self, says: str, field: str | None = None) -> None:
        super().__init__(says=says, field=field)


class BadSchedule(Refused):
    """The schedule has {count} problem(s)."""

    def __init__(self, problems: "tuple[Problem, ...]") -> None:
        super().__init__(problems=problems, count=len(problems))


class Taken(Refused):
    """The {what} "{value}" is already in use. Choose another one."""


class KeyReused(Refused):
    """This form was already sent with other content. Open it again and send it once more."""


class ChangedMeanwhile(Refused):
    """Somebody else has changed this in the meantime. Nothing was saved: open the page again and look."""


class SameVisit(Refused):
    """This visit is already recorded ({when}). Nothing was paid a second time."""


class SameSpecimen(Refused):
    """Specimen {specimen_id} was already recorded at this site ({when}). Check the label on the cup."""


class BeforeEnrollment(Refused):
    """{day} lies before the enrollment's first day ({starts_on}). Correct the date."""


class InTheFuture(Refused):
    """{day} lies in the future. A visit can be recorded once it has taken place."""


class OutsideSchedule(Refused):
    """{day} falls in program week {week}; the schedule ends with week {last_week}."""


class WeekFull(Refused):
    """Program week {week} already has its {allowed} visit(s) of the schedule."""


class AlreadyEnrolled(Refused):
    """The client is enrolled in "{schedule}" until {ends_on}. A second enrollment can start after that day."""


class LedgerInDoubt(Refused):
    """The ledger did not verify, so nothing is written until an admin has looked. Keep the record on paper and tell a
    lead now."""


class SomebodyElses(Refused):
    """Somebody else entered this. They can undo it within {minutes} minutes; a lead can put it right at any time."""


class TooLateToUndo(Refused):
    """This was entered more than {minutes} minutes ago. Ask a lead to void or correct it."""


class OwnEntry(Refused):
    """You entered this yourself. Another lead has to void or correct it."""


class AlreadyUndone(Refused):
    """This was undone already. Enter the visit again if it did take place."""


class VisitIsVoid(Refused):
    """This visit was taken away and counts no longer. Enter it again if it did take place."""


class NothingToAnswer(Refused):
    """A laboratory's answer belongs to a test that is pending, disputed or negative. Ask a lead for anything else."""


class NothingToExcuse(Refused):
    """Only an absence without an excuse can be excused afterwards."""


class NotWhatWasShown(Refused):
    """What this changes is no longer what the page showed. Nothing was saved: look at the changes again."""


class NothingChanged(Refused):
    """This says what is recorded already. Change something, or go back."""


class NotEnoughPoints(Refused):
    """This costs {cost} points and the client has {balance}: {missing} more are needed."""

    def __init__(self, balance: int, cost: int) -> None:
        super().__init__(balance=balance, cost=cost, missing=cost - balance)


class NoDraws(Refused):
    """There is nothing left to draw. A visit that meets its target gives new draws."""


class AlreadyDrawn(Refused):
    """Draw {number} was made already, perhaps on another screen. Nothing more was drawn; look at what came of it."""


class SealBroken(Refused):
    """The secret of this draw does not fit its seal, so nothing was drawn. Tell an admin: somebody changed the database."""


class NothingWon(Refused):
    """No prize of this tier is waiting: it was handed out already, or nobody drew one."""


class CannotTake(Refused):
    """The client has {balance} {unit}: no more than that can be taken."""


class PointsSpent(Refused):
    """{spent} of the {unit} that this paid are spent already. Undo what they were spent on first, or let a lead void or correct the visit."""


class VoidedDay(Refused):
    """A visit of {when} was taken away. Void this one, and enter it on that day as a new one."""


class AlreadyReturned(Refused):
    """This redemption was undone already; the points are back since {when}."""


class AlreadyDecided(Refused):
    """This adjustment was {decision} already."""


class SecondLeadNeeded(Refused):
    """You asked for this yourself. Another lead of the site has to approve it."""


class SecondPersonNeeded(Refused):
    """You counted this yourself. Somebody else of the site has to look and sign."""


class AlreadySigned(Refused):
    """This count was signed already."""


class CountIsOld(Refused):
    """The shelf has changed since this count, or a newer one was made. Count again, and let that be signed."""


class PriceChanged(Refused):
    """The price has changed to {price} points since the page was opened. Look again, then redeem."""


class NotEnoughStock(Refused):
    """{wanted} wanted, {left} left in the cabinet. Choose another prize or book in a delivery."""


class LimitReached(Refused):
    """One client may have {count} of this prize {span}, and this one may have {left} more today. Choose fewer, or
    another prize."""

    def __init__(self, count: int, days: int | None, left: int) -> None:
        super().__init__(
            count=count,
            left=left,
            span="in all" if days is None else "in one day" if days == 1 else f"within {days} days",
        )


class OfferIsOld(Refused):
    """This offer is more than {minutes} minutes old. Choose the prize again."""


class OfferWithdrawn(Refused):
    """This offer was withdrawn. Choose the prize again."""


class OfferTaken(Refused):
    """The client has confirmed this already. Undo the redemption from its receipt if it was wrong."""


class WrongPin(Refused):
    """The PIN is not right. Let the client type it again."""


class NoPin(Refused):
    """This client has no PIN yet. Let them choose one on their page, or say why they do not confirm."""


class NothingToHandOver(Refused):
    """Nothing is set aside here: it was handed over already, or went to the client at once."""


class NotEnoughToTrade(Refused):
    """{needed} are needed, and {has} can be put together of what was drawn in time. Nothing was taken."""


class NothingGained(Refused):
    """What would be handed back is worth more than the larger prize. Nothing was taken."""


class NoHeadroom(Refused):
    """Under the ceiling for the {scope} there is no room for a larger prize now. What was drawn stays the client's."""


class SignInRefused(Refused):
    """The name or the password is not right."""


class KioskRefused(Refused):
    """The code or the PIN is not right."""


class TooManyTries(Refused):
    """Too many tries. Wait {minutes} minute(s), then try again."""


class WeakPassword(Refused):
    """A password needs at least {least} characters and may not be the user name."""


class WeakPin(Refused):
    """A PIN has 4 to 8 digits and is not one digit repeated or a simple row such as 1234."""
