"""What differs between two schedules, in words.

A lead who approves a schedule decides about what changed, so nothing may differ without a line. Each
field of a schedule, a track, a phase and so on has its own function below, found by the field's name: a
field without one raises `KeyError` in every test that compares two schedules.

Tracks are matched by their behavior, phases by their order. Amounts are shown with what they are worth.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from cm_tracker.domain.money import money_in
from cm_tracker.domain.phrases import Phrase, joined, phrase, phrases
from cm_tracker.domain.schedules.difference_lines import (
    CORRECTIONS,
    LESS,
    MORE,
    NAMES,
    NONE,
    Difference,
    Unit,
    gives_more,
    listed,
    scope_in_words,
)
from cm_tracker.domain.schedules.phase_difference import phases_in_words
from cm_tracker.domain.schedules.schedule import Bowl, Ceiling, Schedule
from cm_tracker.domain.schedules.track_difference import track_differences


def differences(before: Schedule, after: Schedule) -> tuple[Difference, ...]:
    """Return everything that differs between two schedules; empty if they are equal.

    The rules come first, in the order of a document, and then name and source, which pay nobody.
    """
    found: list[Difference] = []
    for field in fields(Schedule):
        found.extend(_SCHEDULE[field.name](before, after))
    return tuple(sorted(found, key=lambda one: one.step == NAMES))


def rules_that_differ(before: Schedule, after: Schedule) -> tuple[Difference, ...]:
    """Return the same without name and source."""
    return tuple(one for one in differences(before, after) if one.step != NAMES)


def _name(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.name != after.name:
        yield Difference(NAMES, phrase("It is called “%(name)s”.", name=after.name), before.name, after.name)


def _source(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.source != after.source:
        yield Difference(NAMES, phrase("It names another source."), before.source, after.source)


def _point_value(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old, new = before.point_value_cents, after.point_value_cents
    if old != new:
        was, now = money_in(old, before.currency), money_in(new, after.currency)
        says = phrase("A point is worth %(now)s instead of %(was)s.", now=now, was=was)
        yield Difference(phrase("Points"), says, was, now, _gives(old, new, before.currency, after.currency))


def _tracks(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old = {track.behavior: track for track in before.tracks}
    new = {track.behavior: track for track in after.tracks}
    several = len(old) > 1 or len(new) > 1
    for behavior, track in new.items():
        if behavior not in old:
            unit = Unit(track.pays, after.money)
            says = phrase(
                "New: %(title)s (%(behavior)s), %(phases)s.",
                title=track.title,
                behavior=behavior,
                phases=phases_in_words(track, unit),
            )
            yield Difference(phrase("Tracks"), says, NONE, track.title, MORE)
            continue
        units = Unit(old[behavior].pays, before.money), Unit(track.pays, after.money)
        for found in track_differences(old[behavior], track, *units):
            in_track = joined((track.title, found.says), ": ") if several else found.says
            yield Difference(found.step, in_track, found.before, found.after, found.gives)
    for behavior, track in old.items():
        if behavior not in new:
            says = phrase("%(title)s (%(behavior)s) is not paid any more.", title=track.title, behavior=behavior)
            yield Difference(phrase("Tracks"), says, track.title, NONE, LESS)
    yield from _other_order(phrase("Tracks"), phrase("The tracks stand in another order: %(order)s."), old, new)


def _bowl(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old, new = before.bowl, after.bowl
    if old is None and new is not None:
        says = phrase("New: a bowl to draw from, %(bowl)s.", bowl=_bowl_in_words(new, after.currency))
        yield Difference(phrase("Bowl"), says, NONE, new.name)
    elif new is None and old is not None:
        says = phrase("There is no bowl any more. Before: %(bowl)s.", bowl=_bowl_in_words(old, before.currency))
        yield Difference(phrase("Bowl"), says, old.name, NONE)
    elif old is not None and new is not None:
        for field in fields(Bowl):
            yield from _BOWL[field.name](old, new, before.currency, after.currency)


def _bowl_in_words(bowl: Bowl, currency: str) -> str:
    slips = listed(f"{slip.count:,} {slip.tier} ({money_in(slip.cents, currency)})" for slip in bowl.slips)
    return phrase("“%(name)s” with %(slips)s", name=bowl.name, slips=slips)


def _slips_in_words(count: int) -> Phrase:
    return phrases("%(n)s slip", "%(n)s slips", count)


def _bowl_name(before: Bowl, after: Bowl, was_in: str, now_in: str) -> Iterator[Difference]:
    if before.name != after.name:
        says = phrase("The bowl is called “%(now)s” instead of “%(was)s”.", now=after.name, was=before.name)
        yield Difference(phrase("Bowl"), says, before.name, after.name)


def _slips(before: Bowl, after: Bowl, was_in: str, now_in: str) -> Iterator[Difference]:
    old, new = {slip.tier: slip for slip in before.slips}, {slip.tier: slip for slip in after.slips}
    for tier, slip in new.items():
        if tier not in old:
            worth = money_in(slip.cents, now_in)
            slips = _slips_in_words(slip.count)
            says = phrase("New: %(slips)s “%(tier)s” for %(worth)s.", slips=slips, tier=tier, worth=worth)
            yield Difference(phrase("Bowl"), says, NONE, joined((slips, worth)))
            continue
        if old[tier].count != slip.count:
            few, many = _slips_in_words(old[tier].count), _slips_in_words(slip.count)
            says = phrase(
                "The bowl holds %(slips)s “%(tier)s” instead of %(before)s.",
                slips=many,
                tier=tier,
                before=old[tier].count,
            )
            yield Difference(phrase("Bowl"), says, few, many)
        if old[tier].cents != slip.cents:
            was, now = money_in(old[tier].cents, was_in), money_in(slip.cents, now_in)
            says = phrase("A slip “%(tier)s” is worth %(now)s instead of %(was)s.", tier=tier, now=now, was=was)
            yield Difference(phrase("Bowl"), says, was, now, _gives(old[tier].cents, slip.cents, was_in, now_in))
    for tier, slip in old.items():
        if tier not in new:
            gone = joined((_slips_in_words(slip.count), money_in(slip.cents, was_in)))
            yield Difference(
                phrase("Bowl"), phrase("The bowl holds no slip “%(tier)s” any more.", tier=tier), gone, NONE
            )
    yield from _other_order(phrase("Bowl"), phrase("The slips stand in another order: %(order)s."), old, new)


def _ceilings(before: Schedule, after: Schedule) -> Iterator[Difference]:
    old = {scope_in_words(ceiling): ceiling for ceiling in before.ceilings}
    new = {scope_in_words(ceiling): ceiling for ceiling in after.ceilings}
    # The words before, by the words after, for each ceiling that both have.
    same = {words: words for words in new if words in old}
    for words, ceiling in new.items():
        fitting = (w for w in old if w not in same.values() and _window(old[w]) == _window(ceiling))
        if words not in same and (earlier := next(fitting, None)) is not None:
            same[words] = earlier
    step = phrase("Ceilings")
    for words, ceiling in new.items():
        now = money_in(ceiling.cents, after.currency)
        if words not in same:
            limit = joined((now, words), " ")
            yield Difference(step, phrase("New: no more than %(limit)s.", limit=limit), NONE, limit, LESS)
            continue
        earlier = same[words]
        was = money_in(old[earlier].cents, before.currency)
        parts = [was] * (old[earlier].cents != ceiling.cents) + [earlier] * (earlier != words)
        if parts:
            limit = joined((now, words), " ")
            says = phrase("No more than %(limit)s instead of %(was)s.", limit=limit, was=joined(parts, " "))
            gives = _ceiling_gives(old[earlier], ceiling) if before.currency == after.currency else ""
            yield Difference(step, says, joined((was, earlier), " "), limit, gives)
    for words, ceiling in old.items():
        if words not in same.values():
            gone = joined((money_in(ceiling.cents, before.currency), words), " ")
            yield Difference(step, phrase("There is no ceiling of %(limit)s any more.", limit=gone), gone, NONE, MORE)
    after_of = {earlier: words for words, earlier in same.items()}
    order = phrase("The ceilings stand in another order: %(order)s.")
    yield from _other_order(step, order, {after_of.get(words, words): None for words in old}, new)


def _window(ceiling: Ceiling) -> str:
    """Return for which kind of time a ceiling holds: a year is a year, whatever its first day."""
    return "year" if ceiling.scope in ("calendar_year", "year_from") else ceiling.scope


def _ceiling_gives(old: Ceiling, new: Ceiling) -> str:
    """Return whether a client can get more. It cannot be said of a year from another day, or of more in more days."""
    if scope_in_words(old) == scope_in_words(new):
        return gives_more(old.cents, new.cents)
    if old.days is None or new.days is None:
        return ""
    if new.days > old.days:
        return LESS if new.cents <= old.cents else ""
    return MORE if new.cents >= old.cents else ""


def _other_order(step: str, says: Phrase, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Difference]:
    """Yield a line where what stands in both lists stands in another order. `says` lacks the order."""
    was, now = [key for key in old if key in new], [key for key in new if key in old]
    if was != now:
        before, after = listed(map(_readable, was)), listed(map(_readable, now))
        yield Difference(step, says.with_values(order=after), before, after)


def _readable(key: str) -> str:
    return key if isinstance(key, Phrase) else key.replace("_", " ")


def _corrections(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.corrections != after.corrections:
        was, now = CORRECTIONS[before.corrections], CORRECTIONS[after.corrections]
        gives = MORE if after.corrections == "keep" else LESS
        says = phrase("Points that were paid by mistake now %(now)s.", now=now)
        yield Difference(phrase("Mistakes"), says, was, now, gives)


def _currency(before: Schedule, after: Schedule) -> Iterator[Difference]:
    if before.currency != after.currency:
        says = phrase(
            "Its money is %(now)s instead of %(was)s. The program exchanges no amount.",
            now=after.currency,
            was=before.currency,
        )
        yield Difference(phrase("Points"), says, before.currency, after.currency)


def _gives(old: int, new: int, was_in: str, now_in: str) -> str:
    """Return whether a larger amount gives a client more. It cannot be said of two currencies."""
    return gives_more(old, new) if was_in == now_in else ""


_SCHEDULE: dict[str, Callable[[Schedule, Schedule], Iterator[Difference]]] = {
    "name": _name,
    "source": _source,
    "point_value_cents": _point_value,
    "tracks": _tracks,
    "bowl": _bowl,
    "ceilings": _ceilings,
    "corrections": _corrections,
    "currency": _currency,
}
_BOWL: dict[str, Callable[[Bowl, Bowl, str, str], Iterator[Difference]]] = {"name": _bowl_name, "slips": _slips}
