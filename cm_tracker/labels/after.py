"""Words of the page after a visit: what it earned, when the client comes next, and how long the reward took."""

from datetime import datetime

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import RESET, LadderState
from cm_tracker.domain.visits.reward_time import RewardTime
from cm_tracker.i18n import gettext, lazy, ngettext, number
from cm_tracker.labels.counting import amount
from cm_tracker.labels.hours import duration
from cm_tracker.queries.day.lines import SlotLine

_IN = {"en": lazy("In English"), "es": lazy("In Spanish")}


def in_language(language: str) -> str:
    """Return the words of the link that opens what is said in a client's language: In Spanish."""
    return str(_IN.get(language, "")) or gettext("In %(language)s", language=LANGUAGES[language])


def earned(result: Result, name: str, *, is_today: bool) -> str:
    """Return what stands above the amount that a visit earned: Dee earned. After a positive test it is a kind sentence."""
    if result.paid:
        return gettext("%(name)s earned", name=name)
    if result.outcome in (outcomes.PENDING, outcomes.DISPUTED):
        return gettext("What it earns is not known yet")
    if result.why == RESET and result.outcome != outcomes.UNEXCUSED:
        return (
            gettext("Today pays nothing. Glad you are here.")
            if is_today
            else gettext("This day pays nothing. Glad you are here.")
        )
    if result.why == RESET:
        return gettext("Today pays nothing.") if is_today else gettext("This day pays nothing.")
    if is_today:
        return gettext("Today pays nothing, and nothing is lost.")
    return gettext("This day pays nothing, and nothing is lost.")


def next_title(evidence: str) -> str:
    """Return the heading above what a client can earn next."""
    return {"hours": gettext("Next week"), "activity": gettext("Next goal")}.get(evidence, gettext("Next visit"))


def unit(n: int, of: str) -> str:
    """Return the unit of a number that stands alone: points, or draw."""
    return amount(n, of).partition(" ")[2]


def parts(state: LadderState) -> str:
    """Return what the amount of the next visit is made of: 50 points, and 40 more as a bonus. Empty without a bonus."""
    if not state.next_due or not state.next_bonus:
        return ""
    rest = state.next_due - state.next_bonus
    if not rest:
        return gettext("All of it is a bonus.")
    return gettext(
        "%(amount)s, and %(bonus)s more as a bonus.", amount=amount(rest, state.unit), bonus=number(state.next_bonus)
    )


def took(time: RewardTime) -> str:
    """Return how long the reward took: 6 minutes from specimen to reward, 11 minutes to the prize or draw."""
    wait = _wait(time.minutes)
    if time.minutes_to_prize is None:
        return gettext("%(wait)s from specimen to reward.", wait=wait)
    return gettext(
        "%(wait)s from specimen to reward, %(then)s to the prize or draw.",
        wait=wait,
        then=_wait(time.minutes_to_prize).lower(),
    )


def _wait(minutes: int) -> str:
    if minutes < 1:
        return gettext("Less than a minute")
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes)
    return ngettext("%(n)s day", "%(n)s days", minutes // 1440) if minutes >= 2880 else duration(minutes)


def waits(line: SlotLine, now: datetime) -> str:
    """Return who waits longest, and for how long: HS-116 Pia, here for 3 min."""
    who = f"{line.person.code} {line.person.name}".strip()
    minutes = int((now - line.note.at).total_seconds() // 60) if line.note is not None and line.note.at else 0
    if minutes > 0:
        return gettext("%(who)s, here for %(time)s", who=who, time=duration(minutes))
    return gettext("%(who)s, just came", who=who)


def too_long(time: RewardTime) -> str:
    """Return why a reward came too late, or nothing where it came in time."""
    if not time.is_late:
        return ""
    if time.is_laboratory:
        return gettext("That is more than a day after the specimen. Tell the lead if the laboratory is often late.")
    return gettext(
        "That is more than 30 minutes. A reward works best at once: record the result while the client is here."
    )
