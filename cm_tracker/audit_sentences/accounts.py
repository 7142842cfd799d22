"""The sentences about accounts: who opened and changed them, who signed in, and what one person did twice."""

from cm_tracker.audit_sentences.words import after_colon, who
from cm_tracker.labels.staff import source
from cm_tracker.queries.audit.trail import AuditLine

# Lines of before say "role", with one word; "staff" was the word for a coordinator then.
_ROLES = {
    "staff": "staff",
    "front_desk": "the front desk",
    "technician": "a technician",
    "counselor": "a counselor",
    "coordinator": "a coordinator",
    "lead": "a lead",
    "purchaser": "a purchaser",
    "auditor": "an auditor",
    "admin": "an admin",
}


def _roles(line: AuditLine) -> list[str]:
    return [word for word in str(line.detail.get("roles", line.detail.get("role"))).split() if word in _ROLES]


# What one person did, by the name of the duty (`domain.staff.duties`).
_DUTIES = {
    "entry": "corrected what they had entered",
    "purchase": "counted the cabinet, or signed its count, after booking a delivery into it",
    "pin": "handed out a prize with the PIN that they had set that day",
}


def duty_combined(line: AuditLine) -> str:
    did = _DUTIES.get(str(line.detail.get("duty")), "did both parts of a duty")
    return f"{who(line)} {did}. The site has stated that it cannot keep the two apart."


def _account(line: AuditLine) -> str:
    return f"the account of {line.name}" if line.name else "an account"


def account_added(line: AuditLine) -> str:
    roles = " and ".join(_ROLES[role] for role in _roles(line))
    return f"{who(line)} added {_account(line)}{f' as {roles}' if roles else ''}."


def account_changed(line: AuditLine) -> str:
    roles = [role.replace("_", " ") for role in _roles(line)]
    parts = [f"the {'roles are' if roles[1:] else 'role is'} {' and '.join(roles)}"] if roles else []
    if line.detail.get("active") is False:
        parts.append("it is closed")
    if line.detail.get("password_changed") is True:
        parts.append("it has a new password")
    return f"{who(line)} changed {_account(line)}{after_colon(parts, ', ')}."


def password_changed(line: AuditLine) -> str:
    return f"{who(line)} chose a new password."


def signed_in(line: AuditLine) -> str:
    return f"{who(line)} signed in."


def signed_out(line: AuditLine) -> str:
    return f"{who(line)} signed out."


def sign_in_refused(line: AuditLine) -> str:
    if line.number is None:
        return "Somebody could not sign in: there is no such user name."
    return f"Somebody could not sign in to {_account(line)}."


def password_refused(line: AuditLine) -> str:
    return f"{who(line)} typed a wrong current password, so it was not changed."


def wait_ended(line: AuditLine) -> str:
    return f"{who(line)} ended the wait of {_account(line)} after wrong passwords."


def source_stopped(line: AuditLine) -> str:
    return f"Nobody new can sign in from {_source(line)} for a while: too many different accounts failed there."


def source_wait_ended(line: AuditLine) -> str:
    return f"{who(line)} ended the wait of {_source(line)} after wrong passwords."


def _source(line: AuditLine) -> str:
    word = line.detail.get("source")
    return source(word) if isinstance(word, str) else "a browser or a network address"
