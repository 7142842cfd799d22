"""Forms for the calendar of a site: closed days, holidays, and who is away."""

from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.day.calendar import MOST_NAME
from cm_tracker.forms.base import DayField, Form, OnceForm, select
from cm_tracker.i18n import lazy

_FIRST = lazy("Enter the first day as a date.")
_ONE_DAY = lazy("Leave it empty for one day.")


class ClosureForm(OnceForm):
    """Days on which a site is closed."""

    first_day = DayField(lazy("First closed day"), validators=[InputRequired(_FIRST)])
    last_day = DayField(lazy("Last closed day (optional)"), validators=[Optional()], description=_ONE_DAY)
    name = StringField(
        lazy("Why is it closed?"),
        validators=[
            InputRequired(lazy('Say why the site is closed, such as "Labor Day" or "Water damage".')),
            Length(max=MOST_NAME),
        ],
        description=lazy("Clients may read it: a holiday, water damage, a training day."),
        render_kw={"autocomplete": "off"},
    )
    make_up_on = DayField(
        lazy("Make-up day (optional)"),
        validators=[Optional()],
        description=lazy("On this day the services of the closed day meet instead. Only one closed day can have it."),
    )


class AwayForm(OnceForm):
    """Days on which a member of staff is away."""

    member_id = select(
        lazy("Who is away?"), validate_choice=False, validators=[InputRequired(lazy("Choose who is away."))]
    )
    first_day = DayField(lazy("First day away"), validators=[InputRequired(_FIRST)])
    last_day = DayField(lazy("Last day away (optional)"), validators=[Optional()], description=_ONE_DAY)
    stand_in_id = select(
        lazy("Who stands in?"),
        validate_choice=False,
        description=lazy("If nobody does, their services do not meet, and the program excuses whoever was expected."),
    )


class HolidaysForm(OnceForm):
    """Holidays of a year, each with a tick."""

    days = SelectMultipleField(
        lazy("Federal holidays"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class WithdrawForm(Form):
    """The button that takes an entry out of the calendar: it has no fields."""
