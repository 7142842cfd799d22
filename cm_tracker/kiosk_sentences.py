"""What the kiosk calls the parts of a client's card: visits, weeks or goals, and never what is tested."""

from collections.abc import Sequence
from typing import NamedTuple

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.i18n import gettext, ngettext, number, using_language

_ = gettext


class Greeting(NamedTuple):
    """What the door of the kiosk says in one language."""

    title: str
    words: str
    begin: str
    promise: str


def greeting(language: str) -> Greeting:
    """Return what the door of the kiosk says in a language; a site may have words of its own."""
    with using_language(language):
        return Greeting(
            title=_("Good to see you"),
            words=_("Every step counts here."),
            begin=_("Touch to begin"),
            promise=_("This screen forgets you when you go."),
        )


class Away(NamedTuple):
    """What the kiosk says in one language while the server cannot be reached."""

    title: str
    words: str


def away(language: str) -> Away:
    """Return what the kiosk says in a language while the server cannot be reached."""
    with using_language(language):
        return Away(
            title=_("One moment, please"),
            words=_("This screen cannot reach the clinic's computer. It tries again by itself. Your points are safe."),
        )


def track_headings(tracks: Sequence[Track]) -> tuple[str, ...]:
    """Return a heading for each track of a client, in order, for the kiosk; nothing to tell apart has none.

    A heading says how the client takes part, never what is tested. Tracks of one kind are numbered.
    """
    if len(tracks) < 2:
        return ("",) * len(tracks)
    names = [_taking_part(track) for track in tracks]
    return tuple(
        name
        if names.count(name) == 1
        else _("%(what)s, part %(number)s", what=name, number=number(names[: place + 1].count(name)))
        for place, name in enumerate(names)
    )


def _taking_part(track: Track) -> str:
    return {"attendance": _("Your sessions"), "hours": _("Your weeks"), "activity": _("Your goals")}.get(
        track.evidence, _("Your visits")
    )


def last_ones(tracks: Sequence[Track]) -> str:
    """Return the heading above what a client earned on the last days, for the kiosk."""
    kinds = {track.evidence if track.evidence in ("hours", "activity") else "" for track in tracks}
    if len(kinds) > 1:
        return _("What you earned lately")
    return {"hours": _("Your last weeks"), "activity": _("Your last goals")}.get("".join(kinds), _("Your last visits"))


def for_the_next(due: int, unit: str, track: Track) -> str:
    """Return what stands below the amount that a client can earn next, for the kiosk."""
    if unit == "points":
        return {"hours": _("for your next week"), "activity": _("for your next goal")}.get(
            track.evidence, _("for your next visit")
        )
    if track.evidence == "hours":
        return ngettext("draw for your next week", "draws for your next week", due)
    if track.evidence == "activity":
        return ngettext("draw for your next goal", "draws for your next goal", due)
    return ngettext("draw for your next visit", "draws for your next visit", due)
