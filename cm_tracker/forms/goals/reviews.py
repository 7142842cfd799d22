"""Forms of reviews."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.goals.reviews import DONE, DROPPED, MOVED
from cm_tracker.forms.base import DayField, OnceForm, WholeNumber, radio
from cm_tracker.i18n import lazy

WAYS = (
    (DONE, lazy("It is done")),
    (MOVED, lazy("Move it to another day")),
    (DROPPED, lazy("Drop it: it is not needed")),
)


class NewReviewForm(OnceForm):
    """A review that is due on a day."""

    kind = radio(lazy("Kind of review"), (), validate_choice=False)
    due_on = DayField(lazy("Due day"), validators=[InputRequired(lazy("Enter the due day as a date."))])
    repeats = BooleanField(lazy("It comes again every week"))


class ReviewForm(OnceForm):
    """What became of a review."""

    seen = WholeNumber()
    way = radio(lazy("What became of it?"), WAYS, validate_choice=False, default=DONE)
    due_on = DayField(lazy("New day"), validators=[Optional()], description=lazy("Only to move it."))
    note = TextAreaField(
        lazy("In short"),
        validators=[Length(max=2000)],
        description=lazy("Dropping it needs a reason. Names of other people do not belong here."),
        render_kw={"rows": 3},
    )
