"""Labels of schedules: their rules in words, and the choices in the editor."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cm_tracker.domain.schedules.analytes import in_sentence
from cm_tracker.domain.schedules.first_day import PastStart
from cm_tracker.domain.schedules.readings import ReadingRule
from cm_tracker.domain.schedules.schedule import Bowl, Phase, Schedule, Track
from cm_tracker.i18n import day, gettext, lazy, money, ngettext, number, ordinal
from cm_tracker.labels.counting import amount, listed, tier_name
from cm_tracker.labels.visits import ceiling_scope
from cm_tracker.queries.schedules.schedules import VersionLine

Pairs = tuple[tuple[str, str], ...]

EVIDENCE: Pairs = (
    ("drug_test", lazy("Drug test")),
    ("breath_test", lazy("Breath test")),
    ("reading", lazy("Reading")),
    ("attendance", lazy("Attendance")),
    ("activity", lazy("Finished activity")),
    ("hours", lazy("Attended hours")),
)
PAYS: Pairs = (("points", lazy("Points")), ("draws", lazy("Prize draws")))
RISES: Pairs = (("visit", lazy("each met visit")), ("week", lazy("each full week")))
CARRY: Pairs = (("false", lazy("starts again here")), ("true", lazy("continues from before")))
RESET_ON: Pairs = (
    ("positive", lazy("a positive test")),
    ("unexcused", lazy("an absence without an excuse")),
    ("refused", lazy("a refused test")),
    ("tampered", lazy("a tampered specimen")),
)
ON_DILUTE: Pairs = (
    ("hold", lazy("changes nothing")),
    ("reset", lazy("resets the ladder")),
    ("reset_if_repeated", lazy("resets the ladder the second time")),
)
RESTORE_FROM: Pairs = (("next", lazy("the visit after")), ("same", lazy("that same visit")))
RESTORE_TO: Pairs = (("last_paid", lazy("the last value paid")), ("next_due", lazy("the value that was due next")))
PAYS_NOTHING: Pairs = (("false", lazy("paid")), ("true", lazy("not paid")))
OWN_RESETS: Pairs = (("false", lazy("as in the track")), ("true", lazy("what is ticked")))
RESTORE_WEEK: Pairs = (("false", lazy("adds no step")), ("true", lazy("adds a step, too")))
CORRECTIONS: Pairs = (("keep", lazy("The client keeps it")), ("replay", lazy("Taken back from unspent points")))
STATEMENT_ENDS = {
    "revoked": lazy("It was revoked."),
    "second_lead": lazy("It ended with the account of a second lead."),
    "closed": lazy("It ended with the lead’s account."),
}
SCOPES: Pairs = (
    ("award", lazy("visit")),
    ("month", lazy("month")),
    ("calendar_year", lazy("calendar year")),
    ("enrollment", lazy("enrollment")),
    ("year_from", lazy("program year")),
    ("rolling", lazy("number of days")),
    ("lifetime", lazy("client")),
)


def verified(track: Track) -> str:
    """Return what a track verifies: a drug test, negative for cocaine and THC."""
    what = dict(EVIDENCE)[track.evidence]
    if track.reading is not None:
        return f"{what}: {reading(track.reading, track.pays)}"
    if track.hours is not None:
        hours = ngettext("%(n)s hour or more", "%(n)s hours or more", track.hours)
        return f"{what}: {hours}"
    return f"{what}: {_negative_for(track.target)}" if track.target else str(what)


def analyte(name: str) -> str:
    """Return the name of an analyte for the middle of a sentence: cocaine, but THC."""
    return gettext(in_sentence(name))


def _negative_for(analytes: Sequence[str]) -> str:
    return gettext("negative for %(analytes)s", analytes=listed([analyte(one) for one in analytes], gettext("and")))


def reading(rule: ReadingRule, pays: str) -> str:
    """Return which readings meet the target, in words."""
    if rule.scale:
        return ", ".join(
            gettext(
                "%(most)s %(unit)s or below pays %(amount)s",
                most=number(step.at_most),
                unit=rule.unit,
                amount=amount(step.amount, pays),
            )
            for step in rule.scale
        )
    words = [gettext("%(most)s %(unit)s or below", most=number(rule.at_most), unit=rule.unit)]
    if rule.percentile is not None:
        words.append(
            ngettext(
                "or not above the %(rank)s lowest of the last %(n)s reading",
                "or not above the %(rank)s lowest of the last %(n)s readings",
                rule.percentile.of_last,
                rank=ordinal(rule.percentile.rank),
            )
        )
    if rule.falls_by_percent is not None:
        words.append(
            gettext("or at least %(percent)s %% below the last reading", percent=number(rule.falls_by_percent))
        )
    return ", ".join(words)


def weeks(phase: Phase) -> str:
    """Return the program weeks of a phase."""
    if phase.first_week == phase.last_week:
        return gettext("Week %(week)s", week=phase.first_week)
    return gettext("Weeks %(first)s to %(last)s", first=phase.first_week, last=phase.last_week)


def often(phase: Phase) -> str:
    """Return how often visits of a phase are: 2 visits a week, 1 visit every 2 weeks."""
    if phase.period_weeks == 1:
        return ngettext("%(n)s visit a week", "%(n)s visits a week", phase.visits_per_week)
    return ngettext(
        "%(n)s visit every %(weeks)s weeks",
        "%(n)s visits every %(weeks)s weeks",
        phase.visits_per_week,
        weeks=number(phase.period_weeks),
    )


def phase(phase: Phase, pays: str, is_first: bool) -> str:
    """Return the rules of a phase in one or two sentences."""
    if phase.pays_nothing:
        rules = [f"{often(phase)}, {gettext('recorded and not paid')}"]
    else:
        rules = [often(phase), _ladder(phase, pays)]
    if phase.run_bonus:
        more, nth = amount(phase.run_bonus.amount, pays), ordinal(phase.run_bonus.every)
        rules.append(gettext("%(amount)s more at every %(nth)s in a row", amount=more, nth=nth))
    if phase.week_bonus:
        more = amount(phase.week_bonus, pays)
        rules.append(
            gettext("%(amount)s more for a full week", amount=more)
            if phase.period_weeks == 1
            else gettext("%(amount)s more for a full period", amount=more)
        )
    if phase.most_paid is not None:
        rules.append(
            ngettext(
                "at most %(n)s visit of these weeks is paid",
                "at most %(n)s visits of these weeks are paid",
                phase.most_paid,
            )
        )
    rule = "; ".join(rules) + "."
    if is_first:
        return rule
    carry = (
        gettext("The ladder continues from before.") if phase.carry_level else gettext("The ladder starts again here.")
    )
    return f"{rule} {carry}"


def scale_text(rule: Mapping[str, Any]) -> str:
    """Return the scale of a document's rule as it is typed: `6 = 20, 10 = 5`."""
    steps = [step for step in rule.get("scale") or [] if isinstance(step, dict)]
    return ", ".join(f"{step.get('at_most', '')} = {step.get('amount', '')}" for step in steps)


