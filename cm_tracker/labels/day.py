"""Words of the clinic's week on pages of staff: kinds of services, levels of care, reasons, weekdays."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zlib import crc32
from zoneinfo import ZoneInfo

from cm_tracker.domain.day.plans import LEVELS, REASONS
from cm_tracker.domain.day.services import KINDS
from cm_tracker.domain.day.states import NOT_COMING
from cm_tracker.forms.visits.visits import EXCUSES
from cm_tracker.i18n import gettext, lazy, ngettext, time_in, time_of_day
from cm_tracker.labels.consequences import lines
from cm_tracker.labels.hours import duration
from cm_tracker.queries.day.board import SheetLine
from cm_tracker.queries.day.closing import OpenSlot
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.sentences import amount

KIND_NAMES = {
    "group": lazy("Group"),
    "individual": lazy("Individual session"),
    "family": lazy("Family session"),
    "psychoeducation": lazy("Psychoeducation"),
    "skills": lazy("Skills group"),
    "recovery_support": lazy("Recovery support"),
    "medication": lazy("Medication"),
    "telehealth": lazy("Telehealth"),
    "community_meeting": lazy("Community meeting"),
    "recovery_activity": lazy("Recovery activity"),
    "test_visit": lazy("Test visit"),
}
LEVEL_NAMES = {
    "detox_referral": lazy("Detox referral"),
    "residential": lazy("Residential"),
    "partial_hospital": lazy("Partial hospital"),
    "intensive_outpatient": lazy("Intensive outpatient"),
    "outpatient": lazy("Outpatient"),
    "aftercare": lazy("Aftercare"),
}
REASON_NAMES = {
    "first": lazy("First plan"),
    "step_up": lazy("Step up: more care"),
    "step_down": lazy("Step down: less care"),
    "services": lazy("Other services"),
    "times": lazy("Other days or times"),
}
WEEKDAY_NAMES = (
    lazy("Monday"), lazy("Tuesday"), lazy("Wednesday"), lazy("Thursday"), lazy("Friday"), lazy("Saturday"),
    lazy("Sunday"),
)  # fmt: skip
# Each weekday of all weeks.
EVERY_WEEKDAY = (
    lazy("Mondays"), lazy("Tuesdays"), lazy("Wednesdays"), lazy("Thursdays"), lazy("Fridays"), lazy("Saturdays"),
    lazy("Sundays"),
)  # fmt: skip

KIND_CHOICES = [(kind, KIND_NAMES[kind]) for kind in KINDS]
LEVEL_CHOICES = [(level, LEVEL_NAMES[level]) for level in LEVELS]
REASON_CHOICES = [(reason, REASON_NAMES[reason]) for reason in REASONS]

STATE_NAMES = {
    "arrived": lazy("here"),
    "missing": lazy("missing"),
    "later": lazy("later"),
    "waits": lazy("waits for the laboratory"),
    "attended": lazy("done"),
    "excused": lazy("excused"),
    "absent": lazy("did not come"),
    "moved": lazy("comes on another day"),
    "closed": lazy("excused: closed"),
}
# The drawing that stands for a state, see templates/_components.html.
STATE_ICONS = {
    "arrived": "here",
    "missing": "missing",
    "later": "later",
    "waits": "later",
    "attended": "done",
    "excused": "excused",
    "absent": "missing",
    "moved": "later",
    "closed": "excused",
}

# What a link to more rows leads to, by the count at the top that it belongs to.
OF_THOSE = {
    "arrived": lazy("of those who are arrived"),
    "missing": lazy("of those who are missing"),
    "later": lazy("of those who are later"),
    "done": lazy("of those who are done"),
    "excused": lazy("of those who are excused"),
}


LATE_FOR = timedelta(hours=12)
"""For so long a client is late. Of an earlier day, nobody reads how many hours ago it was."""


def clock_time(at: datetime, zone: str) -> tuple[str, str]:
    """Return the time on the wall in two parts: 1:05 and PM."""
    time, _, half = time_of_day(at.astimezone(ZoneInfo(zone)).time()).partition(" ")
    return time, half


def waits(line: SlotLine, now: datetime) -> str:
    """Return how long a client who came for a test has waited, or nothing for somebody who is in a session."""
    if line.note is None or line.note.at is None or not line.slot.is_test:
        return ""
    minutes = int((now - line.note.at).total_seconds() // 60)
    return gettext("waits %(time)s", time=duration(minutes)) if minutes > 0 else gettext("just came")


def about(line: SlotLine, leader: str | None, now: datetime) -> str:
    """Return what a slot is for, and what it earns or how late the client is."""
    what = [line.service.name, leader or ""]
    if called(line):
        what.append(called(line))
    elif line.state == "missing":
        if now - line.due_at < LATE_FOR:
            minutes = int((now - line.due_at).total_seconds() // 60)
            what.append(gettext("%(time)s late", time=duration(minutes)))
    elif line.earns is not None:
        what.append(gettext("earns %(amount)s", amount=amount(line.earns.amount, line.earns.unit)))
    if not line.slot.is_listed:
        what.append(gettext("not expected"))
    return " · ".join(part for part in what if part)


def mark(line: SlotLine, leader: str | None, now: datetime, note: str) -> str:
    """Return a short digest of all that a row of the board shows. A row with the same mark is the same.

    `note` is what else stands beside the client's name.
    """
    shown = (
        line.key, line.slot.on_day, line.person.code, line.person.name, line.state, line.due_at, line.note and line.note.id,
        line.visit and (line.visit.id, line.visit.outcome), line.is_read, about(line, leader, now), note,
    )  # fmt: skip
    return f"{crc32(repr(shown).encode()):08x}"


def about_today(line: SlotLine, leader: str | None, now: datetime) -> str:
    """Return the same beside the name of the service, for the page of the client."""
    return about(line, leader, now).removeprefix(line.service.name).removeprefix(" · ")


def reason_given(line: SlotLine) -> str:
    """Return the reason of a client who has said that they do not come, as forms send it, or nothing."""
    note = line.note
    return note.excuse or "" if note is not None and note.status == NOT_COMING else ""


def called(line: SlotLine) -> str:
    """Return that a client has said that they do not come, with the reason that they gave, or nothing."""
    if line.note is None or line.note.status != NOT_COMING:
        return ""
    reason = str(EXCUSES.get(reason_given(line), ""))
    if not reason:
        return gettext("does not come")
    return gettext("does not come: %(reason)s", reason=f"{reason[0].lower()}{reason[1:]}")


def noted(line: SlotLine) -> str:
    """Return what somebody noted last of a slot."""
    return called(line) if line.is_open and called(line) else str(STATE_NAMES[line.state])


def about_meeting(sheet: SheetLine, leader: str | None) -> str:
    """Return how many people a group expects, who leads it and where, and what became of them so far.

    The counts at the top of the page are those of all people, in a group or alone: here a group says its part of them.
    """
    states = [line.state for line in sheet.lines] if sheet.is_open else []
    here, missing, later = (states.count(state) for state in ("arrived", "missing", "later"))
    counts = [
        (here, ngettext("%(n)s here", "%(n)s here", here)),
        (missing, ngettext("%(n)s missing", "%(n)s missing", missing)),
        (later, ngettext("%(n)s later", "%(n)s later", later)),
    ]
    people = ngettext("%(n)s person", "%(n)s people", len(sheet.lines))
    what = [people, leader or "", sheet.service.place or "", ", ".join(words for count, words in counts if count)]
    return " · ".join(part for part in what if part)


def earns(line: SlotLine) -> str:
    """Return what a row of a sheet will earn, or a dash."""
    return amount(line.earns.amount, line.earns.unit) if line.earns else "–"


def earned(line: SlotLine) -> str:
    """Return what a row of a sheet earned: an amount, that the step is kept, or no points."""
    if line.earns is not None and line.earns.amount:
        return amount(line.earns.amount, line.earns.unit)
    if line.state in ("excused", "closed"):
        return gettext("step kept") if line.visit else ""
    return gettext("no points") if line.slot.behavior and line.state == "attended" else ""


def here_since(line: SlotLine, zone: str) -> str:
    """Return whether somebody who is open has come, and when."""
    if line.state == "arrived" and line.note is not None and line.note.at is not None:
        return gettext("Here since %(time)s", time=time_in(line.note.at, zone))
    return noted(line).capitalize()


def became(line: SlotLine) -> str:
    """Return what became of a row of a sheet, with the minutes of somebody who was here for a part."""
    if line.state == "attended" and line.note is not None and line.note.minutes is not None:
        return gettext("Was here %(here)s of %(all)s minutes", here=line.note.minutes, all=line.slot.minutes)
    if line.state == "excused" and line.note is not None and line.note.excuse in EXCUSES:
        return gettext("Excused: %(reason)s", reason=str(EXCUSES[line.note.excuse]).lower())
    return str(STATE_NAMES[line.state]).capitalize()


def then_next(line: SlotLine) -> str:
    """Return what became of a row of a sheet, and what the client's next visit earns."""
    after = amount(line.next_earns.amount, line.next_earns.unit) if line.next_earns else ""
    next_one = gettext("the next one earns %(amount)s", amount=after) if after else ""
    return " · ".join(part for part in (became(line), next_one) if part)


