"""Counting the cabinet, and signing what was counted."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from cm_tracker.domain.counts import MOST_OF_ONE
from cm_tracker.forms.shape import OnceForm, WholeNumber

SAYS = "Enter how many there are, 0 where there are none."


def count_form(prizes: Mapping[int, str]) -> OnceForm:
    """A form with a field for each prize, `prize_7`, by its name; it says nothing of what the ledger holds."""
    fields: dict[str, Any] = {
        f"prize_{prize_id}": WholeNumber(
            name,
            validators=[InputRequired(SAYS), NumberRange(0, MOST_OF_ONE, SAYS)],
            render_kw={"min": "0", "autocomplete": "off", "inputmode": "numeric"},
        )
        for prize_id, name in prizes.items()
    }
    form: OnceForm = type("CountForm", (OnceForm,), fields)()
    return form


def counted_of(form: OnceForm, prizes: Iterable[int]) -> dict[int, int | None]:
    """What was entered, by prize."""
    return {prize_id: form[f"prize_{prize_id}"].data for prize_id in prizes}


class SignForm(OnceForm):
    """The second person's signature."""

    reason = TextAreaField(
        "What you think happened to the difference",
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
    )
