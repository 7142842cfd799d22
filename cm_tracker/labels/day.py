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
from cm_tracker.i18n import time_in
from cm_tracker.labels.consequences import lines
from cm_tracker.labels.hours import duration
from cm_tracker.queries.day.board import SheetLine
from cm_tracker.queries.day.closing import OpenSlot
from cm_tracker.queries.day.lines import SlotLine
from cm_tracker.sentences import amount

KIND_NAMES = {
    "group": "Group",
    "individual": "Individual session",
    "family": "Family session",
    "psychoeducation": "Psychoeducation",
    "skills": "Skills group",
    "recovery_support": "Recovery support",
    "medication": "Medication",
    "telehealth": "Telehealth",
    "community_meeting": "Community meeting",
    "recovery_activity": "Recovery activity",
    "test_visit": "Test visit",
}
LEVEL_NAMES = {
    "detox_referral": "Detox referral",
    "residential": "Residential",
    "partial_hospital": "Partial hospital",
    "intensive_outpatient": "Intensive outpatient",
    "outpatient": "Outpatient",
    "aftercare": "Aftercare",
}
REASON_NAMES = {
    "first": "First plan",
    "step_up": "Step up: more care",
    "step_down": "Step down: less care",
    "services": "Other services",
    "times": "Other days or times",
}
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

KIND_CHOICES = [(kind, KIND_NAMES[kind]) for kind in KINDS]
LEVEL_CHOICES = [(level, LEVEL_NAMES[level]) for level in LEVELS]
REASON_CHOICES = [(reason, REASON_NAMES[reason]) for reason in REASONS]