def _ladder(phase: Phase, pays: str) -> str:
    """Return what the visits of a phase pay, one after the other."""
    if phase.reading is not None and phase.reading.scale:
        return gettext("what the reading pays")
    if phase.values:
        values, last = ", ".join(number(value) for value in phase.values[:-1]), amount(phase.values[-1], pays)
        if not values:
            return gettext("each pays %(amount)s", amount=last)
        return gettext("the visits pay %(values)s, then %(last)s", values=values, last=last)
    rule = [gettext("the first pays %(amount)s", amount=amount(phase.base, pays))]
    if phase.step:
        step = number(phase.step)
        rule.append(
            gettext("then %(step)s more after each visit that meets the target", step=step)
            if phase.rises == "visit"
            else gettext("then %(step)s more after each full week", step=step)
        )
    if phase.cap is not None:
        rule.append(gettext("up to %(most)s", most=number(phase.cap)))
    return ", ".join(rule)


def of_phase(phase: Phase, track: Track) -> tuple[str, ...]:
    """Return what holds in a phase in place of the track's rules, a sentence each."""
    sentences = []
    if phase.target != track.target:
        sentences.append(gettext("In these weeks: %(rule)s.", rule=_negative_for(phase.target)))
    if phase.reading is not None and phase.reading != track.reading:
        sentences.append(gettext("In these weeks: %(rule)s.", rule=reading(phase.reading, track.pays)))
    if phase.reset_on != track.reset_on:
        causes = ", ".join(_causes(phase.reset_on)) or gettext("nothing")
        sentences.append(gettext("In these weeks the ladder is reset by: %(causes)s.", causes=causes))
    return tuple(sentences)


def start(track: Track) -> str:
    """Return the level with which an enrollment begins, or an empty text where it is the first one."""
    return gettext("level %(level)s", level=number(track.start_level)) if track.start_level else ""


def most_paid(track: Track) -> str:
    """Return how many visits of a track are paid at most, or an empty text without a limit."""
    if track.most_paid is None:
        return ""
    return ngettext("at most %(n)s visit of an enrollment", "at most %(n)s visits of an enrollment", track.most_paid)


def reset_to(track: Track) -> str:
    """Return where a reset puts the ladder."""
    return gettext("back to the first value") if track.drop is None else down_by(track.drop)


def down_by(levels: int) -> str:
    """Return how far a reset lowers the ladder."""
    return ngettext("down by %(n)s level", "down by %(n)s levels", levels)


def _causes(reset_on: frozenset[str]) -> list[str]:
    return [str(label) for word, label in RESET_ON if word in reset_on]


