"""Times of day and lengths as people write them: "9:30", "1 pm", "13:00"; "2 h", "1:30", "45 min"."""

import re
from datetime import time

from cm_tracker.domain.errors import BadInput

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))? ?(?:([ap])\.?(?:m\.?)?)?")
_WORDS = {"noon": time(12), "midnight": time(0)}
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?: ?h(?:ours?)?)?")
_HOURS = re.compile(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))? ?h(?:ours?|rs?)?\.?")
_UNITS = re.compile(r"(?:([0-9]{1,2}) ?h(?:ours?|rs?)?\.? ?)?([0-9]{1,3}) ?(?:m(?:in(?:ute)?s?)?\.?)?")

NOON = 12
LAST_UNCLEAR = 6
"""Up to this hour a time without a leading zero may be one in the afternoon: "1:30"."""


def parse_time(text: str) -> time:
    """Return the time of day that a text names: 9, 9:30, 0930, 13:00, 1 pm, 1:30 PM, noon.

    Raise `BadInput` with what to write for any other text, and for 1 to 6 o'clock without am or pm, which can be meant
    both ways. A leading zero makes such a time one in the morning, as a browser writes it.
    """
    said = " ".join(text.split()).casefold()
    if said in _WORDS:
        return _WORDS[said]
    match = _TIME.fullmatch(said)
    if match is None:
        raise BadInput("Write the time as 9:30, 1 pm or 13:00.")
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    is_day = hour < 2 * NOON if half is None else 1 <= hour <= NOON
    if not is_day or minute > 59:
        raise BadInput("Write the time as 9:30, 1 pm or 13:00.")
    if half is not None:
        return time(hour % NOON + (NOON if half == "p" else 0), minute)
    if 1 <= hour <= LAST_UNCLEAR and not said.startswith("0"):
        raise BadInput("Write am or pm after the time, such as 1 pm.")
    return time(hour, minute)


def parse_length(text: str) -> int:
    """Return the minutes that a text says: 2 h, 1.5 h, 1:30, 1 h 30 min, 45 min. A number alone is minutes.

    Raise `BadInput` with what to write for any other text.
    """
    said = " ".join(text.split()).casefold()
    if match := _CLOCK.fullmatch(said):
        return int(match[1]) * 60 + int(match[2])
    if match := _HOURS.fullmatch(said):
        hundredths = int((match[2] or "").ljust(2, "0"))
        if hundredths * 60 % 100 == 0:
            return int(match[1]) * 60 + hundredths * 60 // 100
    if match := _UNITS.fullmatch(said):
        return int(match[1] or 0) * 60 + int(match[2])
    raise BadInput("Write the length as 2 h, 1 h 30 min or 45 min.")
