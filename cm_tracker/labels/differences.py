"""Labels of a comparison of two schedules: what differs, what both ladders do in a sentence, and what is the same in both."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from cm_tracker import i18n
from cm_tracker.domain import phrases
from cm_tracker.domain.schedules.difference_lines import Difference
from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track
from cm_tracker.i18n import gettext, ngettext, number, ordinal
from cm_tracker.labels import schedules
from cm_tracker.labels.counting import amount
from cm_tracker.queries.schedules.comparisons import Comparison

# Of one track: the words for what it has, and the fields from which they are made.
OfTrack = tuple[Callable[[Track], str], Callable[[Track], Any]]


def said(text: str) -> str:
    """Return the words of a difference in the current language."""
    return phrases.said(text, i18n)


def line(found: Difference) -> Difference:
    """Return a line of what differs in the current language."""
    return replace(
        found,
        step=said(found.step),
        says=said(found.says),
        before=said(found.before),
        after=said(found.after),
    )


def heading_from_version(compared: Comparison) -> str:
    """Return how much differs from a version, as a title."""
    assert compared.version is not None
    values = {"number": compared.version.number, "name": compared.version.schedule_name}
    if compared.rules:
        return ngettext(
            "%(n)s rule differs from version %(number)s of “%(name)s”",
            "%(n)s rules differ from version %(number)s of “%(name)s”",
            compared.rules,
            **values,
        )
    if compared.found:
        return gettext("No rule differs, only name or source from version %(number)s of “%(name)s”", **values)
    return gettext("Nothing differs from version %(number)s of “%(name)s”", **values)


def heading_from_preset(compared: Comparison) -> str:
    """Return how much differs from the preset that a schedule was made from, as a title."""
    if compared.rules:
        return ngettext(
            "%(n)s rule differs from the preset that it was made from",
            "%(n)s rules differ from the preset that it was made from",
            compared.rules,
        )
    if compared.found:
        return gettext("No rule differs, only name or source from the preset that it was made from")
    return gettext("Nothing differs from the preset that it was made from")


def heading_between(compared: Comparison, before: str, after: str) -> str:
    """Return how much differs between two of a schedule's versions and drafts, as a title."""
    values = {"before": before, "after": after}
    if compared.rules:
        return ngettext(
            "%(n)s rule differs between %(before)s and %(after)s",
            "%(n)s rules differ between %(before)s and %(after)s",
            compared.rules,
            **values,
        )
    if compared.found:
        return gettext("No rule differs, only name or source between %(before)s and %(after)s", **values)
    return gettext("Nothing differs between %(before)s and %(after)s", **values)


def ladders(before: Sequence[int], after: Sequence[int], first_week: int | None, unit: str) -> str:
    """Return what two ladders do, as a title.

    `before` and `after` are what their visits pay, and `first_week` is the week in which they part, None for never.
    """
    if first_week is None:
        return gettext("All met: the ladder is the same in both")
    was, now = max(before, default=0), max(after, default=0)
    if was == now:
        return gettext(
            "All met: the ladders part in week %(week)s, and both reach %(amount)s",
            week=number(first_week),
            amount=amount(now, unit),
        )
    return gettext(
        "All met: a visit pays up to %(amount)s instead of %(before)s", amount=amount(now, unit), before=number(was)
    )


def from_to(values: Sequence[int], unit: str) -> str:
    """Return from which to which amount a ladder goes, without the visits that it does not pay."""
    paid = [value for value in values if value]
    if not paid:
        return gettext("pays nothing")
    if len(set(paid)) == 1:
        return amount(paid[0], unit)
    if max(paid) != paid[0]:
        return gettext("%(first)s to %(most)s", first=number(paid[0]), most=amount(max(paid), unit))
    return gettext("%(amount)s first", amount=amount(paid[0], unit))


def same_in_both(before: Schedule, after: Schedule) -> tuple[str, ...]:
    """Return the rules that two schedules share, a few words each, in the order of the steps of the editor."""
    found: list[str] = []
    several = len(before.tracks) > 1 or len(after.tracks) > 1
    for track in after.tracks:
        other = before.track(track.behavior)
        if other is not None:
            shared = list(_same_of_track(other, track))
            found += [f"{track.title}: {words}" for words in shared] if several else shared
    if before.ceilings == after.ceilings and after.ceilings and before.currency == after.currency:
        found.append(gettext("a ceiling of %(ceilings)s", ceilings=schedules.ceilings(after)))
    if before.bowl == after.bowl and after.bowl is not None:
        found.append(gettext("the bowl"))
    if before.corrections == after.corrections:
        found.append(_first_down(schedules.paid_by_mistake(after)))
    return tuple(found)


