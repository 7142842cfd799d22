"""Labels of schedules: their rules in words, and the choices in the editor."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.check import MORE_SCOPES
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.first_day import PastStart
from cm_tracker.domain.schedules.ladder import PAID
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Bowl, Phase, Schedule, Track
from cm_tracker.i18n import day, money, number, ordinal
from cm_tracker.labels.counting import amount, counted, listed, plural, tier_name, unit_name
from cm_tracker.labels.visits import ceiling_scope, scope
from cm_tracker.queries.schedules.schedules import VersionLine

Pairs = tuple[tuple[str, str], ...]
# So many amounts of a schedule are named one by one.
FIRST_PAID = 4

EVIDENCE: Pairs = (
    ("drug_test", "Drug test"),
    ("breath_test", "Breath test"),
    ("reading", "Reading"),
    ("attendance", "Attendance"),
    ("activity", "Finished activity"),
    ("hours", "Attended hours"),
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
PAYS_NOTHING: Pairs = (("false", "paid"), ("true", "not paid"))
OWN_RESETS: Pairs = (("false", "as in the track"), ("true", "what is ticked"))
RESTORE_WEEK: Pairs = (("false", "adds no step"), ("true", "adds a step, too"))
CORRECTIONS: Pairs = (("keep", "The client keeps it"), ("replay", "Taken back from unspent points"))
STATEMENT_ENDS = {
    "revoked": "It was revoked.",
    "second_lead": "It ended with the account of a second lead.",
    "closed": "It ended with the lead’s account.",
}
_AFTER = {"visit": "each visit that meets the target", "week": "each full week"}
SCOPES: Pairs = tuple((word, scope(word)) for word in MORE_SCOPES)


def verified(track: Track) -> str:
    """Return what a track verifies: a drug test, negative for cocaine and THC."""
    what = dict(EVIDENCE)[track.evidence]
    if track.reading is not None:
        return f"{what}: {reading(track.reading, track.pays)}"
    if track.hours is not None:
        return f"{what}: {counted(track.hours, 'hour')} or more"
    return f"{what}: {_negative_for(track.target)}" if track.target else what


def _negative_for(analytes: Sequence[str]) -> str:
    return f"negative for {listed([in_sentence(analyte) for analyte in analytes], 'and')}"


def reading(rule: ReadingRule, pays: str) -> str:
    """Return which readings meet the target, in words."""
    unit = rule.unit
    if rule.scale:
        steps = (f"{number(step.at_most)} {unit} or below pays {amount(step.amount, pays)}" for step in rule.scale)
        return ", ".join(steps)
    words = f"{number(rule.at_most)} {unit} or below"
    if rule.percentile is not None:
        of_last, rank = rule.percentile.of_last, rule.percentile.rank
        words += f", or not above the {ordinal(rank)} lowest of the last {counted(of_last, 'reading')}"
    if rule.falls_by_percent is not None:
        words += f", or at least {number(rule.falls_by_percent)} % below the last reading"
    return words


def weeks(phase: Phase) -> str:
    """Return the program weeks of a phase."""
    if phase.first_week == phase.last_week:
        return f"Week {phase.first_week}"
    return f"Weeks {phase.first_week} to {phase.last_week}"


def phase(phase: Phase, pays: str, is_first: bool) -> str:
    """Return the rules of a phase in one or two sentences."""
    visits = counted(phase.visits_per_week, "visit")
    often = f"{visits} a week" if phase.period_weeks == 1 else f"{visits} every {number(phase.period_weeks)} weeks"
    rule = f"{often}, recorded and not paid" if phase.pays_nothing else f"{often}; {_ladder(phase, pays)}"
    if phase.run_bonus:
        rule += f"; {amount(phase.run_bonus.amount, pays)} more at every {ordinal(phase.run_bonus.every)} in a row"
    if phase.week_bonus:
        full = "week" if phase.period_weeks == 1 else "period"
        rule += f"; {amount(phase.week_bonus, pays)} more for a full {full}"
    if phase.most_paid is not None:
        rule += (
            f"; at most {counted(phase.most_paid, 'visit')} of these weeks {plural(phase.most_paid, 'is', 'are')} paid"
        )
    if is_first:
        return f"{rule}."
    return f"{rule}. The ladder {dict(CARRY)['true' if phase.carry_level else 'false']}."


def scale_text(rule: Mapping[str, Any]) -> str:
    """Return the scale of a document's rule as it is typed: `6 = 20, 10 = 5`."""
    steps = [step for step in rule.get("scale") or [] if isinstance(step, dict)]
    return ", ".join(f"{step.get('at_most', '')} = {step.get('amount', '')}" for step in steps)