def causes_of(track: Track) -> list[str]:
    """Return what resets a track's ladder, each in a few words."""
    causes = _causes(track.reset_on)
    if track.on_dilute == "reset":
        causes.append(gettext("a dilute specimen"))
    elif track.on_dilute == "reset_if_repeated":
        causes.append(gettext("the second dilute specimen"))
    return causes


def reset(track: Track) -> str:
    """Return what resets a track's ladder."""
    return ", ".join(causes_of(track)) or gettext("never")


def restored(track: Track) -> str:
    """Return how the value that was lost by a reset is restored."""
    if track.restore is None:
        return gettext("step by step")
    words = ngettext(
        "once %(n)s visit in a row meets the target, from %(since)s on, to %(value)s",
        "once %(n)s visits in a row meet the target, from %(since)s on, to %(value)s",
        track.restore.after,
        since=dict(RESTORE_FROM)[track.restore.takes_effect],
        value=dict(RESTORE_TO)[track.restore.to],
    )
    if all(phase.rises == "visit" for phase in track.phases):
        return words
    week = (
        gettext("the week of the restore adds a step, too")
        if track.restore_week_rises
        else gettext("the week of the restore adds no step")
    )
    return f"{words}; {week}"


def side_bonus(track: Track) -> str:
    """Return a track's side bonus, or an empty text without one."""
    if track.side_bonus is None:
        return ""
    return gettext(
        "%(amount)s when also %(target)s",
        amount=amount(track.side_bonus.amount, track.pays),
        target=_negative_for(track.side_bonus.also_negative),
    )


def hours_between(track: Track) -> str:
    """Return the least time between two paid visits, or an empty text if there is no such rule."""
    if not track.min_hours_between:
        return ""
    return ngettext("at least %(n)s hour", "at least %(n)s hours", track.min_hours_between)


def ceilings(schedule: Schedule) -> str:
    """Return a schedule's ceilings in one line."""
    return ", ".join(
        gettext("%(money)s for each %(scope)s", money=money(ceiling.cents), scope=ceiling_scope(ceiling))
        for ceiling in schedule.ceilings
    ) or gettext("none")


def bowl(bowl: Bowl) -> str:
    """Return what a bowl holds in one line."""
    slips = ", ".join(f"{number(slip.count)} {tier_name(slip.tier)} ({money(slip.cents)})" for slip in bowl.slips)
    return f"{bowl.name}: {slips}"


def published_by(line: VersionLine) -> str:
    """Return who published a version: two leads, one lead, a command, or one of before there were two."""
    if line.staff_name is None:
        return gettext("by a command on the clinic’s machine")
    if line.is_alone:
        return gettext("by one lead, %(name)s", name=line.staff_name)
    if line.sent_by is not None:
        return gettext("by %(name)s, sent by %(other)s", name=line.staff_name, other=line.sent_by)
    return gettext("by %(name)s", name=line.staff_name)


def draws_worth(bowl: Bowl, draws: int) -> str:
    """Return what a number of draws is worth on average."""
    return money(draws * bowl.total_cents // bowl.size)


def expiry(weeks: int | None, since: date | None) -> str:
    """Return what happens to unspent points at a site."""
    if weeks is None:
        return gettext("Points never expire.")
    rule = ngettext(
        "Points expire %(n)s week after the last day of the schedule.",
        "Points expire %(n)s weeks after the last day of the schedule.",
        weeks,
    )
    if since is None:
        return rule
    applied = gettext("This rule has applied since %(day)s.", day=day(since))
    return f"{rule} {applied}"


def past_start(past: PastStart) -> str:
    """Return how much of a schedule is gone where its first day is past, in sentences."""
    weeks, days = divmod(past.days_gone, 7)
    parts = [ngettext("%(n)s week", "%(n)s weeks", weeks)] * bool(weeks)
    parts += [ngettext("%(n)s day", "%(n)s days", days)] * bool(days)
    gone, parts_gone = listed(parts, gettext("and")), weeks + days
    sentence = ngettext(
        "The first day is %(day)s: %(gone)s is gone.",
        "The first day is %(day)s: %(gone)s are gone.",
        parts_gone,
        day=day(past.starts_on),
        gone=gone,
    )
    if past.is_over:
        ended = ngettext(
            "The schedule’s %(n)s week ended on %(day)s.",
            "The schedule’s %(n)s weeks ended on %(day)s.",
            past.last_week,
            day=day(past.ends_on),
        )
        return f"{sentence} {ended}"
    today = gettext(
        "Today is in program week %(week)s of %(weeks)s.", week=number(past.week), weeks=number(past.last_week)
    )
    return f"{sentence} {today}"


def paid_by_mistake(schedule: Schedule) -> str:
    """Return what happens to points that were paid by mistake."""
    if schedule.corrections == "keep":
        return gettext("Points that were paid by mistake stay with the client")
    return gettext("Points that were paid by mistake are taken back from unspent points")
