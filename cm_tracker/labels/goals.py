"""Words of treatment goals, reviews and slips on pages of staff."""

from datetime import date

from cm_tracker.domain.goals import goals, reviews, slips
from cm_tracker.domain.goals.listed import KINDS
from cm_tracker.i18n import day, gettext, lazy, ngettext, number, weekday
from cm_tracker.labels.tags import Tag
from cm_tracker.queries.goals.client_goals import GoalsPage, PayingTrack
from cm_tracker.queries.goals.due import DueLine
from cm_tracker.queries.goals.goals import GoalLine
from cm_tracker.queries.goals.told import Told
from cm_tracker.sentences import amount

KIND_NAMES = {
    "abstinence": lazy("Abstinence"),
    "skills": lazy("Skills"),
    "support": lazy("Support system"),
    "housing": lazy("Housing"),
    "education": lazy("Education"),
    "work": lazy("Work"),
    "legal": lazy("Legal"),
    "medical": lazy("Medical"),
    "family": lazy("Family"),
    "relapse_plan": lazy("Relapse-prevention plan"),
}
KIND_CHOICES = [(kind, KIND_NAMES[kind]) for kind in KINDS]
REVIEW_NAMES = {
    "check_in": lazy("Check-in"),
    "weekly": lazy("Weekly review"),
    "transition": lazy("Transition plan"),
}
REVIEW_CHOICES = [(kind, REVIEW_NAMES[kind]) for kind in reviews.KINDS]
DECISION_TAGS = {
    None: Tag(lazy("Waits"), "warm"),
    slips.ACCEPTED: Tag(lazy("Accepted"), "good"),
    slips.DECLINED: Tag(lazy("Not accepted"), "missed"),
}
STATE_TAGS = {
    goals.MET: Tag(lazy("Met"), "good"),
    goals.DROPPED: Tag(lazy("Dropped"), "missed"),
    reviews.DONE: Tag(lazy("Done"), "good"),
}
_TOLD = {
    goals.TICKED: lazy("Step done"),
    goals.UNTICKED: lazy("Step not done yet"),
    goals.MET: lazy("Met"),
    goals.DROPPED: lazy("Dropped"),
    reviews.DONE: lazy("Done"),
    reviews.REPEATS: lazy("Repeats every week"),
    reviews.ONCE: lazy("Repeats no more"),
}


def title(line: GoalLine | DueLine) -> str:
    """Return the words of a goal, or its kind where they were erased."""
    return line.title or gettext("%(kind)s (the words were erased)", kind=KIND_NAMES[line.kind])


def due(due_on: date, today: date) -> Tag:
    """Return when something is due: how long it is overdue, today, tomorrow, or its day."""
    days = (due_on - today).days
    if days < 0:
        return Tag(ngettext("%(n)s day overdue", "%(n)s days overdue", -days), "warm")
    if days == 0:
        return Tag(gettext("Due today"), "warm")
    if days == 1:
        return Tag(gettext("Due tomorrow"), "")
    return Tag(gettext("Due %(day)s", day=weekday(due_on) if days < 7 else day(due_on)), "")


def told(one: Told) -> str:
    """Return what became of a goal or a review: Step done: Write to three landlords."""
    if one.what == goals.MOVED and one.due_on is not None:
        return gettext("Due day moved to %(day)s", day=day(one.due_on))
    what = str(_TOLD[one.what])
    if one.step:
        return f"{what}: {one.step}"
    return gettext("%(what)s on %(day)s", what=what, day=day(one.on_day)) if one.on_day else what


def earns(track: PayingTrack) -> str:
    """Return what the next finished goal of a track earns: Goals: the next goal earns 10 points."""
    return gettext(
        "%(track)s: the next goal earns %(amount)s",
        track=track.track.title,
        amount=amount(track.next_due, track.unit),
    )


def pays(goal: GoalLine, page: GoalsPage) -> str:
    """Return what an open goal pays today, and why where it pays nothing."""
    track = page.track_of(goal)
    if track is not None:
        return gettext("earns %(amount)s", amount=amount(track.next_due, track.unit))
    if goal.behavior is None:
        return gettext("earns nothing")
    return gettext("earns nothing: the schedule pays no goal of this kind now")


def steps(goal: GoalLine) -> str:
    """Return how many steps of a goal are done: 2 of 3 steps. Nothing for a goal without steps."""
    if not goal.steps:
        return ""
    done = number(len(goal.standing.done_steps))
    return ngettext("%(done)s of %(n)s step", "%(done)s of %(n)s steps", len(goal.steps), done=done)


def set_by(goal: GoalLine) -> str:
    """Return who set a goal."""
    return gettext("Set by %(name)s", name=goal.staff_name or gettext("the program"))