def _ladder(phase: Phase, pays: str) -> str:
    """Return what the visits of a phase pay, one after the other."""
    if phase.reading is not None and phase.reading.scale:
        return "what the reading pays"
    if phase.values:
        values = ", ".join(number(value) for value in phase.values[:-1])
        return (
            f"the visits pay {values}, then {amount(phase.values[-1], pays)}"
            if values
            else (f"each pays {amount(phase.values[-1], pays)}")
        )
    rule = f"the first pays {amount(phase.base, pays)}"
    if phase.step:
        rule += f", then {number(phase.step)} more after {_AFTER[phase.rises]}"
    return rule if phase.cap is None else f"{rule}, up to {number(phase.cap)}"


def of_phase(phase: Phase, track: Track) -> tuple[str, ...]:
    """Return what holds in a phase in place of the track's rules, a sentence each."""
    sentences = []
    if phase.target != track.target:
        sentences.append(f"In these weeks: {_negative_for(phase.target)}.")
    if phase.reading is not None and phase.reading != track.reading:
        sentences.append(f"In these weeks: {reading(phase.reading, track.pays)}.")
    if phase.reset_on != track.reset_on:
        causes = _causes(phase.reset_on)
        sentences.append(f"In these weeks the ladder is reset by: {', '.join(causes) or 'nothing'}.")
    return tuple(sentences)


def start(track: Track) -> str:
    """Return the level with which an enrollment begins, or an empty text where it is the first one."""
    return f"level {number(track.start_level)}" if track.start_level else ""


def most_paid(track: Track) -> str:
    """Return how many visits of a track are paid at most, or an empty text without a limit."""
    return f"at most {counted(track.most_paid, 'visit')} of an enrollment" if track.most_paid is not None else ""


def reset_to(track: Track) -> str:
    """Return where a reset puts the ladder."""
    return "back to the first value" if track.drop is None else f"down by {counted(track.drop, 'level')}"


def _causes(reset_on: frozenset[str]) -> list[str]:
    return [label for word, label in RESET_ON if word in reset_on]


def reset(track: Track) -> str:
    """Return what resets a track's ladder."""
    causes = _causes(track.reset_on)
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
    words = f"once {after} in a row {meet} the target, from {since} on, to {dict(RESTORE_TO)[track.restore.to]}"
    if all(phase.rises == "visit" for phase in track.phases):
        return words
    return f"{words}; the week of the restore {dict(RESTORE_WEEK)['true' if track.restore_week_rises else 'false']}"


def side_bonus(track: Track) -> str:
    """Return a track's side bonus, or an empty text without one."""
    if track.side_bonus is None:
        return ""
    return f"{amount(track.side_bonus.amount, track.pays)} when also {_negative_for(track.side_bonus.also_negative)}"


def hours_between(track: Track) -> str:
    """Return the least time between two paid visits, or an empty text if there is no such rule."""
    return f"at least {counted(track.min_hours_between, 'hour')}" if track.min_hours_between else ""


def every_visit_met(rows: Sequence[Result], visit: str, schedule: Schedule) -> str:
    """Return what a client earns who meets every target: the first amounts, the last one, and all of it.

    `visit` is what a result is of: a visit, or a week.
    """
    paid = [row for row in rows if row.paid]
    if not paid:
        return "Nothing is paid."
    unit, first = paid[0].unit, paid[:FIRST_PAID]
    amounts = listed([number(row.paid) for row in first], "and")
    which = f"first {counted(len(first), f'paid {visit}')} earn" if len(first) > 1 else f"first paid {visit} earns"
    words = f"The {which} {amounts} {unit_name(unit, first[-1].paid)}"
    if len(paid) > len(first):
        words += f", the last one {number(paid[-1].paid)}"
    if len(paid) > 1 and len({row.paid for row in paid}) == 1:
        words = f"Each paid {visit} earns {amount(paid[0].paid, unit)}"
    of_all = f"{number(len(paid))} of {counted(len(rows), visit)} {plural(len(paid), 'is', 'are')} paid"
    return f"{words}. {of_all}: {_in_all(rows, schedule)}."


def one_lapse(rows: Sequence[Result], lapse_at: int, visit: str, schedule: Schedule) -> str:
    """Return what a client earns who misses the target once: the next amount that is paid, and all of it."""
    after = next((row for row in rows[lapse_at:] if row.why == PAID), None)
    begins = f"The {ordinal(lapse_at)} {visit} earns nothing"
    if after is not None:
        begins += f", and the next paid one {amount(after.paid, after.unit)}"
    return f"{begins}: {_in_all(rows, schedule)} in all."


def _in_all(rows: Sequence[Result], schedule: Schedule) -> str:
    total = sum(row.paid for row in rows)
    unit = rows[0].unit
    worth = f" ({money(total * schedule.point_value_cents)})" if unit == "points" else ""
    return f"{amount(total, unit)}{worth}"


def ceilings(schedule: Schedule) -> str:
    """Return a schedule's ceilings in one line."""
    return (
        ", ".join(f"{money(ceiling.cents)} for each {ceiling_scope(ceiling)}" for ceiling in schedule.ceilings)
        or "none"
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
