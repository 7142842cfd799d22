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


def strength(word: str) -> str:
    """Return how strong a new password is, as a sentence."""
    return {
        "enough": "It is strong enough; one more word would make it stronger.",
        "good": "It is a good one.",
        "strong": "It is a strong one.",
    }[word]


def source(word: str) -> str:
    """Return the source of wrong passwords as people read it: "network address 203.0.113.7"."""
    kind, _, name = word.partition(":")
    return {
        "browser": f"browser {name}",
        "tablet": f"tablet {name} of the kiosk",
        "page": "the page for a new password",
        "address": f"network address {name}" if name != "unknown" else "an unknown network address",
    }[kind]


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, in capitals."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
