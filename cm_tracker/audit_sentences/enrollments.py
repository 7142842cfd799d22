"""The sentences about enrollments: begun, ended, paused, moved and transferred."""

from cm_tracker.audit_sentences.words import dated, followed, of, told, written_day
from cm_tracker.domain.clients.events import (
    COMPLETED,
    DIED,
    DISCHARGED,
    END,
    LEFT,
    MISTAKE,
    MOVE,
    MOVED_DOWN,
    MOVED_UP,
    PAUSE,
)
from cm_tracker.i18n import gettext, lazy, marked
from cm_tracker.queries.audit.trail import AuditLine

client_enrolled = told(marked("%(who)s enrolled %(client)s in a schedule."))


def client_transferred(line: AuditLine) -> str:
    day = written_day(line, "first_day")
    if line.name:
        # The query names both sites: "Harbor Street to Mill Road".
        old, _, new = line.name.partition(" to ")
        sentence = gettext("%(who)s transferred %(client)s from %(old)s to %(new)s.", **of(line), old=old, new=new)
    else:
        sentence = gettext("%(who)s transferred %(client)s to another site.", **of(line))
    return followed(sentence, [gettext("first day there %(day)s", day=day)] if day else [])


END_WORDS = {
    COMPLETED: lazy("completed"),
    MOVED_UP: lazy("moved to more intensive care"),
    MOVED_DOWN: lazy("moved to less intensive care"),
    LEFT: lazy("left the program"),
    DISCHARGED: lazy("discharged"),
    DIED: lazy("died"),
    MISTAKE: lazy("entered by mistake"),
}


def enrollment_ended(line: AuditLine) -> str:
    day, reason = written_day(line, "from_day"), str(line.detail.get("reason"))
    parts = [gettext("last day %(day)s", day=day)] if day and reason != MISTAKE else []
    parts += [str(END_WORDS[reason])] if reason in END_WORDS else []
    return followed(gettext("%(who)s ended the enrollment of %(client)s.", **of(line)), parts, ", ")


def enrollment_paused(line: AuditLine) -> str:
    first, last = written_day(line, "from_day"), written_day(line, "to_day")
    if first and last:
        return gettext(
            "%(who)s paused the enrollment of %(client)s from %(first)s to %(last)s.",
            **of(line),
            first=first,
            last=last,
        )
    if first:
        return gettext("%(who)s paused the enrollment of %(client)s from %(first)s.", **of(line), first=first)
    return gettext("%(who)s paused the enrollment of %(client)s.", **of(line))


def enrollment_resumed(line: AuditLine) -> str:
    last = written_day(line, "to_day")
    sentence = gettext("%(who)s resumed the enrollment of %(client)s.", **of(line))
    return followed(sentence, [gettext("paused until %(day)s", day=last)] if last else [])


enrollment_moved = dated(
    "from_day",
    marked("%(who)s moved %(client)s to another version of a schedule from %(day)s on."),
    marked("%(who)s moved %(client)s to another version of a schedule."),
)
_WITHDRAWN = {
    END: marked("%(who)s withdrew the end of the enrollment of %(client)s."),
    PAUSE: marked("%(who)s withdrew a pause of the enrollment of %(client)s."),
    MOVE: marked("%(who)s withdrew a move of the enrollment of %(client)s."),
}
_EVENT_WITHDRAWN = marked("%(who)s withdrew an event of the enrollment of %(client)s.")


def event_withdrawn(line: AuditLine) -> str:
    return gettext(_WITHDRAWN.get(str(line.detail.get("kind")), _EVENT_WITHDRAWN), **of(line))
