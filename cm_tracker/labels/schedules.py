"""Labels of schedules: their rules in words, and the choices in the editor."""

from datetime import date

from cm_tracker.domain.schedules.first_day import PastStart
from cm_tracker.domain.schedules.schedule import Bowl, Phase, Schedule, Track
from cm_tracker.i18n import day, money, number, ordinal
from cm_tracker.labels.counting import amount, counted, plural, tier_name
from cm_tracker.labels.visits import scope
from cm_tracker.queries.schedules.schedules import VersionLine

Pairs = tuple[tuple[str, str], ...]

EVIDENCE: Pairs = (
    ("drug_test", "Drug test"),
    ("breath_test", "Breath test"),
    ("attendance", "Attendance"),
    ("activity", "Finished activity"),
)
PAYS: Pairs = (("points", "Points"), ("draws", "Prize draws"))
RISES: Pairs = (("visit", "each met visit"), ("week", "each full week"))
CARRY: Pairs = (("false", "starts again here"), ("true", "continues from before"))
RESET_ON: Pairs = (
    ("positive", "a positive test"),
    ("unexcused", "an absence without an excuse"),
    ("refused", "a refused test"),
    ("tampered", "a tampered specimen"),
)
ON_DILUTE: Pairs = (
    ("hold", "changes nothing"),
    ("reset", "resets the ladder"),
    ("reset_if_repeated", "resets the ladder the second time"),
)
RESTORE_FROM: Pairs = (("next", "the visit after"), ("same", "that same visit"))
RESTORE_TO: Pairs = (("last_paid", "the last value paid"), ("next_due", "the value that was due next"))
RESTORE_WEEK: Pairs = (("false", "adds no step"), ("true", "adds a step, too"))
CORRECTIONS: Pairs = (("keep", "The client keeps it"), ("replay", "Taken back from unspent points"))
STATEMENT_ENDS = {
    "revoked": "It was revoked.",
    "second_lead": "It ended with the account of a second lead.",
    "closed": "It ended with the lead’s account.",
}
_AFTER = {"visit": "each visit that meets the target", "week": "each full week"}
SCOPES: Pairs = tuple((word, scope(word)) for word in ("award", "month", "calendar_year", "enrollment"))


def verified(track: Track) -> str:
    """Return what a track verifies: a drug test, negative for cocaine."""
    what = dict(EVIDENCE)[track.evidence]
    return f"{what}: {', '.join(track.target)} negative" if track.target else what


def weeks(phase: Phase) -> str:
    """Return the program weeks of a phase."""
    if phase.first_week == phase.last_week:
        return f"Week {phase.first_week}"
    return f"Weeks {phase.first_week} to {phase.last_week}"


def phase(phase: Phase, pays: str, is_first: bool) -> str:
    """Return the rules of a phase in one or two sentences."""
    rule = f"{counted(phase.visits_per_week, 'visit')} a week; the first pays {amount(phase.base, pays)}"
    if phase.step:
        rule += f", then {number(phase.step)} more after {_AFTER[phase.rises]}"
    if phase.cap is not None:
        rule += f", up to {number(phase.cap)}"
    if phase.run_bonus:
        rule += f"; {amount(phase.run_bonus.amount, pays)} more at every {ordinal(phase.run_bonus.every)} in a row"
    if is_first:
        return f"{rule}."
    return f"{rule}. The ladder {dict(CARRY)['true' if phase.carry_level else 'false']}."


def reset(track: Track) -> str:
    """Return what resets a track's ladder to its first value."""
    causes = [label for word, label in RESET_ON if word in track.reset_on]
    if track.on_dilute == "reset":
        causes.append("a dilute specimen")
    elif track.on_dilute == "reset_if_repeated":
        causes.append("the second dilute specimen")
    return ", ".join(causes) or "never"


def restored(track: Track) -> str:
    """Return how the value that was lost by a reset is restored."""
    if track.restore is None:
        return "step by step"
    after = counted(track.restore.after, "visit")
    meet = plural(track.restore.after, "meets", "meet")
    since = dict(RESTORE_FROM)[track.restore.takes_effect]
    return f"once {after} in a row {meet} the target, from {since} on, to {dict(RESTORE_TO)[track.restore.to]}"


def side_bonus(track: Track) -> str:
    """Return a track's side bonus, or an empty text without one."""
    if track.side_bonus is None:
        return ""
    return (
        f"{amount(track.side_bonus.amount, track.pays)} when also negative: {', '.join(track.side_bonus.also_negative)}"
    )


def hours_between(track: Track) -> str:
    """Return the least time between two paid visits, or an empty text if there is no such rule."""
    return f"at least {counted(track.min_hours_between, 'hour')}" if track.min_hours_between else ""


def ceilings(schedule: Schedule) -> str:
    """Return a schedule's ceilings in one line."""
    return (
        ", ".join(f"{money(ceiling.cents)} for each {scope(ceiling.scope)}" for ceiling in schedule.ceilings) or "none"
    )


def bowl(bowl: Bowl) -> str:
    """Return what a bowl holds in one line."""
    slips = ", ".join(f"{number(slip.count)} {tier_name(slip.tier)} ({money(slip.cents)})" for slip in bowl.slips)
    return f"{bowl.name}: {slips}"


def published_by(line: VersionLine) -> str:
    """Return who published a version: two leads, one lead, a command, or one of before there were two."""
    if line.staff_name is None:
        return "by a command on the clinic’s machine"
    if line.is_alone:
        return f"by one lead, {line.staff_name}"
    if line.sent_by is not None:
        return f"by {line.staff_name}, sent by {line.sent_by}"
    return f"by {line.staff_name}"


def draws_worth(bowl: Bowl, draws: int) -> str:
    """Return what a number of draws is worth on average."""
    return money(draws * bowl.total_cents // bowl.size)


def expiry(weeks: int | None, since: date | None) -> str:
    """Return what happens to unspent points at a site."""
    if weeks is None:
        return "Points never expire."
    start = f" This rule has applied since {day(since)}." if since else ""
    return f"Points expire {counted(weeks, 'week')} after the last day of the schedule.{start}"


def past_start(past: PastStart) -> str:
    """Return how much of a schedule is gone where its first day is past, in sentences."""
    weeks, days = divmod(past.days_gone, 7)
    gone = " and ".join(counted(n, word) for n, word in ((weeks, "week"), (days, "day")) if n)
    are = plural(weeks + days, "is", "are")
    sentence = f"The first day is {day(past.starts_on)}: {gone} {are} gone."
    if past.is_over:
        return f"{sentence} The schedule’s {counted(past.last_week, 'week')} ended on {day(past.ends_on)}."
    return f"{sentence} Today is in program week {number(past.week)} of {number(past.last_week)}."


def paid_by_mistake(schedule: Schedule) -> str:
    """Return what happens to points that were paid by mistake."""
    if schedule.corrections == "keep":
        return "Points that were paid by mistake stay with the client"
    return "Points that were paid by mistake are taken back from unspent points"
