"""Words of treatment goals, reviews and slips on pages of staff."""

from datetime import date

from cm_tracker.domain.goals import goals, reviews, slips
from cm_tracker.domain.goals.listed import KINDS
from cm_tracker.i18n import day, weekday
from cm_tracker.labels.counting import counted
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.goals.client_goals import GoalsPage, PayingTrack
from cm_tracker.queries.goals.due import DueLine
from cm_tracker.queries.goals.goals import GoalLine
from cm_tracker.queries.goals.told import Told
from cm_tracker.sentences import amount

KIND_NAMES = {
    "abstinence": "Abstinence",
    "skills": "Skills",
    "support": "Support system",
    "housing": "Housing",
    "education": "Education",
    "work": "Work",
    "legal": "Legal",
    "medical": "Medical",
    "family": "Family",
    "relapse_plan": "Relapse-prevention plan",
}
KIND_CHOICES = [(kind, KIND_NAMES[kind]) for kind in KINDS]
REVIEW_NAMES = {"check_in": "Check-in", "weekly": "Weekly review", "transition": "Transition plan"}
REVIEW_CHOICES = [(kind, REVIEW_NAMES[kind]) for kind in reviews.KINDS]
DECISION_TAGS = {
    None: Tag("Waits", "warm"),
    slips.ACCEPTED: Tag("Accepted", "good"),
    slips.DECLINED: Tag("Not accepted", "missed"),
}
STATE_TAGS = {
    goals.MET: Tag("Met", "good"),
    goals.DROPPED: Tag("Dropped", "missed"),
    reviews.DONE: Tag("Done", "good"),
}
_TOLD = {
    goals.TICKED: "Step done",
    goals.UNTICKED: "Step not done yet",
    goals.MET: "Met",
    goals.DROPPED: "Dropped",
    reviews.DONE: "Done",
    reviews.REPEATS: "Repeats every week",
    reviews.ONCE: "Repeats no more",
}


def title(line: GoalLine | DueLine) -> str:
    """Return the words of a goal, or its kind where they were erased."""
    return line.title or f"{KIND_NAMES[line.kind]} (the words were erased)"


def due(due_on: date, today: date) -> Tag:
    """Return when something is due: how long it is overdue, today, tomorrow, or its day."""
    days = (due_on - today).days
    if days < 0:
        return Tag(f"{counted(-days, 'day')} overdue", "warm")
    if days == 0:
        return Tag("Due today", "warm")
    return Tag("Due tomorrow" if days == 1 else f"Due {weekday(due_on) if days < 7 else day(due_on)}", "")


def told(one: Told) -> str:
    """Return what became of a goal or a review: Step done: Write to three landlords."""
    if one.what == goals.MOVED and one.due_on is not None:
        return f"Due day moved to {day(one.due_on)}"
    of = f": {one.step}" if one.step else f" on {day(one.on_day)}" if one.on_day else ""
    return f"{_TOLD[one.what]}{of}"


def earns(track: PayingTrack) -> str:
    """Return what the next finished goal of a track earns: Goals: the next goal earns 10 points."""
    return f"{track.track.title}: the next goal earns {amount(track.next_due, track.unit)}"


def pays(goal: GoalLine, page: GoalsPage) -> str:
    """Return what an open goal pays today, and why where it pays nothing."""
    track = page.track_of(goal)
    if track is not None:
        return f"earns {amount(track.next_due, track.unit)}"
    return "earns nothing" if goal.behavior is None else "earns nothing: the schedule pays no goal of this kind now"


def steps(goal: GoalLine) -> str:
    """Return how many steps of a goal are done: 2 of 3 steps. Nothing for a goal without steps."""
    if not goal.steps:
        return ""
    return f"{len(goal.standing.done_steps)} of {counted(len(goal.steps), 'step')}"
