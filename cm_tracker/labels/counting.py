"""Numbers with the word that belongs to them: 1 visit, 2 visits."""

from collections.abc import Sequence

from cm_tracker.domain.prizes.draws import tier_unit
from cm_tracker.i18n import lazy, ngettext, number

_TIER = tier_unit("")
# The tiers of the bowls that come with the program; others have the names that a lead gave them.
_TIERS = {"small": lazy("small"), "medium": lazy("medium"), "large": lazy("large"), "jumbo": lazy("jumbo")}


def plural(n: int, one: str, many: str) -> str:
    """Return `one` for 1 and -1, else `many`."""
    return one if abs(n) == 1 else many


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with its word: 1 visit, 1,240 visits. Pass `many` if it is not `one` with an "s"."""
    return f"{number(n)} {plural(n, one, many or one + 's')}"


def listed(words: Sequence[str], joint: str) -> str:
    """Return words as one list: positive, refused or tampered."""
    *before, last = words
    return f"{', '.join(before)} {joint} {last}" if before else last


def tier_name(name: str) -> str:
    """Return the name of a prize tier as staff read it: small, extra large."""
    return str(_TIERS.get(name, name.replace("_", " ")))


def unit_name(unit: str, n: int) -> str:
    """Return a unit of the ledger as people say it: point, draws, slips (small). Other units are not changed."""
    if unit.startswith(_TIER):
        return f"{ngettext('slip', 'slips', abs(n))} ({tier_name(unit.removeprefix(_TIER))})"
    if unit == "points":
        return ngettext("point", "points", abs(n))
    if unit == "draws":
        return ngettext("draw", "draws", abs(n))
    return unit


def amount(n: int, unit: str) -> str:
    """Return an amount with its unit: 10 points, 1 draw."""
    return f"{number(n)} {unit_name(unit, n)}"


def signed(n: int, unit: str = "") -> str:
    """Return an amount with its sign: +10 points, or the same with a minus sign."""
    sign = "+" if n > 0 else "−" if n < 0 else ""
    return f"{sign}{number(abs(n))}" + (f" {unit_name(unit, n)}" if unit else "")
