"""The sentences about goals, reviews and slips of meetings. None of them has words of a goal, a note or a slip."""

from cm_tracker.audit_sentences.words import Sentence, client, site, who, written_day
from cm_tracker.queries.audit.trail import AuditLine

REVIEWS = {"check_in": "check-in", "weekly": "weekly review", "transition": "transition plan"}


def done(what: str, before_day: str = "") -> Sentence:
    """Return the sentence for what somebody did with something of a client, with the day where the line has one."""

    def say(line: AuditLine) -> str:
        day = written_day(line, "on_day")
        return f"{who(line)} {what} of {client(line)}{f'{before_day}{day}' if day and before_day else ''}."

    return say


def reached(line: AuditLine) -> str:
    day = written_day(line, "on_day")
    unpaid = ", without pay" if line.detail.get("is_paid") is False else ""
    return f"{who(line)} recorded that a goal of {client(line)} was met{f' on {day}' if day else ''}{unpaid}."


def review_set(line: AuditLine) -> str:
    day, kind = written_day(line, "on_day"), REVIEWS.get(str(line.detail.get("kind")), "review")
    return f"{who(line)} set a {kind} of {client(line)}{f', due on {day}' if day else ''}."


def listed(what: str) -> Sentence:
    """Return the sentence for a change of a site's list of goals."""
    return lambda line: f"{who(line)} {what} the list of goals at {site(line)}."
