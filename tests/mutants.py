"""Say by area how many changes of the domain its tests notice, and name each change that they do not notice.

`make mutants` pipes the results of mutmut into this program: a line `NAME: STATUS` for each change. It exits with 1 if
an area is below its bound. `mutmut show NAME` shows a change.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable

DOMAIN = "cm_tracker.domain."
# The modules of each area. A name without a module of its own stands for the whole folder.
AREAS = {
    "engine": (
        "schedules.engine",
        "schedules.ladder",
        "schedules.outcomes",
        "schedules.readings",
        "schedules.schedule",
        "schedules.timeline",
    ),
    "ceilings": ("schedules.ceilings",),
    "ledger": ("ledger", "errors.ledger"),
    "corrections": ("visits.consequences", "visits.corrections", "visits.kept", "visits.settling"),
    "draws": ("prizes.draws", "prizes.fairness", "errors.draws"),
}
REST = "the rest"
LOWEST = dict.fromkeys(AREAS, 95.0)
LOWEST_OF_ALL = 90.0
# A change that makes the tests run for ever is noticed, too.
NOTICED = {"killed", "timeout"}
LINE = re.compile(r"^\s*(cm_tracker\.domain\.\S+): (.+)$")


def area_of(name: str) -> str:
    """Return the area that a change belongs to."""
    module = name.removeprefix(DOMAIN)
    for area, modules in AREAS.items():
        if any(module.startswith(f"{of}.") for of in modules):
            return area
    return REST


def main(lines: Iterable[str]) -> int:
    """Print the table and the list. Return the exit status."""
    noticed: Counter[str] = Counter()
    made: Counter[str] = Counter()
    unnoticed = []
    for name, status in (match.groups() for line in lines if (match := LINE.match(line))):
        made[area_of(name)] += 1
        if status in NOTICED:
            noticed[area_of(name)] += 1
        else:
            unnoticed.append(f"{name}: {status}")
    if not made:
        print("mutmut reported no change of the domain.")
        return 1
    print("No test notices:", *unnoticed, sep="\n  ")
    print(f"\n{'area':12} {'changes':>8} {'noticed':>8} {'share':>7} {'at least':>9}")
    rows = [(area, made[area], noticed[area], LOWEST.get(area)) for area in (*AREAS, REST)]
    rows.append(("all", made.total(), noticed.total(), LOWEST_OF_ALL))
    is_enough = True
    for area, changes, seen, lowest in rows:
        share = 100 * seen / max(changes, 1)
        is_enough = is_enough and (lowest is None or share >= lowest)
        bound = "" if lowest is None else f"{lowest:.0f} %"
        print(f"{area:12} {changes:8} {seen:8} {share:5.1f} % {bound:>9}")
    return 0 if is_enough else 1


if __name__ == "__main__":
    sys.exit(main(sys.stdin))
