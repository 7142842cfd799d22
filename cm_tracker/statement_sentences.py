"""The words of a client's statement: what each line of the ledger was for, in easy words and no result."""

from cm_tracker.domain.visits.corrections import ANSWERED, EXCUSED
from cm_tracker.i18n import gettext, language, ngettext, short_day
from cm_tracker.queries.clients.statement import StatementLine

_ = gettext


def what(line: StatementLine) -> str:
    """Return what a line was for."""
    if line.prize_name is not None:
        name = line.name_in(language())
        if line.kind == "undo":
            return _("Undone: %(prize)s", prize=name)
        return _("%(prize)s, for a slip that you drew", prize=name) if line.tier else name
    if line.visit_on is not None:
        on = short_day(line.visit_on)
        if line.kind == "award":
            return _("For your visit on %(day)s", day=on)
        if line.correction == ANSWERED:
            return _("We got the answer, for your visit on %(day)s", day=on)
        if line.correction == EXCUSED:
            return _("Excused afterwards: %(day)s", day=on)
        return _("Put right, for your visit on %(day)s", day=on)
    if line.kind == "draw":
        return ngettext("You drew %(n)s slip", "You drew %(n)s slips", -line.amount)
    if line.kind == "expiry":
        return _("Their time was over")
    if line.why:
        return _("Put right: %(why)s", why=line.why)
    return _("Put right")
