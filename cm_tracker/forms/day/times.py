"""Fields for a time of day and for a length, typed as people write them."""

from collections.abc import Callable
from typing import Any

from wtforms import StringField

from cm_tracker import i18n
from cm_tracker.domain.day.times import parse_length, parse_time
from cm_tracker.domain.errors import BadInput
from cm_tracker.i18n import time_of_day

MOST_TYPED = 40


class _ParsedField(StringField):
    """A text that is read as a value, or None where it is empty. It shows the text as it was typed."""

    # A validator of the form decides whether it may be None.
    data: Any
    parse: Callable[[str], Any]

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the text. Raise `ValueError` with what to write for text that cannot be read."""
        if not valuelist:
            return
        self.data = None
        text = str(valuelist[0])
        if text.strip():
            try:
                self.data = type(self).parse(text[:MOST_TYPED])
            except BadInput as error:
                raise ValueError(error.message(i18n)) from None


class ClockField(_ParsedField):
    """A time of day: see `parse_time`."""

    parse = staticmethod(parse_time)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else time_of_day(self.data)


class LengthField(_ParsedField):
    """A length, whose data are minutes: see `parse_length`."""

    parse = staticmethod(parse_length)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        hours, minutes = divmod(self.data, 60)
        return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes or not hours else [])])