STATE_NAMES = {
    "arrived": "here",
    "missing": "missing",
    "later": "later",
    "waits": "waits for the laboratory",
    "attended": "done",
    "excused": "excused",
    "absent": "did not come",
    "moved": "comes on another day",
    "closed": "excused: closed",
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


LATE_FOR = timedelta(hours=12)
"""For so long a client is late. Of an earlier day, nobody reads how many hours ago it was."""


def clock_time(at: datetime, zone: str) -> tuple[str, str]:
    """Return the time on the wall in two parts: 1:05 and PM."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02}", "AM" if local.hour < 12 else "PM"


def waits(line: SlotLine, now: datetime) -> str:
    """Return how long a client who came for a test has waited, or nothing for somebody who is in a session."""
    if line.note is None or line.note.at is None or not line.slot.is_test:
        return ""
    minutes = int((now - line.note.at).total_seconds() // 60)
    return f"waits {duration(minutes)}" if minutes > 0 else "just came"


def about(line: SlotLine, leader: str | None, now: datetime) -> str:
    """Return what a slot is for, and what it earns or how late the client is."""
    what = [line.service.name, leader or ""]
    if called(line):
        what.append(called(line))
    elif line.state == "missing":
        if now - line.due_at < LATE_FOR:
            what.append(f"{duration(int((now - line.due_at).total_seconds() // 60))} late")
    elif line.earns is not None:
        what.append(f"earns {amount(line.earns.amount, line.earns.unit)}")
    if not line.slot.is_listed:
        what.append("not expected")
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
    reason = EXCUSES.get(reason_given(line))
    return f"does not come: {reason[0].lower()}{reason[1:]}" if reason else "does not come"


def noted(line: SlotLine) -> str:
    """Return what somebody noted last of a slot."""
    return called(line) if line.is_open and called(line) else STATE_NAMES[line.state]


def about_meeting(sheet: SheetLine, leader: str | None) -> str:
    """Return how many people a group expects, who leads it and where, and what became of them so far.

    The counts at the top of the page are those of all people, in a group or alone: here a group says its part of them.
    """
    n = len(sheet.lines)
    counts = [(sum(line.state == state for line in sheet.lines), state) for state in ("arrived", "missing", "later")]
    states = [f"{count} {STATE_NAMES[state]}" for count, state in counts if count and sheet.is_open]
    what = [f"{n} {'person' if n == 1 else 'people'}", leader or "", sheet.service.place or "", ", ".join(states)]
    return " · ".join(part for part in what if part)


def earns(line: SlotLine) -> str:
    """Return what a row of a sheet will earn, or a dash."""
    return amount(line.earns.amount, line.earns.unit) if line.earns else "–"


def earned(line: SlotLine) -> str:
    """Return what a row of a sheet earned: an amount, that the step is kept, or no points."""
    if line.earns is not None and line.earns.amount:
        return amount(line.earns.amount, line.earns.unit)
    if line.state in ("excused", "closed"):
        return "step kept" if line.visit else ""
    return "no points" if line.slot.behavior and line.state == "attended" else ""


def here_since(line: SlotLine, zone: str) -> str:
    """Return whether somebody who is open has come, and when."""
    if line.state == "arrived" and line.note is not None and line.note.at is not None:
        return f"Here since {time_in(line.note.at, zone)}"
    return noted(line).capitalize()


def became(line: SlotLine) -> str:
    """Return what became of a row of a sheet, with the minutes of somebody who was here for a part."""
    if line.state == "attended" and line.note is not None and line.note.minutes is not None:
        return f"Was here {line.note.minutes} of {line.slot.minutes} minutes"
    if line.state == "excused" and line.note is not None and line.note.excuse in EXCUSES:
        return f"Excused: {EXCUSES[line.note.excuse].lower()}"
    return STATE_NAMES[line.state].capitalize()


def then_next(line: SlotLine) -> str:
    """Return what became of a row of a sheet, and what the client's next visit earns."""
    next_one = f"the next one earns {amount(line.next_earns.amount, line.next_earns.unit)}" if line.next_earns else ""
    return " · ".join(part for part in (became(line), next_one) if part)


def stands(line: SlotLine, names: Mapping[int, str], zone: str) -> str:
    """Return who noted what of a slot that somebody else wanted to save, or nothing where nobody did."""
    if line.note is None or line.note.noted_at is None:
        return ""
    who = names.get(line.note.staff_id or 0, "The program")
    return f"{who} noted at {time_in(line.note.noted_at, zone)}: {became(line).lower()}. That stands."


def paid_in_all(lines: Iterable[SlotLine]) -> list[str]:
    """Return what the people of a sheet earned together: 50 points for 5 people, 5 draws for 2 people."""
    found: dict[str, list[int]] = {}
    for line in lines:
        if line.visit is not None and line.earns is not None and line.earns.amount:
            found.setdefault(line.earns.unit, []).append(line.earns.amount)
    return [
        f"{amount(sum(amounts), unit)} for {len(amounts)} {'person' if len(amounts) == 1 else 'people'}"
        for unit, amounts in sorted(found.items())
    ]


def follows(one: OpenSlot) -> str:
    """Return what follows from an absence without excuse."""
    if not one.is_worked_out:
        return "The client's page says what follows."
    if one.absence is None or one.track is None:
        return "It is noted. It changes nothing that is earned."
    if one.absence.result is None:
        return "It is noted. The paid visits of that week took place, so nothing is lost."
    line = lines((one.absence,), one.track)[0]
    return f"{line.text} {line.note}".strip()


def oldest(code: str, day: date, today: date) -> str:
    """Return since when the oldest of some visits waits: The oldest, HS-105, for 33 days."""
    days = (today - day).days
    since = "since today" if days < 1 else f"for {days} {'day' if days == 1 else 'days'}"
    return f"The oldest, {code}, {since}."


def last_of(later: Sequence[SlotLine], zone: str) -> str:
    """Return when the last of some slots begins: "the last one at 7:00 PM"."""
    last = max(line.due_at for line in later)
    return f"{'the last one ' if len(later) > 1 else ''}at {time_in(last, zone)}"


class Asked(Protocol):
    """The attributes of what was asked at the kiosk that `asked` uses."""

    @property
    def topic(self) -> str: ...
    @property
    def prize_name(self) -> str | None: ...


def asked(line: Asked) -> str:
    """Return what a client asked for at the kiosk, in a few words."""
    return {
        "points": "asks why the points changed",
        "talk": "wants to talk",
        "next_visit": "asks about the next visit",
    }.get(line.topic) or f"wants {line.prize_name}"
