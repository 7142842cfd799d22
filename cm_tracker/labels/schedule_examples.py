"""Labels of the two examples of a track: every visit meets its target, and one of them does not."""

from collections.abc import Sequence

from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import PAID
from cm_tracker.domain.schedules.schedule import Schedule
from cm_tracker.i18n import gettext, lazy, money, ngettext, number, ordinal
from cm_tracker.labels.counting import amount, listed, unit_name

# So many amounts of a schedule are named one by one.
FIRST_PAID = 4
# What a result is of, as charts call it: one, and several.
_RESULTS = {"visit": (lazy("visit"), lazy("visits")), "week": (lazy("week"), lazy("weeks"))}


def one_result(visit: str) -> str:
    """Return what a result is of: visit, or week."""
    return str(_RESULTS[visit][0])


def results(visit: str) -> str:
    """Return what several results are of: visits, or weeks."""
    return str(_RESULTS[visit][1])


def every_visit_met(rows: Sequence[Result], visit: str, schedule: Schedule) -> str:
    """Return what a client earns who meets every target: the first amounts, the last one, and all of it.

    `visit` is what a result is of: a visit, or a week.
    """
    paid = [row for row in rows if row.paid]
    if not paid:
        return gettext("Nothing is paid.")
    unit, first = paid[0].unit, paid[:FIRST_PAID]
    one, several = one_result(visit), results(visit)
    amounts = listed([number(row.paid) for row in first], gettext("and"))
    earned = f"{amounts} {unit_name(unit, first[-1].paid)}"
    if len(first) > 1:
        words = [
            gettext(
                "The first %(number)s paid %(visits)s earn %(amounts)s",
                number=number(len(first)),
                visits=several,
                amounts=earned,
            )
        ]
    else:
        words = [gettext("The first paid %(visit)s earns %(amounts)s", visit=one, amounts=earned)]
    if len(paid) > len(first):
        words.append(gettext("the last one %(amount)s", amount=number(paid[-1].paid)))
    if len(paid) > 1 and len({row.paid for row in paid}) == 1:
        words = [gettext("Each paid %(visit)s earns %(amount)s", visit=one, amount=amount(paid[0].paid, unit))]
    of_all = ngettext(
        "%(n)s of %(visits)s is paid: %(total)s.",
        "%(n)s of %(visits)s are paid: %(total)s.",
        len(paid),
        visits=_counted(len(rows), visit),
        total=_in_all(rows, schedule),
    )
    return f"{', '.join(words)}. {of_all}"


def _counted(n: int, visit: str) -> str:
    if visit == "week":
        return ngettext("%(n)s week", "%(n)s weeks", n)
    return ngettext("%(n)s visit", "%(n)s visits", n)


def one_lapse(rows: Sequence[Result], lapse_at: int, visit: str, schedule: Schedule) -> str:
    """Return what a client earns who misses the target once: the next amount that is paid, and all of it."""
    after = next((row for row in rows[lapse_at:] if row.why == PAID), None)
    values = {"nth": ordinal(lapse_at), "visit": one_result(visit), "total": _in_all(rows, schedule)}
    if after is None:
        return gettext("The %(nth)s %(visit)s earns nothing: %(total)s in all.", **values)
    return gettext(
        "The %(nth)s %(visit)s earns nothing, and the next paid one %(amount)s: %(total)s in all.",
        amount=amount(after.paid, after.unit),
        **values,
    )


def _in_all(rows: Sequence[Result], schedule: Schedule) -> str:
    total = sum(row.paid for row in rows)
    unit = rows[0].unit
    worth = f" ({money(total * schedule.point_value_cents)})" if unit == "points" else ""
    return f"{amount(total, unit)}{worth}"
