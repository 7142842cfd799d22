"""Forms to offer a prize, and for the client to confirm it."""

from functools import cache

from wtforms import BooleanField, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.prizes.offers import NOBODY, SCREEN
from cm_tracker.forms.base import Form, OnceForm, WholeNumber, id_in, radio, select
from cm_tracker.i18n import lazy


class OfferForm(OnceForm):
    """A prize for a client, for points."""

    # A value is the prize id and the shown price, such as 7:20.
    prize = radio(lazy("Prize"), [], validators=[InputRequired(lazy("Choose a prize."))])
    quantity = WholeNumber(
        lazy("How many"),
        default=1,
        validators=[Optional(), NumberRange(1, 100, lazy("Enter a whole number from 1 to 100."))],
        render_kw={"min": "1", "max": "100"},
    )
    is_set_aside = BooleanField(lazy("Set it aside: the client takes it later"))


class ChooseForm(OnceForm):
    """A prize of the tier that the client drew."""

    prize = radio(lazy("Prize"), [], coerce=int, validators=[InputRequired(lazy("Choose a prize."))])
    is_set_aside = BooleanField(lazy("Set it aside: the client takes it later"))


class SlipsForm(OnceForm):
    """A prize for each slip. `slips_form` adds a field for each of them; an empty one stays to be chosen later."""

    is_set_aside = BooleanField(lazy("Set them aside: the client takes them later"))

    slips = 0

    @property
    def chosen(self) -> list[SelectField]:
        """Return the field of each slip, in order."""
        return [self[f"prize_{number}"] for number in range(1, self.slips + 1)]


@cache
def slips_form(count: int) -> type[SlipsForm]:
    """Return the form for so many slips."""

    class ManySlipsForm(SlipsForm):
        slips = count

    for number in range(1, count + 1):
        setattr(ManySlipsForm, f"prize_{number}", select(f"Slip {number}", validators=[Optional()]))
    return ManySlipsForm


class ConfirmForm(Form):
    """The client's PIN on the staff screen, or the reason why there is none. `how` says which of the two was sent."""

    how = HiddenField(validators=[AnyOf([SCREEN, NOBODY])])
    pin = PasswordField("PIN", validators=[Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    why = StringField(
        "Why the client does not confirm",
        validators=[Length(max=200)],
        description="It is printed on the receipt.",
    )

    @property
    def is_without_pin(self) -> bool:
        """Return whether staff sent a reason why there is no PIN.

        Only then is the field for the reason open: after a wrong PIN it stays closed, because the client sees the screen.
        """
        return bool(self.how.data == NOBODY)


class ShownOffersForm(Form):
    """The offers that the page showed, for one confirmation of all of them: nobody confirms what they did not see."""

    offers = HiddenField(validators=[Length(max=500)])

    @property
    def shown(self) -> frozenset[int]:
        """Return the ids of the offers."""
        ids = (id_in(text) for text in str(self.offers.data or "").split("-"))
        return frozenset(one for one in ids if one is not None)


class ConfirmSlipsForm(ShownOffersForm, ConfirmForm):
    """The client's PIN for all slips on the staff screen, or the reason why there is none."""


class HandOverForm(OnceForm, ConfirmForm):
    """The confirmation of a handover. `how` is empty if the client confirmed the redemption a moment ago."""

    how = HiddenField(validators=[AnyOf(["", SCREEN, NOBODY])])


class TradeForm(OnceForm, ConfirmForm):
    """The prizes that are handed back, and the client's confirmation of the trade."""

    handed_back = SelectMultipleField(
        "What is handed back",
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )


class KioskConfirmForm(Form):
    """The client's PIN at the kiosk. The template has the labels, in the client's language."""

    pin = PasswordField(validators=[Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"})


class KioskConfirmSlipsForm(ShownOffersForm, KioskConfirmForm):
    """The client's PIN for all slips at the kiosk."""
