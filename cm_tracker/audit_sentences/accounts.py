"""The sentences about accounts: who opened and changed them, and what one person did that two should."""

from collections.abc import Iterable
from functools import reduce

from cm_tracker.audit_sentences.words import dated, followed, of, told
from cm_tracker.i18n import gettext, lazy, marked, ngettext
from cm_tracker.queries.audit.trail import AuditLine

# Lines of before say "role", with one word; "staff" was the word for a coordinator then.
_AS = {
    "staff": lazy("staff"),
    "front_desk": lazy("the front desk"),
    "technician": lazy("a technician"),
    "counselor": lazy("a counselor"),
    "coordinator": lazy("a coordinator"),
    "lead": lazy("a lead"),
    "purchaser": lazy("a purchaser"),
    "auditor": lazy("an auditor"),
    "admin": lazy("an admin"),
}
_ROLES = {
    "staff": lazy("staff"),
    "front_desk": lazy("front desk"),
    "technician": lazy("technician"),
    "counselor": lazy("counselor"),
    "coordinator": lazy("coordinator"),
    "lead": lazy("lead"),
    "purchaser": lazy("purchaser"),
    "auditor": lazy("auditor"),
    "admin": lazy("admin"),
}


def _roles(line: AuditLine) -> list[str]:
    return [word for word in str(line.detail.get("roles", line.detail.get("role"))).split() if word in _ROLES]


def _together(words: Iterable[str]) -> str:
    return reduce(lambda one, other: gettext("%(one)s and %(other)s", one=one, other=other), map(str, words))


# What one person did, by the name of the duty (`domain.staff.duties`).
_DUTIES = {
    "entry": marked("%(who)s corrected what they had entered. The site has stated that it cannot keep the two apart."),
    "purchase": marked(
        "%(who)s counted the cabinet, or signed its count, after booking a delivery into it. The site has stated that it "
        "cannot keep the two apart."
    ),
    "pin": marked(
        "%(who)s handed out a prize with the PIN that they had set that day. The site has stated that it cannot keep the "
        "two apart."
    ),
}

key_given = dated(
    "from_on",
    marked("%(who)s entered that %(name)s has a key at %(site)s from %(day)s on."),
    marked("%(who)s entered that %(name)s has a key at %(site)s."),
)
key_returned = dated(
    "until_on",
    marked("%(who)s entered that %(name)s gave back a key at %(site)s, on %(day)s."),
    marked("%(who)s entered that %(name)s gave back a key at %(site)s."),
)
factor_taken_away = told(marked("%(who)s took away the second factor of %(account)s, which somebody had lost."))


def duty_combined(line: AuditLine) -> str:
    did_both = marked("%(who)s did both parts of a duty. The site has stated that it cannot keep the two apart.")
    return gettext(_DUTIES.get(str(line.detail.get("duty")), did_both), **of(line))


def account_added(line: AuditLine) -> str:
    if roles := _roles(line):
        together = _together(_AS[role] for role in roles)
        return gettext("%(who)s added %(account)s as %(roles)s.", **of(line), roles=together)
    return gettext("%(who)s added %(account)s.", **of(line))


def account_changed(line: AuditLine) -> str:
    parts = []
    if roles := _roles(line):
        together = _together(_ROLES[role] for role in roles)
        parts.append(ngettext("the role is %(roles)s", "the roles are %(roles)s", len(roles), roles=together))
    if line.detail.get("active") is False:
        parts.append(gettext("it is closed"))
    if line.detail.get("password_changed") is True:
        parts.append(gettext("it has a new password"))
    return followed(gettext("%(who)s changed %(account)s.", **of(line)), parts, ", ")
