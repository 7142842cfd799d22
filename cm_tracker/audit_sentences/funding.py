"""The sentences about where the money comes from."""

from cm_tracker.audit_sentences.words import followed, of, whole, written_day
from cm_tracker.i18n import gettext, marked, money
from cm_tracker.queries.audit.trail import AuditLine


def _said(line: AuditLine, with_day: str, without: str) -> str:
    """Return the sentence with the source of money, and with the day from which it holds where the line has one."""
    source = gettext("the source of money %(name)s", name=line.name) if line.name else gettext("a source of money")
    day = written_day(line, "from_on")
    if day:
        return gettext(with_day, **of(line), source=source, day=day)
    return gettext(without, **of(line), source=source)


def _limits(line: AuditLine) -> list[str]:
    client_cents, total_cents, budget = (whole(line, f"{name}_cents") for name in ("client", "total", "budget"))
    parts = [
        gettext("no limit for a client")
        if client_cents is None
        else gettext("%(amount)s a client", amount=money(client_cents)),
        gettext("no limit in all") if total_cents is None else gettext("%(amount)s in all", amount=money(total_cents)),
    ]
    if budget is not None:
        parts.append(gettext("a budget of %(amount)s for purchases", amount=money(budget)))
    return parts


def added(line: AuditLine) -> str:
    sentence = _said(line, marked("%(who)s added %(source)s from %(day)s on."), marked("%(who)s added %(source)s."))
    return followed(sentence, _limits(line), ", ")


def changed(line: AuditLine) -> str:
    if line.detail.get("is_closed"):
        return _said(line, marked("%(who)s closed %(source)s from %(day)s on."), marked("%(who)s closed %(source)s."))
    sentence = _said(
        line,
        marked("%(who)s changed the terms of %(source)s from %(day)s on."),
        marked("%(who)s changed the terms of %(source)s."),
    )
    return followed(sentence, _limits(line), ", ")


def chosen(line: AuditLine) -> str:
    if line.detail.get("source", 0) is None:
        return _said(
            line,
            marked("%(who)s entered that no source of money pays for the enrollment of %(client)s from %(day)s on."),
            marked("%(who)s entered that no source of money pays for the enrollment of %(client)s."),
        )
    return _said(
        line,
        marked("%(who)s chose who pays for the enrollment of %(client)s from %(day)s on."),
        marked("%(who)s chose who pays for the enrollment of %(client)s."),
    )
