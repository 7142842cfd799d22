"""Closing a day: every slot has its outcome, and nobody notes anything of that day until a lead opens it again."""

from datetime import date

from cm_tracker.domain.errors import AllRefusals, BadInput, InTheFuture


def check_closing(day: date, today: date, open_slots: int) -> None:
    """Raise `InTheFuture` for a day to come, and `BadInput` while somebody of that day is open."""
    refusals = AllRefusals()
    with refusals:
        if day > today:
            raise InTheFuture(day=day)
    with refusals:
        if open_slots:
            raise BadInput("Open slots of the day: %(n)s. Say of each what happened.", n=open_slots)
    refusals.raise_any()


def check_is_open(is_closed: bool, day: date) -> None:
    """Raise `BadInput` for a day that is closed."""
    if is_closed:
        raise BadInput("%(day)s is closed. A lead can open it again.", day=day)
