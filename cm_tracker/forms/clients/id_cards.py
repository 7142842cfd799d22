"""Forms for ID cards: whose are printed, and on which paper."""

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.clients.id_cards import A4, LETTER, MOST_PRINTED
from cm_tracker.forms.base import OnceForm, WholeNumber, radio

PAPER_NAMES = {A4: "A4", LETTER: "Letter"}


class CardsForm(OnceForm):
    """The clients whose cards are printed. Whoever has no card yet gets one."""

    client_ids = SelectMultipleField(
        "Clients",
        coerce=int,
        validators=[
            InputRequired("Choose at least one client."),
            Length(max=MOST_PRINTED, message=f"Print at most {MOST_PRINTED} cards at a time."),
        ],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    paper = radio("Paper", PAPER_NAMES.items(), default=A4, validators=[InputRequired("Choose the paper.")])


class LostCardForm(OnceForm):
    """Another card for a client. `shown` is the card that the page showed, 0 for none."""

    shown = WholeNumber(validators=[InputRequired()])
