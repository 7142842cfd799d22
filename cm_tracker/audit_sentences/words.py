"""The parts of the sentences of the audit trail: who acted, for which client, how much, on which day."""

from collections.abc import Callable, Iterable
from datetime import date

from cm_tracker.domain.prizes.offers import NOBODY
from cm_tracker.i18n import day, number
from cm_tracker.queries.audit.trail import AuditLine

Sentence = Callable[[AuditLine], str]


def account(line: AuditLine) -> str:
    """Return whose account a line is about."""
    return f"the account of {line.name}" if line.name else "an account"


def who(line: AuditLine) -> str:
    """Return who acted, for the beginning of a sentence."""
    if line.staff_name:
        return line.staff_name
    return {
        "kiosk": "Somebody at the kiosk",
        "command": "A command on the clinic’s machine",
        "import": "An import",
        "demonstration": "The demonstration",
    }.get(line.via, "Somebody")


def is_at_kiosk(line: AuditLine) -> bool:
    """Return whether the client acted, at the kiosk."""
    return line.staff_name is None and line.via == "kiosk"


def screen(line: AuditLine) -> str:
    """Return the screen on which a client did something."""
    if is_at_kiosk(line):
        return "at the kiosk"
    return f"on the screen of {line.staff_name or 'somebody'}"


def client(line: AuditLine) -> str:
    """Return the client's code."""
    return line.client_code or "a client"


def client_first(line: AuditLine) -> str:
    """Return the client's code, for the beginning of a sentence."""
    return line.client_code or "A client"


def site(line: AuditLine) -> str:
    """Return the name of the site."""
    return line.site_name or "a site"


def thing(line: AuditLine) -> str:
    """Return the prize, with its quantity if that is more than one."""
    quantity = whole(line, "quantity") or 1
    if quantity == 1:
        return line.name or "a prize"
    return f"{number(quantity)} × {line.name or 'a prize'}"


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


def count(value: int, noun: str) -> str:
    """Return a number with its noun: 1 visit, 12 visits."""
    return f"{number(value)} {noun if value == 1 else noun + 's'}"


def amount(value: int, unit: object) -> str:
    """Return an amount of a unit of the ledger: 1 point, 3 draws."""
    return count(value, "draw" if unit == "draws" else "point")


def signed(value: int, unit: object) -> str:
    """Return an amount with its sign: +20 points."""
    return f"{'−' if value < 0 else '+'}{amount(abs(value), unit)}"


def on_day(line: AuditLine) -> str:
    """Return the day of the visit for the middle of a sentence, or nothing."""
    return f" on {day(line.day)}" if line.day else ""


def after_colon(parts: Iterable[str], between: str = "; ") -> str:
    """Return a colon and the joined parts for the end of a sentence, or nothing without parts."""
    joined = between.join(parts)
    return f": {joined}" if joined else ""


def without_pin(line: AuditLine) -> str:
    """Return the words for something that the client did not confirm by PIN, or nothing."""
    return ", without the client’s PIN" if line.detail.get("confirmed") == NOBODY else ""


def own(what: str) -> Sentence:
    """Return the sentence for something that people do with their own account."""

    def say(line: AuditLine) -> str:
        return f"{who(line)} {what}."

    return say
