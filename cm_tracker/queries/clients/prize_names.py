"""The names under which clients got prizes. A prize can be renamed; what a client got keeps the name of the time."""

from typing import Any

from sqlalchemy import case

from cm_tracker.models import Prize, Redemption


def spanish_of(english: Any) -> Any:
    """Return the Spanish name of a joined `Prize` beside the English one of the time, or NULL after a renaming.

    Only the English name is kept with a redemption, so the Spanish name of today can be that of something else.
    """
    return case((Prize.name == english, Prize.name_es))


NAME_ES = spanish_of(Redemption.prize_name)
"""The Spanish name of a redemption's prize, as `spanish_of` has it."""
