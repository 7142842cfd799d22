"""What each key of a schedule document does, worked out in a line beside its field of the editor.

The document may have any mistakes: see `worked_sample`. The lines say what the engine works out, and nothing is
calculated here a second time.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cm_tracker.domain.money import DOLLARS, decimals, money_in
from cm_tracker.domain.phrases import phrase
from cm_tracker.domain.schedules.ceilings import AWARD, ENROLLMENT, LIFETIME, ROLLING, first_day_of, last_day_of
from cm_tracker.domain.schedules.check import SECOND_FORMAT, problems
from cm_tracker.domain.schedules.rehearsal import START
from cm_tracker.domain.schedules.schedule import Ceiling, parse
from cm_tracker.domain.schedules.worked_phase import phase_lines
from cm_tracker.domain.schedules.worked_sample import (
    PLAIN_CENTS,
    PLAIN_PHASE,
    PLAIN_TRACK,
    WorkedLine,
    samples_for,
)
from cm_tracker.domain.schedules.worked_track import begin_lines, track_lines

POINTS = 100
# The day on which a ceiling is looked at in an example: the 31st of a month, some weeks into the year.
DAY = START + timedelta(days=90)
MONTHS = (
    phrase("January"), phrase("February"), phrase("March"), phrase("April"), phrase("May"), phrase("June"),
    phrase("July"), phrase("August"), phrase("September"), phrase("October"), phrase("November"), phrase("December"),
)  # fmt: skip


def worked_lines(document: Mapping[str, Any]) -> dict[str, WorkedLine]:
    """Return the worked lines of a document that the form can show, by the path of the field at which each stands."""
    lines = {"currency": _currency_line(document)}
    for n, ceiling in enumerate(document.get("ceilings") or []):
        lines[f"ceilings[{n}].scope"] = _ceiling_line(ceiling, samples_for(document, {}).money.currency)
    for t, track in enumerate(document["tracks"]):
        samples = samples_for(document, track)
        path = f"tracks[{t}]"
        lines.update({f"{path}.{key}": line for key, line in track_lines(samples, track)})
        for p, begins in enumerate(begin_lines(samples, track)):
            of_phase = phase_lines(samples, track, p, begins)
            lines.update({f"{path}.phases[{p}].{key}": line for key, line in of_phase})
    return lines


def _currency_line(document: Mapping[str, Any]) -> WorkedLine:
    own = document.get("currency") or DOLLARS
    cents, code = samples_for(document, {}).money
    says = phrase(
        "%(points)s points are worth %(amount)s %(code)s.", points=POINTS, amount=decimals(POINTS * cents), code=code
    )
    return WorkedLine(says, "" if code == own else code)


def _ceiling_line(keys: Mapping[str, Any], currency: str) -> WorkedLine:
    """Return what counts against a ceiling, with plain numbers in place of wrong ones."""
    scope = keys.get("scope")
    plain: dict[str, Any] = {"cents": 59900, "from": "07-01", "days": 30}
    needed = {"year_from": ["from"], "rolling": ["days"]}.get(scope, []) if isinstance(scope, str) else []
    ceiling, given = _ceiling_of(keys, scope, needed), ""
    if ceiling is None:
        given = ", ".join(str(plain[key]) for key in needed) or money_in(plain["cents"], currency)
        ceiling = _ceiling_of({**keys, **{key: plain[key] for key in needed}}, scope, needed)
    ceiling = ceiling or _ceiling_of(plain, scope, needed) or Ceiling(ENROLLMENT, 59900)
    return WorkedLine(ceiling_in_words(ceiling, currency), given)


def _ceiling_of(keys: Mapping[str, Any], scope: Any, needed: list[str]) -> Ceiling | None:
    ceiling = {"scope": scope, "cents": keys.get("cents"), **{key: keys.get(key) for key in needed}}
    document = {
        "format": SECOND_FORMAT,
        "name": "Plain",
        "source": "Plain",
        "point_value_cents": PLAIN_CENTS,
        "tracks": [{**PLAIN_TRACK, "pays": "points", "phases": [PLAIN_PHASE]}],
        "ceilings": [ceiling],
        "corrections": "keep",
    }
    return None if problems(document) else parse(document).ceilings[0]


def ceiling_in_words(ceiling: Ceiling, currency: str) -> str:
    """Return what counts against a ceiling on a day, and when it begins anew."""
    money = money_in(ceiling.cents, currency)
    if ceiling.scope == AWARD:
        return phrase(
            "A visit for which more is due is paid %(money)s at most; the level rises all the same.", money=money
        )
    if ceiling.scope == ENROLLMENT:
        return phrase(
            "All visits of an enrollment count together. A new enrollment begins with %(money)s again.", money=money
        )
    if ceiling.scope == LIFETIME:
        half = ceiling.cents // 2
        return phrase(
            "All enrollments of a client count together: after %(half)s in an earlier one, %(rest)s are left.",
            half=money_in(half, currency),
            rest=money_in(ceiling.cents - half, currency),
        )
    first = first_day_of(ceiling, DAY)
    if ceiling.scope == ROLLING:
        return phrase(
            "On %(day)s, everything from %(first)s on counts; on %(next)s, everything from %(second)s on.",
            day=_day(DAY),
            first=_day(first),
            next=_day(DAY + timedelta(days=1)),
            second=_day(first + timedelta(days=1)),
        )
    return phrase(
        "On %(day)s, everything from %(first)s on counts. On %(anew)s it begins with %(money)s again.",
        day=_day(DAY),
        first=_day(first),
        anew=_day(last_day_of(ceiling, DAY) + timedelta(days=1)),
        money=money,
    )


def _day(day: date) -> str:
    return phrase("%(month)s %(day)s", month=MONTHS[day.month - 1], day=day.day)
