"""Labels of the ledger: kinds of transactions, decisions about adjustments, results of verifications."""

import re

from cm_tracker.domain.ledger.adjustments import APPROVED, DECLINED, WITHDRAWN
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.domain.schedules.ceilings import ReceivedSum
from cm_tracker.i18n import day, gettext, lazy, marked, money, ngettext
from cm_tracker.labels.counting import amount
from cm_tracker.labels.tags import Tag
from cm_tracker.labels.visits import now, within

_KINDS = (
    marked("Award"), marked("Correction"), marked("Redemption"), marked("Undo"), marked("Adjustment"), marked("Delivery"),
    marked("Shrinkage"), marked("Expiry"), marked("Draw"), marked("Handover"), marked("Merge"), marked("Trade"),
)  # fmt: skip
_DECISIONS = {APPROVED: lazy("Approved"), DECLINED: lazy("Declined"), WITHDRAWN: lazy("Withdrawn")}
_DECIDED = {
    APPROVED: lazy("The adjustment is approved."),
    DECLINED: lazy("The adjustment is declined."),
    WITHDRAWN: lazy("The adjustment is withdrawn."),
}
# To what kind of account something moved.
_ACCOUNTS = {
    "client": lazy("to client"),
    "held": lazy("to held"),
    "cabinet": lazy("to cabinet"),
    "issued": lazy("to issued"),
    "spent": lazy("to spent"),
    "expired": lazy("to expired"),
    "program_loss": lazy("to program loss"),
    "supplier": lazy("to supplier"),
    "given": lazy("to given"),
    "shrinkage": lazy("to shrinkage"),
}
# Through what something was recorded, where no person is named.
_VIA = {
    "web": lazy("web"),
    "kiosk": lazy("kiosk"),
    "command": lazy("command"),
    "import": lazy("import"),
    "demonstration": lazy("demonstration"),
}
# What a verification looked at and what it never does, as its report has them.
_LOOKED_AT = (
    marked("answers to forms, by the audit trail"),
    marked("rules that no record may contradict"),
    marked("records of the log"),
    marked("checkpoints"),
    marked("texts of notes"),
    marked("sealed rows"),
    marked("balances"),
    marked("entries, summed in each unit"),
    marked("enrollments, replayed"),
    marked("draws, drawn again"),
    marked("lines of the audit trail, counted"),
    marked("anchors of the audit trail in the log"),
    marked("lines of the audit trail"),
)
_ROWS = re.compile(r"rows of (.+), by the audit trail")
_OUTSIDE = (
    marked("whether what staff recorded is true"),
    marked("passwords, PINs, sign-ins that are open, and the paired tablets"),
    marked("pictures, drafts of schedules, plans, services, closed days, goals, reviews, wishes and questions"),
    marked("the texts of notes that were erased"),
    marked("a change of a row that is watched, once the program itself has changed the same row again"),
    marked(
        "an administrator who rewrites the log, the audit trail and all checkpoints to match, unless a checkpoint was "
        "kept elsewhere"
    ),
)


def kind(word: str) -> Tag:
    """Return the kind of a transaction as a tag; rare kinds have a color. An unknown kind is shown as it is stored."""
    kind = KINDS.get(word)
    return Tag(gettext(kind.label), kind.tag) if kind else Tag(word, "")


def decision(word: str | None) -> Tag:
    """Return the decision about an adjustment as a tag, or that it waits for a second lead."""
    if word is None:
        return Tag(gettext("Waits for a second lead"), "warm")
    return Tag(str(_DECISIONS.get(word, word.capitalize())), "good" if word == APPROVED else "plain")


def decided(word: str) -> str:
    """Return what a page says once an adjustment is decided."""
    return str(_DECIDED[word])


def to_account(kind: str) -> str:
    """Return to what kind of account something moved: to client, to program loss."""
    return str(_ACCOUNTS[kind])


def via(word: str) -> str:
    """Return through what something was recorded, where no person is named: kiosk, command."""
    return str(_VIA.get(word, word))


def looked_at(what: str) -> str:
    """Return what a verification looked at, as a line of a table."""
    rows = _ROWS.fullmatch(what)
    said = gettext("rows of %(table)s, by the audit trail", table=rows[1]) if rows else gettext(what)
    return said[:1].upper() + said[1:]


def never_covered(what: str) -> str:
    """Return what no level of a verification covers, as a sentence."""
    said = gettext(what)
    return f"{said[:1].upper()}{said[1:]}."


def findings(n: int) -> Tag:
    """Return the number of findings of a verification as a tag."""
    if not n:
        return Tag(gettext("No findings"), "good")
    return Tag(ngettext("%(n)s finding", "%(n)s findings", n), "warm")


def worth(n: int, unit: str, point_value_cents: int) -> str:
    """Return an amount with what it is worth: 60 points ($15.00). Only points have a value."""
    return f"{amount(n, unit)} ({money(n * point_value_cents)})" if unit == "points" else amount(n, unit)


def received_when(of: ReceivedSum) -> str:
    """Return in which time something was received: This calendar year; Since enrolling on Mar 2, 2026."""
    return gettext("Since enrolling on %(day)s", day=day(of.since)) if of.since is not None else now(of.ceiling)


def beyond(of: ReceivedSum, cents: int) -> str:
    """Return how far a further amount goes beyond a ceiling."""
    return gettext(
        "%(sum)s %(within)s instead of at most %(most)s: %(beyond)s of it beyond the ceiling.",
        sum=money(of.received_cents + cents),
        within=within(of.ceiling),
        most=money(of.ceiling_cents or 0),
        beyond=money(of.beyond(cents)),
    )
