"""The most that a client can earn under two schedules, before and after."""

from dataclasses import dataclass

from cm_tracker.domain.money import money_in
from cm_tracker.domain.phrases import phrases
from cm_tracker.domain.schedules.difference_lines import NONE, gives_more
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import Schedule


@dataclass(frozen=True, slots=True)
class MostEarned:
    """What a client earns who meets every target, in points as money or in draws, under two schedules.

    `gives` says whether that is more or less; it is empty where it is the same.
    """

    pays: str
    before: str
    after: str
    gives: str = ""


def most_before_and_after(before: Schedule, after: Schedule) -> tuple[MostEarned, ...]:
    """Return the most that points pay and the most draws, each where one of the schedules pays in it.

    The program exchanges no amount: a schedule in another currency has the same numbers in that of the second one.
    """
    old, new = most_earned(before), most_earned(after)
    found = []
    for pays in ("points", "draws"):
        if old[pays] or new[pays]:
            was, now = _cents(before, old, pays), _cents(after, new, pays)
            gives = gives_more(was, now) if was != now else ""
            said = _words(before, old, pays, after.currency), _words(after, new, pays, after.currency)
            found.append(MostEarned(pays, said[0], said[1], gives))
    return tuple(found)


def _cents(schedule: Schedule, most: dict[str, int], pays: str) -> int:
    """Return what points are worth, or draws on average."""
    if pays == "points":
        return most["cents"]
    return most["draws"] * schedule.bowl.total_cents // schedule.bowl.size if schedule.bowl else 0


def _words(schedule: Schedule, most: dict[str, int], pays: str, currency: str) -> str:
    money = money_in(_cents(schedule, most, pays), currency)
    if not most[pays]:
        return NONE
    if pays == "points":
        return money
    return phrases(
        "%(n)s draw, worth %(money)s on average", "%(n)s draws, worth %(money)s on average", most["draws"], money=money
    )
