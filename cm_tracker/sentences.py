"""Sentences for clients: what a visit earned and why, draws, offers and refusals. Staff also read them out.

They are in the current language (see `i18n`), address the client, and never scold. With `on_kiosk`, they leave out what
was tested, because other people can see the kiosk.
"""

from datetime import date

from cm_tracker.domain.errors import (
    BadInput,
    OfferIsOld,
    OfferTaken,
    OfferWithdrawn,
    Refused,
    TooManyTries,
    WrongPin,
)
from cm_tracker.domain.schedules import outcomes
from cm_tracker.domain.schedules.ceilings import CeilingUse
from cm_tracker.domain.schedules.engine import Result
from cm_tracker.domain.schedules.ladder import BASELINE, EXTRA, HELD, OUTSIDE, PAID, RESET, TOO_SOON, LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.schedules.timeline import Pause
from cm_tracker.i18n import day, gettext, money, ngettext, number, ordinal, weekday

_ = gettext
# The number of tries left is shown from here on. Showing it earlier would only make people nervous.
FEW_TRIES = 2


def amount(value: int, unit: str) -> str:
    """Return an amount with its unit: 10 points, 1 draw."""
    if unit == "draws":
        return ngettext("%(n)s draw", "%(n)s draws", value)
    return ngettext("%(n)s point", "%(n)s points", value)


def closed_on(closed: date) -> str:
    """Return that the clinic was closed on a day for which the client is excused."""
    return _("The clinic was closed on %(day)s. You lose nothing.", day=weekday(closed))


def points_and_money(points: int, point_value_cents: int) -> str:
    """Return points with what they are worth: 60 points ($15.00)."""
    worth = money(points * point_value_cents)
    return ngettext("%(n)s point (%(money)s)", "%(n)s points (%(money)s)", points, money=worth)


def explain(
    result: Result, track: Track, state: LadderState, *, on_kiosk: bool = False, is_unusable: bool = False
) -> tuple[str, ...]:
    """Return the sentences for one visit: what it earned and why, then what the next one earns.

    `is_unusable` says that the client gave a specimen, and that it could not be used.
    """
    is_hours, is_goal = track.evidence == "hours", track.evidence == "activity"
    coming = next_one(state.next_due, result.unit, is_hours=is_hours, is_goal=is_goal)
    return (*why(result, track, on_kiosk=on_kiosk, is_unusable=is_unusable), coming, *way_back(result, track, state))


def why(result: Result, track: Track, *, on_kiosk: bool = False, is_unusable: bool = False) -> tuple[str, ...]:
    """Return what a visit earned and why, and what a ceiling allowed of it. `is_unusable` is as in `explain`."""
    if is_unusable and result.why == HELD:
        what = _("The specimen could not be used: nothing is earned, and nothing is lost.")
    else:
        what = _what(result, track, on_kiosk)
    if result.cut_by is None:
        return (what,)
    return what, _cut(result, result.cut_by, is_hours=track.evidence == "hours")


def way_back(result: Result, track: Track, state: LadderState) -> tuple[str, ...]:
    """Return how a client comes back to where they were before a reset; nothing where nothing was reset."""
    if result.why != RESET or not state.restores_after:
        return ()
    if track.evidence == "hours":
        return (
            ngettext(
                "After %(n)s week with enough hours you are back where you were.",
                "After %(n)s weeks in a row with enough hours you are back where you were.",
                state.restores_after,
            ),
        )
    return (
        ngettext(
            "After %(n)s visit that meets your goal you are back where you were.",
            "After %(n)s visits in a row that meet your goal you are back where you were.",
            state.restores_after,
        ),
    )


def _cut(result: Result, scope: str, *, is_hours: bool) -> str:
    amounts = {"due": amount(result.due, result.unit), "paid": amount(result.paid, result.unit)}
    if is_hours:
        return _(
            "The hours of this week were worth %(due)s; %(limit)s allowed %(paid)s. "
            "Your next weeks go up as if all of it had been paid.",
            limit=_("the limit for one week") if scope == "award" else ceiling_name(scope),
            **amounts,
        )
    return _(
        "This visit was worth %(due)s; %(limit)s allowed %(paid)s. "
        "Your next visits go up as if all of it had been paid.",
        limit=ceiling_name(scope),
        **amounts,
    )


