"""Forms to count the cabinet, and to check and sign a count."""

from collections.abc import Iterable
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from cm_tracker.domain.prizes.counts import MOST_OF_ONE
from cm_tracker.forms.base import OnceForm, WholeNumber, card_ends
from cm_tracker.i18n import lazy

SLIPS_PER_TRADE = lazy("Enter how many there are, or 0 for none.")


def count_form(prizes: Iterable[tuple[int, str, bool]]) -> OnceForm:
    """Return a form with a field for each prize, such as `prize_7`. It does not show the ledger's numbers.

    `prizes` are tuples of id, name, and whether the prize is recorded card by card.
    """
    fields: dict[str, Any] = {
        f"prize_{prize_id}": _cards(name) if is_serial else _how_many(name) for prize_id, name, is_serial in prizes
    }
    form: OnceForm = type("CountForm", (OnceForm,), fields)()
    return form


def _how_many(name: str) -> WholeNumber:
    return WholeNumber(
        name,
        validators=[InputRequired(SLIPS_PER_TRADE), NumberRange(0, MOST_OF_ONE, SLIPS_PER_TRADE)],
        render_kw={"min": "0", "autocomplete": "off", "inputmode": "numeric"},
    )


def _cards(name: str) -> TextAreaField:
    return TextAreaField(
        name,
        validators=[
            InputRequired(lazy("Enter the last four digits of each card, or 0 for none.")),
            Length(max=50_000),
        ],
        render_kw={"rows": 3, "autocomplete": "off", "spellcheck": "false"},
        description=lazy(
            "The last four digits of each card that is there, one per line or separated by commas. 0 for none."
        ),
    )


def counted_of(form: OnceForm, prizes: Iterable[int]) -> dict[int, int | None]:
    """Return how many were counted, by prize."""
    return {prize_id: form[f"prize_{prize_id}"].data for prize_id in prizes}


def cards_of(form: OnceForm, prizes: Iterable[int]) -> dict[int, list[str]]:
    """Return the last four digits of the counted cards by prize. The fields then show only these digits."""
    cards = {}
    for prize_id in prizes:
        field = form[f"prize_{prize_id}"]
        digits = [card[-4:] for card in card_ends(field.data)]
        field.data = "\n".join(digits)
        cards[prize_id] = [] if digits == ["0"] else digits
    return cards


class CheckForm(OnceForm):
    """What a second person says about a count: they found the same. They have not seen the ledger's numbers."""


class SignForm(OnceForm):
    """The signature under a difference, or a lead's order to count again."""

    reason = TextAreaField(
        lazy("What you think happened to the difference"),
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
    )
