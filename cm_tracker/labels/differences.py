"""Labels of a comparison of two schedules: what both ladders do in a sentence, and what is the same in both."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cm_tracker.domain.schedules.schedule import Phase, Schedule, Track
from cm_tracker.i18n import number, ordinal
from cm_tracker.labels import schedules
from cm_tracker.labels.counting import amount, counted

# Of one track: the words for what it has, and the fields from which they are made.
OfTrack = tuple[Callable[[Track], str], Callable[[Track], Any]]


def ladders(before: Sequence[int], after: Sequence[int], first_week: int | None, unit: str) -> str:
    """Return what two ladders do, as a title.

    `before` and `after` are what their visits pay, and `first_week` is the week in which they part, None for never.
    """
    if first_week is None:
        return "All met: the ladder is the same in both"
    was, now = max(before, default=0), max(after, default=0)
    if was == now:
        return f"All met: the ladders part in week {number(first_week)}, and both reach {amount(now, unit)}"
    return f"All met: a visit pays up to {amount(now, unit)} instead of {number(was)}"


def from_to(values: Sequence[int], unit: str) -> str:
    """Return from which to which amount a ladder goes, without the visits that it does not pay."""
    paid = [value for value in values if value]
    if not paid:
        return "pays nothing"
    if len(set(paid)) == 1:
        return amount(paid[0], unit)
    return (
        f"{number(paid[0])} to {amount(max(paid), unit)}" if max(paid) != paid[0] else f"{amount(paid[0], unit)} first"
    )


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
        found.append(f"a ceiling of {schedules.ceilings(after)}")
    if before.bowl == after.bowl and after.bowl is not None:
        found.append("the bowl")
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
        said = [words(phase, track) for phase in track.phases if not phase.pays_nothing]
        return ", then ".join(dict.fromkeys(one for one in said if one))

    return say


def _in_phases(*names: str) -> Callable[[Track], Any]:
    """Return a function that takes some fields of every phase of a track."""
    return lambda track: [tuple(getattr(phase, name) for name in names) for phase in track.phases]


def _fields(*names: str) -> Callable[[Track], Any]:
    return lambda track: tuple(getattr(track, name) for name in names)


def _often(phase: Phase, _: Track) -> str:
    visits = counted(phase.visits_per_week, "visit")
    return f"{visits} a week" if phase.period_weeks == 1 else f"{visits} every {number(phase.period_weeks)} weeks"


def _first(phase: Phase, track: Track) -> str:
    return "" if _pays_otherwise(phase) else f"{amount(phase.base, track.pays)} at first"


def _rise(phase: Phase, track: Track) -> str:
    if _pays_otherwise(phase):
        return ""
    return f"{amount(phase.step, track.pays)} more each time" if phase.step else "the same value each time"


def _top(phase: Phase, track: Track) -> str:
    return "" if _pays_otherwise(phase) or phase.cap is None else f"at most {amount(phase.cap, track.pays)}"


def _values(phase: Phase, track: Track) -> str:
    return f"listed values from {number(phase.values[0])} on" if phase.values else ""


def _pays_otherwise(phase: Phase) -> bool:
    """Return whether listed values or the reading decide what a visit pays."""
    return bool(phase.values) or (phase.reading is not None and bool(phase.reading.scale))


def _bonus(phase: Phase, track: Track) -> str:
    bonus = phase.run_bonus
    return f"{amount(bonus.amount, track.pays)} at every {ordinal(bonus.every)} in a row" if bonus else ""


def _week_bonus(phase: Phase, track: Track) -> str:
    return f"{amount(phase.week_bonus, track.pays)} for a full week" if phase.week_bonus else ""


def _first_down(words: str) -> str:
    return words[:1].lower() + words[1:]


def _resets(track: Track) -> str:
    causes = schedules.reset(track)
    return "nothing resets the ladder" if causes == "never" else f"a reset by {causes}"


def _way_back(track: Track) -> str:
    return f"the way back: {schedules.restored(track)}"


def _lower(words: Callable[[Track], str]) -> Callable[[Track], str]:
    return lambda track: _first_down(words(track))


_OF_TRACK: tuple[OfTrack, ...] = (
    (_lower(schedules.verified), _fields("evidence", "target", "reading", "hours", "pays")),
    (lambda track: counted(track.last_week, "week"), _in_phases("first_week", "last_week")),
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
