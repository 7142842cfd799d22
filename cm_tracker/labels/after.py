"""Words of the page after a visit: what it earned, when the client comes next, and how long the reward took."""

from datetime import datetime

from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import RESET, LadderState
from cm_tracker.domain.visits.reward_time import RewardTime
from cm_tracker.i18n import number
from cm_tracker.labels.counting import amount, counted
from cm_tracker.labels.hours import duration
from cm_tracker.queries.day.lines import SlotLine

_IN_ENGLISH = {"es": "Spanish"}


def in_language(language: str) -> str:
    """Return the words of the link that opens what is said in a client's language: In Spanish."""
    return f"In {_IN_ENGLISH.get(language, LANGUAGES[language])}"


def earned(result: Result, name: str, *, is_today: bool) -> str:
    """Return what stands above the amount that a visit earned: Dee earned. After a positive test it is a kind sentence."""
    if result.paid:
        return f"{name} earned"
    when = "Today" if is_today else "This day"
    if result.outcome in (outcomes.PENDING, outcomes.DISPUTED):
        return "What it earns is not known yet"
    if result.why == RESET and result.outcome != outcomes.UNEXCUSED:
        return f"{when} pays nothing. Glad you are here."
    return f"{when} pays nothing, and nothing is lost." if result.why != RESET else f"{when} pays nothing."


def next_title(evidence: str) -> str:
    """Return the heading above what a client can earn next."""
    return {"hours": "Next week", "activity": "Next goal"}.get(evidence, "Next visit")


def unit(n: int, of: str) -> str:
    """Return the unit of a number that stands alone: points, or draw."""
    return amount(n, of).partition(" ")[2]


def parts(state: LadderState) -> str:
    """Return what the amount of the next visit is made of: 50 points, and 40 more as a bonus. Empty without a bonus."""
    if not state.next_due or not state.next_bonus:
        return ""
    rest = state.next_due - state.next_bonus
    if not rest:
        return "All of it is a bonus."
    return f"{amount(rest, state.unit)}, and {number(state.next_bonus)} more as a bonus."


def took(time: RewardTime) -> str:
    """Return how long the reward took: 6 minutes from specimen to reward, 11 minutes to the prize or draw."""
    said = f"{_wait(time.minutes)} from specimen to reward"
    if time.minutes_to_prize is not None:
        said += f", {_wait(time.minutes_to_prize).lower()} to the prize or draw"
    return f"{said}."


def _wait(minutes: int) -> str:
    if minutes < 1:
        return "Less than a minute"
    if minutes < 120:
        return counted(minutes, "minute")
    return counted(minutes // 1440, "day") if minutes >= 2880 else duration(minutes)


def waits(line: SlotLine, now: datetime) -> str:
    """Return who waits longest, and for how long: HS-116 Pia, here for 3 min."""
    who = f"{line.person.code} {line.person.name}".strip()
    minutes = int((now - line.note.at).total_seconds() // 60) if line.note is not None and line.note.at else 0
    return f"{who}, here for {duration(minutes)}" if minutes > 0 else f"{who}, just came"


def too_long(time: RewardTime) -> str:
    """Return why a reward came too late, or nothing where it came in time."""
    if not time.is_late:
        return ""
    if time.is_laboratory:
        return "That is more than a day after the specimen. Tell the lead if the laboratory is often late."
    return "That is more than 30 minutes. A reward works best at once: record the result while the client is here."