def stands(line: SlotLine, names: Mapping[int, str], zone: str) -> str:
    """Return who noted what of a slot that somebody else wanted to save, or nothing where nobody did."""
    if line.note is None or line.note.noted_at is None:
        return ""
    who = names.get(line.note.staff_id or 0) or gettext("The program")
    return gettext(
        "%(name)s noted at %(time)s: %(what)s. That stands.",
        name=who,
        time=time_in(line.note.noted_at, zone),
        what=became(line).lower(),
    )


def paid_in_all(lines: Iterable[SlotLine]) -> list[str]:
    """Return what the people of a sheet earned together: 50 points for 5 people, 5 draws for 2 people."""
    found: dict[str, list[int]] = {}
    for line in lines:
        if line.visit is not None and line.earns is not None and line.earns.amount:
            found.setdefault(line.earns.unit, []).append(line.earns.amount)
    return [
        ngettext("%(sum)s for %(n)s person", "%(sum)s for %(n)s people", len(amounts), sum=amount(sum(amounts), unit))
        for unit, amounts in sorted(found.items())
    ]


def follows(one: OpenSlot) -> str:
    """Return what follows from an absence without excuse."""
    if not one.is_worked_out:
        return gettext("The client's page says what follows.")
    if one.absence is None or one.track is None:
        return gettext("It is noted. It changes nothing that is earned.")
    if one.absence.result is None:
        return gettext("It is noted. The paid visits of that week took place, so nothing is lost.")
    line = lines((one.absence,), one.track)[0]
    return f"{line.text} {line.note}".strip()


def oldest(code: str, day: date, today: date) -> str:
    """Return since when the oldest of some visits waits: The oldest, HS-105, for 33 days."""
    days = (today - day).days
    if days < 1:
        return gettext("The oldest, %(code)s, since today.", code=code)
    return ngettext("The oldest, %(code)s, for %(n)s day.", "The oldest, %(code)s, for %(n)s days.", days, code=code)


def last_of(later: Sequence[SlotLine], zone: str) -> str:
    """Return when the last of some slots begins: "the last one at 7:00 PM"."""
    last = time_in(max(line.due_at for line in later), zone)
    return gettext("the last one at %(time)s", time=last) if len(later) > 1 else gettext("at %(time)s", time=last)


class Asked(Protocol):
    """The attributes of what was asked at the kiosk that `asked` uses."""

    @property
    def topic(self) -> str: ...
    @property
    def prize_name(self) -> str | None: ...


def asked(line: Asked) -> str:
    """Return what a client asked for at the kiosk, in a few words."""
    known = {
        "points": gettext("asks why the points changed"),
        "talk": gettext("wants to talk"),
        "next_visit": gettext("asks about the next visit"),
    }
    return known.get(line.topic) or gettext("wants %(prize)s", prize=line.prize_name)
