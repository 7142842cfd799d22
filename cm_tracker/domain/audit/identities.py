"""Breaking the glass: whoever works by code opens who one client is, for an hour, and says why."""

from datetime import timedelta

from cm_tracker.domain.errors import BadInput

OPEN_FOR = timedelta(hours=1)
# A lead is told for this long on the first page. The list of all openings stays.
TOLD_FOR = timedelta(days=7)
# Shorter than "audit" is no reason that a lead could judge.
FEWEST_CHARACTERS = 10


def check_reason(reason: str) -> str:
    """Return the reason without spaces around it. Raise `BadInput` for one that says nothing."""
    reason = reason.strip()
    if len(reason) < FEWEST_CHARACTERS:
        raise BadInput(
            "Say why you need to know who this is, in at least %(least)s characters. A lead reads it.",
            "reason",
            least=FEWEST_CHARACTERS,
        )
    return reason
