"""Forms to request an adjustment and to decide about it."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from cm_tracker.domain.ledger.adjustments import MOST
from cm_tracker.forms.base import OnceForm, WholeNumber, radio
from cm_tracker.i18n import lazy


class AdjustmentForm(OnceForm):
    """The request of one lead. `shown` says what of it goes beyond a ceiling, as the page showed it."""

    shown = HiddenField(validators=[Length(max=200)])
    unit = radio(lazy("What"), [("points", lazy("Points")), ("draws", lazy("Draws"))], default="points")
    direction = radio(
        lazy("Direction"),
        [("give", lazy("Give to the client")), ("take", lazy("Take from the client"))],
        default="give",
    )
    amount = WholeNumber(
        lazy("How many"),
        validators=[
            InputRequired(lazy("Enter a whole number.")),
            NumberRange(1, MOST, lazy("Enter a whole number from 1 to %(most)s.", most=format(MOST, ","))),
        ],
    )
    reason = TextAreaField(
        lazy("Why"),
        validators=[InputRequired(lazy("Say why.")), Length(max=1900)],
        render_kw={"rows": 3},
        description=lazy(
            "Write it so that a colleague understands it a year from now. Nothing about health: "
            "leads, auditors and administrators can read it."
        ),
    )

    def signed_amount(self) -> int:
        """Return the amount, negative if points or draws are taken from the client."""
        amount = int(self.amount.data)
        return -amount if self.direction.data == "take" else amount


class DecisionForm(OnceForm):
    """The decision of another lead, or the withdrawal by the lead who requested it."""

    decision = radio(lazy("Decision"), [], validators=[InputRequired(lazy("Choose a decision."))])
    reason = TextAreaField(
        lazy("Why"),
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy(
            "Required if you decline it. Nothing about health: leads, auditors and administrators can read it."
        ),
    )
