"""The most that a client can earn under two schedules, before and after."""

from dataclasses import dataclass

from cm_tracker.domain.money import money_in
from cm_tracker.domain.schedules.difference_lines import NONE, counted, gives_more
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import Schedule


@dataclass(frozen=True, slots=True)
class MostEarned:
    """What a client earns who meets every target, in points as money or in draws, under two schedules.

    `gives` says whether that is more or less; it is empty where it is the same, or in another currency.
    """

    pays: str
    before: str
    after: str
    gives: str = ""


def most_before_and_after(before: Schedule, after: Schedule) -> tuple[MostEarned, ...]:
    """Return the most that points pay and the most draws, each where one of the schedules pays in it."""
    old, new = most_earned(before), most_earned(after)
    found = []
    for pays in ("points", "draws"):
        if old[pays] or new[pays]:
            was, now = _cents(before, old, pays), _cents(after, new, pays)
            gives = gives_more(was, now) if was != now and before.currency == after.currency else ""
            found.append(MostEarned(pays, _words(before, old, pays), _words(after, new, pays), gives))
    return tuple(found)


def _cents(schedule: Schedule, most: dict[str, int], pays: str) -> int:
    """Return what points are worth, or draws on average."""
    if pays == "points":
        return most["cents"]
    return most["draws"] * schedule.bowl.total_cents // schedule.bowl.size if schedule.bowl else 0


def _words(schedule: Schedule, most: dict[str, int], pays: str) -> str:
    money = money_in(_cents(schedule, most, pays), schedule.currency)
    if not most[pays]:
        return NONE
    return money if pays == "points" else f"{counted(most['draws'], 'draw')}, worth {money} on average"
