"""What the kiosk calls the parts of a client's card: visits, weeks or goals, and never what is tested."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cm_tracker.domain.day.slots import Slot
from cm_tracker.domain.kiosk import moments, questions
from cm_tracker.domain.kiosk.moments import Moment
from cm_tracker.domain.kiosk.path import Path
from cm_tracker.domain.prizes import requests
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.i18n import gettext, ngettext, number, short_day, time_in, using_language, weekday_name
from cm_tracker.sentences import amount

_ = gettext
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)


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
        else _("%(what)s, part %(number)s", what=name, number=names[: place + 1].count(name))
        for place, name in enumerate(names)
    )


def _taking_part(track: Track) -> str:
    return {"attendance": _("Your sessions"), "hours": _("Your weeks"), "activity": _("Your goals")}.get(
        track.evidence, _("Your visits")
    )


def for_your(track: Track) -> str:
    """Return what stands behind the amount that a track pays: for your visit, for your week, for your goal."""
    return {"hours": _("for your week"), "activity": _("for your goal")}.get(track.evidence, _("for your visit"))


def with_noun(value: int, unit: str, track: Track) -> str:
    """Return an amount with what it is for: 55 points for your visit."""
    return _("%(amount)s %(for_what)s", amount=amount(value, unit), for_what=for_your(track))


def beside_step(path: Path, track: Track) -> str:
    """Return what stands beside the next step: how many more until the step that brings a client up, or until a flag.

    The text is empty where nothing of this lies ahead.
    """
    if path.restores is not None:
        step = number(path.restores.amount)
        return {
            "hours": ngettext(
                "%(n)s more week, then your step is %(step)s",
                "%(n)s more weeks, then your step is %(step)s",
                path.restores.visits,
                step=step,
            ),
            "activity": ngettext(
                "%(n)s more goal, then your step is %(step)s",
                "%(n)s more goals, then your step is %(step)s",
                path.restores.visits,
                step=step,
            ),
        }.get(
            track.evidence,
            ngettext(
                "%(n)s more visit, then your step is %(step)s",
                "%(n)s more visits, then your step is %(step)s",
                path.restores.visits,
                step=step,
            ),
        )
    if path.bonus is None:
        return ""
    extra = number(path.bonus.amount)
    if path.bonus.visits == 1:
        return _("The flag is next: %(extra)s extra", extra=extra)
    return {
        "hours": _("%(n)s more weeks to the flag: %(extra)s extra", n=number(path.bonus.visits), extra=extra),
        "activity": _("%(n)s more goals to the flag: %(extra)s extra", n=number(path.bonus.visits), extra=extra),
    }.get(track.evidence, _("%(n)s more visits to the flag: %(extra)s extra", n=number(path.bonus.visits), extra=extra))


def path_says(path: Path, unit: str) -> str:
    """Return the path in words, for whoever hears the card."""
    if not path.ahead:
        return ""
    first, *more = path.ahead
    said = [_("You are at the start.") if path.is_new else _("You are here.")]
    said.append(_("The next step is %(amount)s.", amount=amount(first.amount, unit)))
    if first.bonus:
        said.append(_("It has a flag: %(extra)s extra.", extra=number(first.bonus)))
    for stone in more:
        if stone.is_top:
            said.append(_("The top step is %(amount)s.", amount=number(stone.amount)))
        elif stone.bonus:
            said.append(
                _(
                    "Then %(amount)s, and a flag: %(extra)s extra.",
                    amount=number(stone.amount),
                    extra=number(stone.bonus),
                )
            )
        else:
            said.append(_("Then %(amount)s.", amount=number(stone.amount)))
    return " ".join(said)


def when(slot: Slot, time_zone: str, today: date) -> str:
    """Return the day and the time of a visit: Today, 10:00 AM; Friday, 10:00 AM; Fri, Dec 4, 10:00 AM."""
    at = time_in(slot.begins_at, time_zone)
    if slot.on_day == today:
        return _("Today, %(time)s", time=at)
    if slot.on_day == today + ONE_DAY:
        return _("Tomorrow, %(time)s", time=at)
    day = weekday_name(slot.on_day) if slot.on_day < today + ONE_WEEK else short_day(slot.on_day)
    return _("%(day)s, %(time)s", day=day[:1].upper() + day[1:], time=at)


def ask_for_next(track: Track) -> str:
    """Return what stands in place of a day that nobody has planned."""
    return {"hours": _("Ask us for your next week"), "activity": _("Ask us for your next goal")}.get(
        track.evidence, _("Ask us for your next visit")
    )


def met(count: int, tracks: Sequence[Track]) -> str:
    """Return the words behind the number of visits that met their target."""
    kinds = {track.evidence for track in tracks}
    if kinds == {"hours"}:
        return ngettext("week met", "weeks met", count)
    if kinds == {"activity"}:
        return ngettext("goal met", "goals met", count)
    return ngettext("visit met", "visits met", count)


def waits(line_state: LadderState, track: Track) -> str:
    """Return what a paused client goes on with. The text is empty where nothing is left to earn."""
    if not line_state.next_due:
        return ""
    return _("This step waits for you: %(what)s.", what=with_noun(line_state.next_due, line_state.unit, track))


def other_track(heading: str, line_state: LadderState, track: Track) -> str:
    """Return one line for a track beside the one whose path is drawn."""
    if line_state.next_due is None:
        return _("%(heading)s: all weeks are done. Well done!", heading=heading)
    if not line_state.next_due:
        return _("%(heading)s: come as planned.", heading=heading)
    return _("%(heading)s: %(what)s", heading=heading, what=with_noun(line_state.next_due, line_state.unit, track))


def declined(reason: str | None) -> str:
    """Return the kind word with which staff declined a request for a prize."""
    return {
        requests.SOON: _("Not today. More will come soon."),
        requests.TALK: _("Not today. Let us talk about it."),
        requests.ANOTHER: _("Not today. Choose another one."),
    }.get(reason or "", _("Not today"))


def question(topic: str) -> str:
    """Return what a client asks, as it stands on the button."""
    return {
        questions.POINTS: _("Why did my points change?"),
        questions.TALK: _("I would like to talk"),
        questions.NEXT_VISIT: _("My next visit"),
    }[topic]


def answer(topic: str, name: str) -> str:
    """Return an answer that staff chose, as the client reads it."""
    return {
        (questions.POINTS, "right"): _("We looked again. Your points are right."),
        (questions.POINTS, "added"): _("You were right. We added what was missing."),
        (questions.POINTS, "come"): _("Let us look at it together. Please ask for us at the desk."),
        (questions.TALK, "today"): _("Yes, today. Please ask for us at the desk."),
        (questions.TALK, "at_visit"): _("Yes, we talk at your next visit."),
        (questions.TALK, "desk"): _("Please say at the desk when you have time."),
        (questions.NEXT_VISIT, "on_card"): _("Your next visit is on your card now."),
        (questions.NEXT_VISIT, "desk"): _("Please ask at the desk. We choose a day with you."),
        (questions.NEXT_VISIT, "any_day"): _("You can come on any day that we are open."),
    }[(topic, name)]


def moment(shown: Moment) -> str:
    """Return the sentence of a moment."""
    if shown.kind == moments.RUN and shown.number:
        return ngettext("%(n)s visit met. Well done!", "%(n)s visits met. Well done!", shown.number)
    return {
        moments.MONTH: _("You have been with us for a month. Well done!"),
        moments.GOAL: _("You can get your goal now. Well done!"),
        moments.TOP: _("You are at the top step. Well done!"),
        moments.STEP: _("Your step is %(n)s. Well done!", n=number(shown.number)),
    }.get(shown.kind, _("You keep going. Well done!"))
