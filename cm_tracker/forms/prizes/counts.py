"""Counting the cabinet, and signing what was counted."""

from collections.abc import Iterable
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from cm_tracker.domain.prizes.counts import MOST_OF_ONE
from cm_tracker.forms.base import OnceForm, WholeNumber, card_ends

SAYS = "Enter how many there are, or 0 for none."


def count_form(prizes: Iterable[tuple[int, str, bool]]) -> OnceForm:
    """A form with a field for each prize (id, name, whether it is serial), `prize_7`; it says nothing of what the ledger holds."""
    fields: dict[str, Any] = {
        f"prize_{prize_id}": _cards(name) if is_serial else _how_many(name) for prize_id, name, is_serial in prizes
    }
    form: OnceForm = type("CountForm", (OnceForm,), fields)()
    return form


def _how_many(name: str) -> WholeNumber:
    return WholeNumber(
        name,
        validators=[InputRequired(SAYS), NumberRange(0, MOST_OF_ONE, SAYS)],
        render_kw={"min": "0", "autocomplete": "off", "inputmode": "numeric"},
    )


def _cards(name: str) -> TextAreaField:
    return TextAreaField(
        name,
        validators=[
            InputRequired("Enter the last four digits of each card, or 0 for none."),
            Length(max=50_000),
        ],
        render_kw={"rows": 3, "autocomplete": "off", "spellcheck": "false"},
        description="The last four digits of each card that is there, one a line or with commas between them, or 0 for none.",
    )


def counted_of(form: OnceForm, prizes: Iterable[int]) -> dict[int, int | None]:
    """How many were counted, by prize."""
    return {prize_id: form[f"prize_{prize_id}"].data for prize_id in prizes}


def cards_of(form: OnceForm, prizes: Iterable[int]) -> dict[int, list[str]]:
    """The last four digits of the cards that were seen, by prize. What was typed beyond them is not shown again."""
    found = {}
    for prize_id in prizes:
        field = form[f"prize_{prize_id}"]
        seen = [piece[-4:] for piece in card_ends(field.data)]
        field.data = "\n".join(seen)
        found[prize_id] = [] if seen == ["0"] else seen
    return found


class SignForm(OnceForm):
    """The second person's signature."""

    reason = TextAreaField(
        "What you think happened to the difference",
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
    )
