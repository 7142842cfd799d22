"""Forms for clients: search, record, PIN and enrollment."""

from wtforms import BooleanField, HiddenField, PasswordField, SearchField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from cm_tracker.domain.clients.sounding import MOST_SHOWN
from cm_tracker.forms.base import DayField, Form, OnceForm, WholeNumber, radio, select
from cm_tracker.i18n import lazy


class SearchForm(Form):
    """The search for a client. It is posted, because the text may be a name and URLs are kept in logs."""

    q = SearchField(lazy("Code or name"), validators=[Length(max=80)], render_kw={"autocomplete": "off"})
    page = WholeNumber(validators=[Optional(), NumberRange(1, 1_000_000)], widget=HiddenInput(), default=1)


class ClientForm(Form):
    """A new client. `shown` stands for the clients with such a name that the page has shown."""

    shown = HiddenField(validators=[Length(max=MOST_SHOWN)])
    code = StringField(
        lazy("Client code"),
        validators=[InputRequired(lazy("Enter a client code.")), Length(max=20)],
        description=lazy("What the client types at the kiosk. Letters, digits and hyphens; no part of their name."),
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
    preferred_name = StringField(
        lazy("Preferred name"),
        validators=[Length(max=120)],
        description=lazy("What the client wants to be called. Only staff of the site see it."),
        render_kw={"autocomplete": "off"},
    )
    site_id = radio(lazy("Site"), [], coerce=int, validators=[InputRequired(lazy("Choose a site."))])
    language = radio(lazy("Language"), [], default="en", description=lazy("The language of the kiosk for this client."))
    is_practice = BooleanField(
        lazy("This is a practice client, to train staff"),
        description=lazy(
            "Nobody real. Visits, points and offers work as always, but no prize leaves the cabinet and no report "
            "counts them. This cannot be changed later."
        ),
    )


class ClientChangeForm(Form):
    """The parts of a client's record that can be changed. `shown` is as in `ClientForm`."""

    shown = HiddenField(validators=[Length(max=MOST_SHOWN)])
    preferred_name = StringField(
        lazy("Preferred name"), validators=[Length(max=120)], render_kw={"autocomplete": "off"}
    )
    language = radio(lazy("Language"), [], description=lazy("The language of the kiosk for this client."))


class PinForm(Form):
    """A PIN, typed twice by the client."""

    pin = PasswordField(
        lazy("New PIN"),
        validators=[InputRequired(lazy("Let the client type a PIN.")), Length(max=20)],
        description=lazy("Let the client type it; nobody else should know it."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    again = PasswordField(
        lazy("The same PIN again"),
        validators=[InputRequired(lazy("Type the PIN a second time.")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class CounselorForm(OnceForm):
    """Who is a client's counselor, from which day on. 0 is nobody."""

    counselor_id = select(
        lazy("Counselor"),
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired(lazy("Choose the counselor, or nobody."))],
    )
    from_on = DayField(lazy("From"), validators=[InputRequired(lazy("Enter the first day as a date."))])


class EnrollForm(OnceForm):
    """An enrollment in a published version. `shown` names the past enrollment that the page has asked about."""

    shown = HiddenField(validators=[Length(max=64)])
    schedule_version_id = select(
        lazy("Schedule"),
        coerce=lambda value: int(value) if value else None,
        validators=[InputRequired(lazy("Choose a schedule."))],
    )
    starts_on = DayField(
        lazy("First day"),
        validators=[InputRequired(lazy("Enter the first day as a date."))],
        description=lazy("Program weeks are counted from this day."),
    )
    source_id = select(
        lazy("Who pays"),
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired(lazy("Choose who pays."))],
        description=lazy("The source of money for this client’s rewards. A lead can change it later."),
    )