def read(reading: int | None, result: Result, track: Track) -> str:
    """Return what was read and from where on it counts: 9 ppm; it counted at 11 or below. Empty without a reading.

    A reading that is disputed, or whose specimen does not count, decided nothing. Empty, too, where nothing depends on
    it: in a baseline, or outside of all weeks.
    """
    if reading is None or track.reading is None or result.why in (BASELINE, OUTSIDE):
        return ""
    values = {"reading": number(reading), "unit": track.reading.unit}
    if result.outcome == outcomes.DISPUTED:
        return _("%(reading)s %(unit)s; the lab is checking this number.", **values)
    if result.limit is None:
        return _("%(reading)s %(unit)s; this number does not count.", **values)
    values["limit"] = number(result.limit)
    if result.outcome == outcomes.MET:
        return _("%(reading)s %(unit)s; it counted at %(limit)s or below.", **values)
    return _("%(reading)s %(unit)s; it would have counted at %(limit)s or below.", **values)


def next_one(next_due: int | None, unit: str, *, is_hours: bool = False, is_goal: bool = False) -> str:
    """Return the sentence that says what the next visit earns, or the next week of hours, or the next goal."""
    if next_due is None:
        return _("Your program's weeks are complete. Well done for staying with it.")
    if is_hours and not next_due:
        return _("Nothing is paid for your next week.")
    if is_hours:
        return _("Your next week can earn %(amount)s.", amount=amount(next_due, unit))
    if is_goal and next_due:
        return _("Your next goal can earn %(amount)s.", amount=amount(next_due, unit))
    if is_goal:
        return _("Nothing is paid for your next goal.")
    if not next_due:
        return _("Nothing is paid for your next visit.")
    return _("Your next visit can earn %(amount)s.", amount=amount(next_due, unit))


def near(use: CeilingUse) -> str:
    """Return a warning that a ceiling is near, or a kind sentence once it is reached."""
    left = max(use.cents - use.used_cents, 0)
    if left:
        return _("You are close to %(limit)s: %(money)s left.", limit=ceiling_name(use.scope), money=money(left))
    return _("You have reached %(limit)s. What you do still counts.", limit=ceiling_name(use.scope))


def spend_by(last_day: date, points: int, point_value_cents: int) -> str:
    """Return the warning that points will expire, with their worth. The kiosk shows it some weeks before."""
    return _(
        "You can spend %(points)s until %(day)s. After that day what is left expires.",
        points=points_and_money(points, point_value_cents),
        day=weekday(last_day),
    )


def paused(pause: Pause) -> str:
    """Return since when a program is paused, and until when if that is known."""
    if pause.last_day is None:
        return _("Your program is paused since %(day)s.", day=weekday(pause.first_day))
    return _(
        "Your program is paused from %(first)s to %(last)s.",
        first=weekday(pause.first_day),
        last=weekday(pause.last_day),
    )


def still_yours(points: int, point_value_cents: int, until: date | None) -> str:
    """Return that points can still be spent, and until when. The text is empty without points."""
    if not points:
        return ""
    worth = points_and_money(points, point_value_cents)
    if until is None:
        return _("You can still spend %(points)s.", points=worth)
    return _("You can still spend %(points)s until %(day)s.", points=worth, day=day(until))


def refused_offer(error: Refused) -> str:
    """Return why nothing was handed out, for the client who confirmed an offer."""
    if isinstance(error, WrongPin) and error.left == 0:
        return _("That PIN is not right, and it is blocked for a while now. Ask a member of staff.")
    if isinstance(error, WrongPin) and error.left is not None and error.left <= FEW_TRIES:
        return ngettext(
            "That PIN is not right. You can try %(n)s more time, or ask a member of staff.",
            "That PIN is not right. You can try %(n)s more times, or ask a member of staff.",
            error.left,
        )
    if isinstance(error, WrongPin | BadInput):
        return _("That PIN is not right. Try again, or ask a member of staff.")
    if isinstance(error, TooManyTries):
        return ngettext(
            "Too many tries. Wait %(n)s minute, or ask a member of staff.",
            "Too many tries. Wait %(n)s minutes, or ask a member of staff.",
            error.minutes,
        )
    if isinstance(error, OfferIsOld | OfferWithdrawn | OfferTaken):
        return _("This offer has ended. Ask a member of staff to choose the prize with you again.")
    return _("This prize cannot be given out now, and nothing was taken. Ask a member of staff.")


def ceiling_name(scope: str) -> str:
    """Return the name of a ceiling."""
    return {
        "award": _("the limit for one visit"),
        "month": _("this month's limit"),
        "calendar_year": _("this year's limit"),
        "enrollment": _("the program's limit"),
        "year_from": _("this program year's limit"),
        "rolling": _("the limit for these days"),
        "lifetime": _("your limit in this program"),
    }[scope]


