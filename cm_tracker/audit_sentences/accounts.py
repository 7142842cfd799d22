"""The sentences about accounts: who opened and changed them, and what one person did that two should."""

from cm_tracker.audit_sentences.words import account, after_colon, site, who, written_day
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


def key_given(line: AuditLine) -> str:
    day = written_day(line, "from_on")
    return f"{who(line)} entered that {line.name or 'somebody'} has a key at {site(line)}{f' from {day} on' if day else ''}."


def key_returned(line: AuditLine) -> str:
    day = written_day(line, "until_on")
    return f"{who(line)} entered that {line.name or 'somebody'} gave back a key at {site(line)}{f', on {day}' if day else ''}."


def duty_combined(line: AuditLine) -> str:
    did = _DUTIES.get(str(line.detail.get("duty")), "did both parts of a duty")
    return f"{who(line)} {did}. The site has stated that it cannot keep the two apart."


def account_added(line: AuditLine) -> str:
    roles = " and ".join(_ROLES[role] for role in _roles(line))
    return f"{who(line)} added {account(line)}{f' as {roles}' if roles else ''}."


def account_changed(line: AuditLine) -> str:
    roles = [role.replace("_", " ") for role in _roles(line)]
    parts = [f"the {'roles are' if roles[1:] else 'role is'} {' and '.join(roles)}"] if roles else []
    if line.detail.get("active") is False:
        parts.append("it is closed")
    if line.detail.get("password_changed") is True:
        parts.append("it has a new password")
    return f"{who(line)} changed {account(line)}{after_colon(parts, ', ')}."


def factor_taken_away(line: AuditLine) -> str:
    return f"{who(line)} took away the second factor of {account(line)}, which somebody had lost."
