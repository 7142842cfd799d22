"""What pages call staff and their roles."""

from cm_tracker.domain.staff.roles import ADMIN, AUDITOR, COUNSELOR, FRONT_DESK, LEAD, STAFF

_ROLES = {
    STAFF: "Staff",
    COUNSELOR: "Counselor",
    FRONT_DESK: "Front desk",
    LEAD: "Lead",
    AUDITOR: "Auditor",
    ADMIN: "Admin",
}


def role(word: str) -> str:
    """Return a role as people read it."""
    return _ROLES[word]


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, in capitals."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
