"""The sentences about where the money comes from."""

from cm_tracker.audit_sentences.words import after_colon, client, who, whole, written_day
from cm_tracker.i18n import money
from cm_tracker.queries.audit.trail import AuditLine


def _source(line: AuditLine) -> str:
    return f"the source of money {line.name}" if line.name else "a source of money"


def _from(line: AuditLine) -> str:
    day = written_day(line, "from_on")
    return f" from {day} on" if day else ""


def _limits(line: AuditLine) -> str:
    client_cents, total_cents, budget = (whole(line, f"{name}_cents") for name in ("client", "total", "budget"))
    parts = [
        f"{money(client_cents)} a client" if client_cents is not None else "no limit for a client",
        f"{money(total_cents)} in all" if total_cents is not None else "no limit in all",
    ]
    if budget is not None:
        parts.append(f"a budget of {money(budget)} for purchases")
    return after_colon(parts, ", ")


def added(line: AuditLine) -> str:
    return f"{who(line)} added {_source(line)}{_from(line)}{_limits(line)}."


def changed(line: AuditLine) -> str:
    if line.detail.get("is_closed"):
        return f"{who(line)} closed {_source(line)}{_from(line)}."
    return f"{who(line)} changed the terms of {_source(line)}{_from(line)}{_limits(line)}."


def chosen(line: AuditLine) -> str:
    if line.detail.get("source", 0) is None:
        return f"{who(line)} entered that no source of money pays for the enrollment of {client(line)}{_from(line)}."
    return f"{who(line)} chose who pays for the enrollment of {client(line)}{_from(line)}."
