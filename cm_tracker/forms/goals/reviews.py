"""Forms of reviews."""

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.goals.reviews import DONE, DROPPED, MOVED
from cm_tracker.forms.base import DayField, OnceForm, WholeNumber, radio

WAYS = ((DONE, "It is done"), (MOVED, "Move it to another day"), (DROPPED, "Drop it: it is not needed"))


class NewReviewForm(OnceForm):
    """A review that is due on a day."""

    kind = radio("Kind of review", (), validate_choice=False)
    due_on = DayField("Due day", validators=[InputRequired("Enter the due day as a date.")])
    repeats = BooleanField("It comes again every week")


class ReviewForm(OnceForm):
    """What became of a review."""

    seen = WholeNumber()
    way = radio("What became of it?", WAYS, validate_choice=False, default=DONE)
    due_on = DayField("New day", validators=[Optional()], description="Only to move it.")
    note = TextAreaField(
        "In short",
        validators=[Length(max=2000)],
        description="Dropping it needs a reason. Names of other people do not belong here.",
        render_kw={"rows": 3},
    )
