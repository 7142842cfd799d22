"""Offering a prize, and the client's word for it."""

from wtforms import BooleanField, HiddenField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.prizes.offers import NOBODY, SCREEN
from cm_tracker.forms.base import Form, OnceForm, WholeNumber, radio


class OfferForm(OnceForm):
    """A prize for a client, for points."""

    # The value is the prize with the price that is shown, as in 7:20.
    prize = radio("Prize", [], validators=[InputRequired("Choose a prize.")])
    quantity = WholeNumber(
        "How many",
        default=1,
        validators=[Optional(), NumberRange(1, 100, "Enter a whole number from 1 to 100.")],
        render_kw={"min": "1", "max": "100"},
    )
    is_set_aside = BooleanField("Set it aside: the client takes it later")


class ChooseForm(OnceForm):
    """A prize of the tier that was drawn."""

    prize = radio("Prize", [], coerce=int, validators=[InputRequired("Choose a prize.")])
    is_set_aside = BooleanField("Set it aside: the client takes it later")


class ConfirmForm(Form):
    """The client's PIN on staff's screen, or why there is none. `how` says which of the two was sent."""

    how = HiddenField(validators=[AnyOf([SCREEN, NOBODY])])
    pin = PasswordField("PIN", validators=[Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    why = StringField(
        "Why the client does not confirm",
        validators=[Length(max=200)],
        description="It is printed on the receipt.",
    )

    @property
    def is_without_pin(self) -> bool:
        """Return whether somebody began to say why there is no PIN."""
        return bool(self.why.errors or self.why.data)


class HandOverForm(OnceForm, ConfirmForm):
    """The same when what was set aside is handed over. `how` is empty where the client confirmed just before."""

    how = HiddenField(validators=[AnyOf(["", SCREEN, NOBODY])])


class TradeForm(OnceForm, ConfirmForm):
    """Prizes that are handed back, and the client's word for the trade."""

    handed_back = SelectMultipleField(
        "What is handed back",
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )


class KioskConfirmForm(Form):
    """The client's word at the kiosk. The labels are the template's, in the client's language."""

    pin = PasswordField(validators=[Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"})