def _behavior(track: Track, on_kiosk: bool) -> str:
    if on_kiosk:
        return _("meeting your goal")
    return {
        "drug_test": _("a negative test"),
        "breath_test": _("a clear breath test"),
        "reading": _("meeting your goal in the test"),
        "hours": _("coming to your hours of the week"),
        "attendance": _("coming to your session"),
        "activity": _("finishing your goal"),
    }[track.evidence]


def _what(result: Result, track: Track, on_kiosk: bool) -> str:
    if result.why == PAID:
        return _paid(result, track, on_kiosk)
    if result.why == RESET and track.evidence == "hours":
        return _(
            "The hours of this week were not enough, so they earn nothing. What you earned before stays yours. "
            "You are welcome back."
        )
    if result.outcome == outcomes.EXCUSED and track.evidence == "hours":
        return _("No hours were expected of you this week: nothing is earned, and nothing is lost.")
    if result.why == EXTRA and track.evidence == "hours":
        return _("You have had all the weeks that are paid. This one earns nothing and changes nothing.")
    if result.why == BASELINE and track.evidence == "hours":
        return _("Nothing is paid in these weeks yet, so this week earns nothing and changes nothing.")
    if track.evidence == "activity" and result.why == HELD and result.outcome == outcomes.EXCUSED:
        return _("There is an excuse: nothing is earned, and nothing is lost.")
    if track.evidence == "activity" and result.why == RESET:
        return _(
            "The goal was not finished this time, so it earns nothing. What you earned before stays yours. "
            "You are welcome back."
        )
    if result.why == RESET and result.outcome == outcomes.UNEXCUSED:
        return _("A missed visit earns nothing, and everything you earned before stays yours. You are welcome back.")
    if result.why == RESET:
        return _(
            "You earn nothing this time, and everything you earned before stays yours. We are glad that you are here."
        )
    if result.why == EXTRA:
        return _("You have had all the visits that are paid now. This one earns nothing and changes nothing.")
    if result.why == TOO_SOON:
        return ngettext(
            "It is less than %(n)s hour since your last paid visit. This one earns nothing and changes nothing.",
            "It is less than %(n)s hours since your last paid visit. This one earns nothing and changes nothing.",
            track.min_hours_between or 0,
        )
    if result.why == OUTSIDE:
        return _("This day is outside the weeks of your program. It earns nothing and changes nothing.")
    if result.why == BASELINE:
        return _("Nothing is paid in these weeks yet, so this visit earns nothing and changes nothing.")
    return {
        outcomes.EXCUSED: _("The absence is excused: nothing is earned, and nothing is lost."),
        outcomes.DILUTE: _("The specimen was too dilute to read: nothing is earned, and nothing is lost."),
        outcomes.PENDING: _(
            "The result is not known yet. Until then nothing is earned and nothing is lost. When it comes, it counts for "
            "that day."
        ),
        outcomes.DISPUTED: _("The lab is checking it again. Until then nothing is lost."),
    }.get(result.outcome, _("Nothing is earned this time, and nothing is lost."))


def _paid(result: Result, track: Track, on_kiosk: bool) -> str:
    behavior = _behavior(track, on_kiosk)
    if result.run > 1:
        sentence = _(
            "%(amount)s for %(deed)s, the %(nth)s in a row.",
            amount=amount(result.ladder, result.unit),
            deed=behavior,
            nth=ordinal(result.run),
        )
    else:
        sentence = _("%(amount)s for %(deed)s.", amount=amount(result.ladder, result.unit), deed=behavior)
    if result.run_bonus:
        sentence += " " + ngettext(
            "%(amount)s more for %(n)s in a row.",
            "%(amount)s more for %(n)s in a row.",
            result.run,
            amount=amount(result.run_bonus, result.unit),
        )
    if result.week_bonus:
        phase = track.phase_in(result.week)
        bonus = amount(result.week_bonus, result.unit)
        if phase is None or phase.period_weeks == 1:
            sentence += " " + _("%(amount)s more for the full week.", amount=bonus)
        else:
            weeks = number(phase.period_weeks)
            sentence += " " + _("%(amount)s more for all visits of these %(weeks)s weeks.", amount=bonus, weeks=weeks)
    if result.side_bonus:
        sentence += " " + _("%(amount)s more as a side bonus.", amount=amount(result.side_bonus, result.unit))
    return sentence
