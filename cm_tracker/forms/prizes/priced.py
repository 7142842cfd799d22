"""Choices of prizes that carry the price that the page showed: their value is the id and the price, such as 7:20."""

import re

from wtforms import SelectField
from wtforms.fields import SelectChoice


def priced(prize_id: int, price_points: int) -> str:
    """Return the value of a choice."""
    return f"{prize_id}:{price_points}"


def id_and_price(value: str) -> tuple[int, int]:
    """Return the prize and the price of a value that the form has taken."""
    prize_id, _, price_points = value.partition(":")
    return int(prize_id), int(price_points)


def accept_old_price(field: SelectField) -> None:
    """Let a price that has changed meanwhile pass the form. The operation refuses it and names the new price."""
    sent = field.data or ""
    current = [choice.value for choice in field.choices]
    if re.fullmatch(r"[0-9]{1,15}:[0-9]{1,7}", sent) and sent not in current:
        field.choices = [*field.choices, SelectChoice(value=sent, label="")]


def choose_current_price(field: SelectField) -> None:
    """Let a form that is shown again offer current prices alone, with the same prize chosen."""
    field.choices = [choice for choice in field.choices if choice.label or not choice.value]
    prize = f"{(field.data or '').partition(':')[0]}:"
    field.data = next((choice.value for choice in field.choices if choice.value.startswith(prize)), "")
