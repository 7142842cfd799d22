"""The sentences about goals, reviews and slips of meetings. None of them has words of a goal, a note or a slip."""

from cm_tracker.audit_sentences.words import Sentence, dated, of, written_day
from cm_tracker.i18n import gettext, marked
from cm_tracker.queries.audit.trail import AuditLine

# A review that was set, by its kind: with its day, and without.
_SET = {
    "check_in": (
        marked("%(who)s set a check-in of %(client)s, due on %(day)s."),
        marked("%(who)s set a check-in of %(client)s."),
    ),
    "weekly": (
        marked("%(who)s set a weekly review of %(client)s, due on %(day)s."),
        marked("%(who)s set a weekly review of %(client)s."),
    ),
    "transition": (
        marked("%(who)s set a transition plan of %(client)s, due on %(day)s."),
        marked("%(who)s set a transition plan of %(client)s."),
    ),
}
_SET_ANY = (
    marked("%(who)s set a review of %(client)s, due on %(day)s."),
    marked("%(who)s set a review of %(client)s."),
)


def on_day(with_day: str, without: str) -> Sentence:
    """Return the sentence for what somebody did with something of a client, with the day where the line has one."""
    return dated("on_day", with_day, without)


def reached(line: AuditLine) -> str:
    day = written_day(line, "on_day")
    if line.detail.get("is_paid") is False:
        if day:
            return gettext(
                "%(who)s recorded that a goal of %(client)s was met on %(day)s, without pay.", **of(line), day=day
            )
        return gettext("%(who)s recorded that a goal of %(client)s was met, without pay.", **of(line))
    if day:
        return gettext("%(who)s recorded that a goal of %(client)s was met on %(day)s.", **of(line), day=day)
    return gettext("%(who)s recorded that a goal of %(client)s was met.", **of(line))


def review_set(line: AuditLine) -> str:
    return on_day(*_SET.get(str(line.detail.get("kind")), _SET_ANY))(line)
