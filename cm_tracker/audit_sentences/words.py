"""The parts of the sentences of the audit trail: who acted, for which client, how much, on which day.

A sentence is one message. What a line may lack has a message without it, and facts follow the sentence as a list.
"""

from collections.abc import Callable, Iterable
from datetime import date

from cm_tracker.domain.prizes.offers import NOBODY
from cm_tracker.i18n import day, gettext, lazy, ngettext, number
from cm_tracker.queries.audit.trail import AuditLine

Sentence = Callable[[AuditLine], str]

_WITHOUT_NAME = {
    "kiosk": lazy("Somebody at the kiosk"),
    "command": lazy("A command on the clinic’s machine"),
    "import": lazy("An import"),
    "demonstration": lazy("The demonstration"),
}


def of(line: AuditLine) -> dict[str, str]:
    """Return the values that a sentence can name.

    `who` acted and stands at the beginning. `client` is the client's code, and `code` is it at the beginning. `name` is
    that of a member of staff, `account` their account, and `thing` a prize.
    """
    return {
        "who": who(line),
        "client": line.client_code or gettext("a client"),
        "code": line.client_code or gettext("A client"),
        "site": line.site_name or gettext("a site"),
        "name": line.name or gettext("somebody"),
        "account": gettext("the account of %(name)s", name=line.name) if line.name else gettext("an account"),
        "thing": _thing(line),
    }


def who(line: AuditLine) -> str:
    """Return who acted, for the beginning of a sentence."""
    return line.staff_name or str(_WITHOUT_NAME.get(line.via) or gettext("Somebody"))


def told(message: str) -> Sentence:
    """Return the sentence for something of which there is no more to say."""
    return lambda line: gettext(message, **of(line))


def dated(name: str, with_day: str, without: str) -> Sentence:
    """Return the sentence with a day of the detail (`%(day)s`), and the one for a line that has none of that name."""

    def say(line: AuditLine) -> str:
        on = written_day(line, name)
        return gettext(with_day, **of(line), day=on) if on else gettext(without, **of(line))

    return say


def followed(sentence: str, facts: Iterable[str], between: str = "; ", *, after: str = ": ") -> str:
    """Return a sentence with facts at its end: behind a colon, or what else they come `after`."""
    joined = between.join(facts)
    return f"{sentence.removesuffix('.')}{after}{joined}." if joined else sentence


def is_at_kiosk(line: AuditLine) -> bool:
    """Return whether the client acted, at the kiosk."""
    return line.staff_name is None and line.via == "kiosk"


def _thing(line: AuditLine) -> str:
    """Return the prize, with its quantity if that is more than one."""
    quantity, name = whole(line, "quantity") or 1, line.name or gettext("a prize")
    return name if quantity == 1 else f"{number(quantity)} × {name}"


def whole(line: AuditLine, name: str) -> int | None:
    """Return a whole number from the detail, or None if the line has none of that name."""
    value = line.detail.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def written_day(line: AuditLine, name: str) -> str | None:
    """Return a formatted day from the detail, or None if the line has none of that name."""
    try:
        return day(date.fromisoformat(str(line.detail.get(name))))
    except ValueError:
        return None


def amount(value: int, unit: object) -> str:
    """Return an amount of a unit of the ledger: 1 point, 3 draws."""
    if unit == "draws":
        return ngettext("%(n)s draw", "%(n)s draws", value)
    return ngettext("%(n)s point", "%(n)s points", value)


def signed(value: int, unit: object) -> str:
    """Return an amount with its sign: +20 points."""
    return f"{'−' if value < 0 else '+'}{amount(abs(value), unit)}"


def without_pin(line: AuditLine) -> list[str]:
    """Return the words for something that the client did not confirm by PIN, or nothing."""
    return [gettext("without the client’s PIN")] if line.detail.get("confirmed") == NOBODY else []
