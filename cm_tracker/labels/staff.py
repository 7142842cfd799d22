"""What pages call staff and their roles."""

import json
from collections.abc import Collection

from cm_tracker.domain.audit.browsers import UNKNOWN
from cm_tracker.domain.staff.passwords import LEAST_PASSWORD, STRENGTHS
from cm_tracker.domain.staff.roles import (
    ADMIN,
    AUDITOR,
    COORDINATOR,
    COUNSELOR,
    FRONT_DESK,
    LEAD,
    PURCHASER,
    ROLES,
    TECHNICIAN,
)
from cm_tracker.i18n import gettext, lazy, marked

_ROLES = {
    FRONT_DESK: lazy("Front desk"),
    TECHNICIAN: lazy("Technician"),
    COUNSELOR: lazy("Counselor"),
    COORDINATOR: lazy("Coordinator"),
    LEAD: lazy("Lead"),
    PURCHASER: lazy("Purchaser"),
    AUDITOR: lazy("Auditor"),
    ADMIN: lazy("Admin"),
}


_STRENGTHS = {
    "enough": lazy("It is strong enough; one more word would make it stronger."),
    "good": lazy("It is a good one."),
    "strong": lazy("It is a strong one."),
}


def roles(words: Collection[str]) -> str:
    """Return roles as people read them: "Lead, Purchaser"."""
    return ", ".join(str(_ROLES[word]) for word in ROLES if word in words)


def strength(word: str) -> str:
    """Return how strong a new password is, as a sentence."""
    return str(_STRENGTHS[word])


def strength_while_typing() -> dict[str, str]:
    """Return the attributes of a field by which a script says how strong a password is, in the words of `strength`."""
    steps = [[least, strength(word)] for least, word in STRENGTHS]
    return {"data-least": str(LEAST_PASSWORD), "data-strengths": json.dumps(steps)}


_SOURCES = {
    "browser": marked("browser %(name)s"),
    "tablet": marked("tablet %(name)s of the kiosk"),
    "page": marked("the page for a new password"),
    "address": marked("network address %(name)s"),
}


def source(word: str) -> str:
    """Return the source of wrong passwords as people read it: "network address 203.0.113.7"."""
    kind, _, name = word.partition(":")
    if kind == "address" and name == "unknown":
        return gettext("an unknown network address")
    return gettext(_SOURCES[kind], name=name)


def browser(words: str) -> str:
    """Return a browser and its device, as `browser_name` names them, in the current language: Firefox on Windows."""
    name, _, device = words.partition(" on ")
    if name == UNKNOWN:
        name = gettext("an unknown browser")
    return gettext("%(browser)s on %(device)s", browser=name, device=device) if device else name


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name, in capitals."""
    words = name.split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
