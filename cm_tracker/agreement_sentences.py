"""The agreement about the program in a client's words and language: the rules of their schedule, and their rights.

It is a paper for the client alone, so it names what a test looks for; the kiosk does not. Every amount comes from the
engine or from the schedule itself.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from cm_tracker.agreement_track_sentences import cause, track_lines, ways_to_miss
from cm_tracker.domain.clients.agreements import HEADING, ITEM, PLAIN, TITLE, line
from cm_tracker.domain.schedules import ceilings
from cm_tracker.domain.schedules.rehearsal import most_earned
from cm_tracker.domain.schedules.schedule import Ceiling, Schedule
from cm_tracker.draw_sentences import odds, tier
from cm_tracker.i18n import day, day_and_month, gettext, money, ngettext, number
from cm_tracker.queries.clients.agreements import AgreementPage
from cm_tracker.sentences import amount, points_and_money

_ = gettext
HUNDRED = 100
LEAP_YEAR = 2024


def text_of(page: AgreementPage) -> str:
    """Return the whole agreement in the current language, a line for each sentence or row."""
    schedule = page.schedule
    of_tracks = [one for track in schedule.tracks for one in track_lines(schedule, track)]
    return "\n".join(
        [
            *_head(page),
            *of_tracks,
            *_section(_("When you miss, or cannot come"), _lapses(schedule)),
            *_section(_("Limits"), _limits(schedule, page.expiry_weeks)),
            *_section(_("How you get your prizes"), _prizes(schedule)),
            *_section(_("What others can see"), _privacy()),
            *_section(_("Your rights"), _rights(schedule)),
        ]
    )


def _section(heading: str, items: Iterable[str]) -> Iterator[str]:
    yield line(HEADING, heading)
    yield from (line(ITEM, item) for item in items)


def _head(page: AgreementPage) -> Iterator[str]:
    yield line(TITLE, _("Our agreement"))
    yield line(PLAIN, f"{page.code} · {page.site_name}")
    if page.last_day is None:
        yield line(PLAIN, _("It begins on %(first)s. Now it is paused.", first=day(page.first_day)))
    else:
        yield line(
            PLAIN,
            _("It begins on %(first)s. The last day is %(last)s.", first=day(page.first_day), last=day(page.last_day)),
        )
    yield line(
        PLAIN,
        _(
            "Rules: %(schedule)s, version %(number)s (number %(id)s in our records).",
            schedule=page.schedule_name,
            number=number(page.version_number),
            id=str(page.version_id),
        ),
    )


def _lapses(schedule: Schedule) -> Iterator[str]:
    yield _("What you earned stays yours, after a miss, too.")
    yield _("The paper with your week says when to come.")
    for track in schedule.tracks:
        name = f"{track.title}: " if len(schedule.tracks) > 1 else ""
        resets = [cause(outcome, track) for outcome in ways_to_miss(track) if outcome in track.reset_on]
        others = [cause(outcome, track) for outcome in ways_to_miss(track) if outcome not in track.reset_on]
        if resets and track.drop is None:
            yield name + _("The amount starts low again after: %(causes)s.", causes=", ".join(resets))
        elif resets:
            yield name + ngettext(
                "The amount goes down by %(n)s step after: %(causes)s.",
                "The amount goes down by %(n)s steps after: %(causes)s.",
                track.drop or 0,
                causes=", ".join(resets),
            )
        if others:
            yield name + _("The amount stays as it is after: %(causes)s.", causes=", ".join(others))
        if track.has_cup and track.evidence == "drug_test":
            yield (
                name
                + {
                    "hold": _("A specimen that is too weak to read pays nothing and costs nothing."),
                    "reset": _("A specimen that is too weak to read counts as a miss."),
                    "reset_if_repeated": _(
                        "A specimen that is too weak to read costs nothing. Two in a row count as a miss."
                    ),
                }[track.on_dilute]
            )
    yield _("Can you not come? Tell us before it begins. If it is excused, you get nothing and lose nothing.")
    yield _("You are excused if you are ill, have a court date, or if we agreed on it before.")
    yield _("If we are closed or cannot test you, you lose nothing.")


def _limits(schedule: Schedule, expiry_weeks: int | None) -> Iterator[str]:
    most = most_earned(schedule)
    if most["points"]:
        yield _(
            "If you meet every goal, you get %(amount)s in all.",
            amount=points_and_money(most["points"], schedule.point_value_cents),
        )
    if most["draws"]:
        yield _("If you meet every goal, you get %(amount)s in all.", amount=amount(most["draws"], "draws"))
    yield from map(_ceiling, schedule.ceilings)
    if any(ceiling.scope != ceilings.AWARD for ceiling in schedule.ceilings):
        yield _("What goes beyond a limit is not paid. Your next visits go up all the same.")
    if all(track.pays != "points" for track in schedule.tracks):
        return
    if expiry_weeks is None:
        yield _("Your points stay until you use them.")
    else:
        yield ngettext(
            "Use your points at the latest %(n)s week after the last day. We warn you before they end.",
            "Use your points at the latest %(n)s weeks after the last day. We warn you before they end.",
            expiry_weeks,
        )


def _ceiling(ceiling: Ceiling) -> str:
    most = money(ceiling.cents)
    if ceiling.scope == ceilings.YEAR_FROM and ceiling.first_day is not None:
        month, first = ceiling.first_day
        begins = date(LEAP_YEAR, month, first)
        return _("In a year from %(day)s on: at most %(money)s.", day=day_and_month(begins, begins), money=most)
    if ceiling.scope == ceilings.ROLLING:
        return ngettext(
            "In any %(n)s day: at most %(money)s.",
            "In any %(n)s days: at most %(money)s.",
            ceiling.days or 0,
            money=most,
        )
    return {
        ceilings.AWARD: _("One visit pays at most %(money)s.", money=most),
        ceilings.MONTH: _("In a month: at most %(money)s.", money=most),
        ceilings.CALENDAR_YEAR: _("In a year: at most %(money)s.", money=most),
        ceilings.ENROLLMENT: _("In this program: at most %(money)s.", money=most),
        ceilings.LIFETIME: _("In all your time with us: at most %(money)s.", money=most),
    }[ceiling.scope]


def _prizes(schedule: Schedule) -> Iterator[str]:
    units = {track.pays for track in schedule.tracks}
    if "points" in units:
        yield _(
            "%(points)s buy a prize of that price. You can save them up.",
            points=points_and_money(HUNDRED, schedule.point_value_cents),
        )
    if "draws" in units:
        yield _("For each draw you take one slip out of the bowl. It says what you get.")
        if schedule.bowl is not None:
            slips = ", ".join(f"{number(slip.count)} × {tier(slip.tier)}" for slip in schedule.bowl.slips)
            yield " ".join([_("In the bowl: %(slips)s.", slips=slips), odds(schedule.bowl)]).strip()
    yield _("We hand you the prize here, or keep it for you. You say yes with your PIN.")
    yield _("A prize is never cash.")
    yield _("No prize may be or buy alcohol, tobacco, drugs, guns or bets.")
    yield _("What you get may count as income for your taxes. Ask a tax adviser.")
    if schedule.corrections == "keep":
        yield _("If we find a mistake, we put it right. You keep what you got.")
    else:
        yield _("If we find a mistake, we put it right. Too many points may be taken back if you still have them.")


def _privacy() -> Iterator[str]:
    yield _("The kiosk shows your points and your next visit. It never shows what was tested or a result.")
    yield _("Keep your PIN to yourself. Did you lose your card or your PIN? Tell us, and you get a new one.")
    yield _("We do not tell others that you are here. We do so only if you agree on paper or the law asks us to.")
    yield _("You can ask us who has looked at your record.")


def _rights(schedule: Schedule) -> Iterator[str]:
    yield _("You are free to take part. You can stop on any day, and you keep what you earned.")
    yield _("Your other care here stays the same, if you take part or not, and with any result.")
    yield _(
        "Do you think that something is not right? Tell one of us, or ask at the kiosk. A lead looks at it with you."
    )
    if any(track.is_test for track in schedule.tracks):
        yield _("You can ask us to check a test again. You lose nothing until we know.")
    yield _("If the rules change, we tell you first, and you sign again.")
