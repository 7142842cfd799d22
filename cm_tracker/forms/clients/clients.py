"""Forms for clients: search, record, PIN and enrollment."""

from wtforms import BooleanField, HiddenField, PasswordField, SearchField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from cm_tracker.domain.clients.sounding import MOST_SHOWN
from cm_tracker.forms.base import DayField, Form, OnceForm, WholeNumber, radio, select


class SearchForm(Form):
    """The search for a client. It is posted, because the text may be a name and URLs are kept in logs."""

    q = SearchField("Code or name", validators=[Length(max=80)], render_kw={"autocomplete": "off"})
    page = WholeNumber(validators=[Optional(), NumberRange(1, 1_000_000)], widget=HiddenInput(), default=1)


class ClientForm(Form):
    """A new client. `shown` stands for the clients with such a name that the page has shown."""

    shown = HiddenField(validators=[Length(max=MOST_SHOWN)])
    code = StringField(
        "Client code",
        validators=[InputRequired("Enter a client code."), Length(max=20)],
        description="What the client types at the kiosk. Letters, digits and hyphens; no part of their name.",
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
    preferred_name = StringField(
        "Preferred name",
        validators=[Length(max=120)],
        description="What the client wants to be called. Only staff of the site see it.",
        render_kw={"autocomplete": "off"},
    )
    site_id = radio("Site", [], coerce=int, validators=[InputRequired("Choose a site.")])
    language = radio("Language", [], default="en", description="The language of the kiosk for this client.")
    is_practice = BooleanField(
        "This is a practice client, to train staff",
        description="Nobody real. Visits, points and offers work as always, but no prize leaves the cabinet and no report "
        "counts them. This cannot be changed later.",
    )


class ClientChangeForm(Form):
    """The parts of a client's record that can be changed. `shown` is as in `ClientForm`."""

    shown = HiddenField(validators=[Length(max=MOST_SHOWN)])
    preferred_name = StringField("Preferred name", validators=[Length(max=120)], render_kw={"autocomplete": "off"})
    language = radio("Language", [], description="The language of the kiosk for this client.")


class PinForm(Form):
    """A PIN, typed twice by the client."""

    pin = PasswordField(
        "New PIN",
        validators=[InputRequired("Let the client type a PIN."), Length(max=20)],
        description="Let the client type it; nobody else should know it.",
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    again = PasswordField(
        "The same PIN again",
        validators=[InputRequired("Type the PIN a second time."), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class CounselorForm(OnceForm):
    """Who is a client's counselor, from which day on. 0 is nobody."""

    counselor_id = select(
        "Counselor",
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired("Choose the counselor, or nobody.")],
    )
    from_on = DayField("From", validators=[InputRequired("Enter the first day as a date.")])


class EnrollForm(OnceForm):
    """An enrollment in a published version. `shown` names the past enrollment that the page has asked about."""

    shown = HiddenField(validators=[Length(max=64)])
    schedule_version_id = select(
        "Schedule", coerce=lambda value: int(value) if value else None, validators=[InputRequired("Choose a schedule.")]
    )
    starts_on = DayField(
        "First day",
        validators=[InputRequired("Enter the first day as a date.")],
        description="Program weeks are counted from this day.",
    )
    source_id = select(
        "Who pays",
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired("Choose who pays.")],
        description="The source of money for this client’s rewards. A lead can change it later.",
    )
