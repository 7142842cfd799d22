"""The code that pairs a tablet with a site. A lead reads it from one screen, and types it on another."""

from datetime import timedelta

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.languages import LANGUAGES

# One of 78 thousand million.
LENGTH = 8
LIVES = timedelta(minutes=10)
# So many wrong codes may come from one network address before it waits. Behind a proxy, all browsers have one address.
TRIES = 20


def check_device(name: str, language: str) -> str:
    """Return the name of a tablet without spaces around it. Raise `BadInput` for a name or a language that cannot be."""
    name = " ".join(name.split())
    if not name or len(name) > 40:
        raise BadInput("A tablet needs a name of up to 40 characters, such as Front room tablet.", "name")
    if language not in LANGUAGES:
        raise BadInput("Choose the language in which the tablet greets.", "language")
    return name
