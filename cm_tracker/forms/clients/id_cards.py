"""Forms for ID cards: whose are printed, and on which paper."""

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.clients.id_cards import A4, LETTER, MOST_PRINTED
from cm_tracker.forms.base import OnceForm, WholeNumber, radio
from cm_tracker.i18n import lazy

PAPER_NAMES = {A4: "A4", LETTER: lazy("Letter")}


class CardsForm(OnceForm):
    """The clients whose cards are printed. Whoever has no card yet gets one."""

    client_ids = SelectMultipleField(
        lazy("Clients"),
        coerce=int,
        validators=[
            InputRequired(lazy("Choose at least one client.")),
            Length(max=MOST_PRINTED, message=lazy("Print at most %(max)d cards at a time.")),
        ],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    paper = radio(lazy("Paper"), PAPER_NAMES.items(), default=A4, validators=[InputRequired(lazy("Choose the paper."))])


class LostCardForm(OnceForm):
    """Another card for a client. `shown` is the card that the page showed, 0 for none."""

    shown = WholeNumber(validators=[InputRequired()])
