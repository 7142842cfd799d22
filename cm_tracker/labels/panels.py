"""Labels of panels and their lots."""

from datetime import date

from cm_tracker.domain.visits.panels import KitLot
from cm_tracker.i18n import gettext, marked, ngettext, number
from cm_tracker.labels.tags import Tag

_CUPS = (
    marked("5 strips"), marked("10 strips"), marked("12 strips"), marked("14 strips"), marked("Federal workplace panel"),
)  # fmt: skip


def lot_tag(lot: KitLot, today: date) -> Tag | None:
    """Return the warning of a lot of test kits that expires soon or has expired, or None."""
    if lot.is_expired(today):
        return Tag(gettext("expired"), "warm")
    if not lot.warns(today):
        return None
    left = lot.days_left(today)
    if left == 0:
        return Tag(gettext("expires today"), "warm")
    return Tag(ngettext("expires in %(n)s day", "expires in %(n)s days", left), "warm")


def all_negative(strips: int, undo_minutes: int) -> str:
    """Return what one stroke records of a cup, and until when it can be undone: it is saved at once."""
    of = (
        gettext("All %(n)s strips negative, temperature in range.", n=number(strips))
        if strips > 1
        else gettext("The strip is negative, temperature in range.")
    )
    saved = (
        ngettext("Saved at once; undo for %(n)s minute.", "Saved at once; undo for %(n)s minutes.", undo_minutes)
        if undo_minutes
        else gettext("Saved at once.")
    )
    return f"{of} {saved}"


def cup(title: str) -> str:
    """Return what a common cup is called on its button: 12 strips."""
    return gettext(title)
