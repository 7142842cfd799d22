"""What pages call the roles of staff."""

from cm_tracker.domain.staff.roles import ADMIN, AUDITOR, LEAD, STAFF

_ROLES = {STAFF: "Staff", LEAD: "Lead", AUDITOR: "Auditor", ADMIN: "Admin"}


def role(word: str) -> str:
    """Return a role as people read it."""
    return _ROLES[word]
