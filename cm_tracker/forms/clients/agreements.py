"""The forms of the agreement: a client signs it with their PIN or on paper, or a signature is withdrawn."""

from wtforms import HiddenField, PasswordField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from cm_tracker.domain.clients.agreements import PAPER, SCREEN
from cm_tracker.forms.base import DayField, OnceForm, select
from cm_tracker.i18n import lazy


class SignForm(OnceForm):
    """What the page showed, and how the client signs: `way` says which of the two forms of the page was sent."""

    way = HiddenField(validators=[AnyOf([PAPER, SCREEN])])
    shown = HiddenField(validators=[Length(max=64)])
    pin = PasswordField(
        lazy("PIN"), validators=[Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    signed_on = DayField(lazy("Signed on"), validators=[Optional()])
    witness_id = select(lazy("Who signed for the clinic?"), coerce=int, validate_choice=False)

    @property
    def is_paper(self) -> bool:
        """Return whether staff sent what was signed on paper."""
        return bool(self.way.data == PAPER)


class WithdrawForm(OnceForm):
    """Why a signature was recorded by mistake."""

    reason = TextAreaField(
        lazy("What went wrong?"),
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Such as: the paper belongs to another client."),
    )