def _same_of_track(before: Track, after: Track) -> Iterator[str]:
    """Yield what two tracks of one behavior share."""
    for words, fields in _OF_TRACK:
        if fields(before) == fields(after) and (says := words(after)):
            yield says
    if before.pays != after.pays:
        return
    for words, fields in _OF_PAYING_TRACK:
        if fields(before) == fields(after) and (says := words(after)):
            yield says


def _of_phases(words: Callable[[Phase, Track], str]) -> Callable[[Track], str]:
    """Return a function that says something of each phase of a track that pays, and what is alike once."""

    def say(track: Track) -> str:
        said = (words(phase, track) for phase in track.phases if not phase.pays_nothing)
        return reduce(_then, dict.fromkeys(one for one in said if one), "")

    return say


def _then(first: str, then: str) -> str:
    return gettext("%(first)s, then %(then)s", first=first, then=then) if first else then


def _in_phases(*names: str) -> Callable[[Track], Any]:
    """Return a function that takes some fields of every phase of a track."""
    return lambda track: [tuple(getattr(phase, name) for name in names) for phase in track.phases]


def _fields(*names: str) -> Callable[[Track], Any]:
    return lambda track: tuple(getattr(track, name) for name in names)


def _often(phase: Phase, _: Track) -> str:
    return schedules.often(phase)


def _first(phase: Phase, track: Track) -> str:
    return "" if _pays_otherwise(phase) else gettext("%(amount)s at first", amount=amount(phase.base, track.pays))


def _rise(phase: Phase, track: Track) -> str:
    if _pays_otherwise(phase):
        return ""
    if not phase.step:
        return gettext("the same value each time")
    return gettext("%(amount)s more each time", amount=amount(phase.step, track.pays))


def _top(phase: Phase, track: Track) -> str:
    if _pays_otherwise(phase) or phase.cap is None:
        return ""
    return gettext("at most %(amount)s", amount=amount(phase.cap, track.pays))


def _values(phase: Phase, track: Track) -> str:
    return gettext("listed values from %(value)s on", value=number(phase.values[0])) if phase.values else ""


def _pays_otherwise(phase: Phase) -> bool:
    """Return whether listed values or the reading decide what a visit pays."""
    return bool(phase.values) or (phase.reading is not None and bool(phase.reading.scale))


def _bonus(phase: Phase, track: Track) -> str:
    bonus = phase.run_bonus
    if not bonus:
        return ""
    return gettext(
        "%(amount)s at every %(nth)s in a row", amount=amount(bonus.amount, track.pays), nth=ordinal(bonus.every)
    )


def _week_bonus(phase: Phase, track: Track) -> str:
    if not phase.week_bonus:
        return ""
    return gettext("%(amount)s for a full week", amount=amount(phase.week_bonus, track.pays))


def _first_down(words: str) -> str:
    return words[:1].lower() + words[1:]


def _resets(track: Track) -> str:
    causes = ", ".join(schedules.causes_of(track))
    return gettext("a reset by %(causes)s", causes=causes) if causes else gettext("nothing resets the ladder")


def _way_back(track: Track) -> str:
    return gettext("the way back: %(rule)s", rule=schedules.restored(track))


def _lower(words: Callable[[Track], str]) -> Callable[[Track], str]:
    return lambda track: _first_down(words(track))


_OF_TRACK: tuple[OfTrack, ...] = (
    (_lower(schedules.verified), _fields("evidence", "target", "reading", "hours", "pays")),
    (lambda track: ngettext("%(n)s week", "%(n)s weeks", track.last_week), _in_phases("first_week", "last_week")),
    (_of_phases(_often), _in_phases("visits_per_week", "period_weeks", "pays_nothing")),
    (_resets, lambda track: (track.reset_on, track.on_dilute, [phase.reset_on for phase in track.phases])),
    (_way_back, _fields("restore", "restore_week_rises")),
    (schedules.hours_between, _fields("min_hours_between")),
)
_OF_PAYING_TRACK: tuple[OfTrack, ...] = (
    (_of_phases(_first), _in_phases("base", "values", "reading", "pays_nothing")),
    (_of_phases(_rise), _in_phases("step", "rises", "values", "reading", "pays_nothing")),
    (_of_phases(_top), _in_phases("cap", "values", "reading", "pays_nothing")),
    (_of_phases(_values), _in_phases("values", "pays_nothing")),
    (_of_phases(_bonus), _in_phases("run_bonus", "pays_nothing")),
    (_of_phases(_week_bonus), _in_phases("week_bonus", "pays_nothing")),
    (schedules.side_bonus, _fields("side_bonus")),
)
