"""Labels of panels and their lots."""

from datetime import date

from cm_tracker.domain.visits.panels import KitLot
from cm_tracker.i18n import number
from cm_tracker.labels.counting import counted
from cm_tracker.labels.tags import Tag


def lot_tag(lot: KitLot, today: date) -> Tag | None:
    """Return the warning of a lot of test kits that expires soon or has expired, or None."""
    if lot.is_expired(today):
        return Tag("expired", "warm")
    if not lot.warns(today):
        return None
    left = lot.days_left(today)
    return Tag("expires today" if left == 0 else f"expires in {counted(left, 'day')}", "warm")


def all_negative(strips: int, undo_minutes: int) -> str:
    """Return what one stroke records of a cup, and until when it can be undone: it is saved at once."""
    of = f"All {number(strips)} strips negative" if strips > 1 else "The strip is negative"
    undo = f"; undo for {counted(undo_minutes, 'minute')}" if undo_minutes else ""
    return f"{of}, temperature in range. Saved at once{undo}."
