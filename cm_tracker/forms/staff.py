"""Forms for signing in, accounts, sites and their settings."""

from collections.abc import Mapping

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import EqualTo, InputRequired, Length, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker import i18n
from cm_tracker.domain.languages import STAFF_LANGUAGES
from cm_tracker.domain.staff.setting_kinds import Choice, Line, Money, Number, NumberOrOff, Value
from cm_tracker.domain.staff.site_settings import SiteSetting
from cm_tracker.forms.base import Form, MoneyField, WholeNumber, radio
from cm_tracker.i18n import currency_name, gettext, lazy


class SignInForm(Form):
    """User name and password."""

    username = StringField(
        lazy("User name"),
        validators=[InputRequired(lazy("Enter your user name.")), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True},
    )
    password = PasswordField(
        lazy("Password"),
        validators=[InputRequired(lazy("Enter your password.")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class OwnLanguageForm(Form):
    """The language of one's own pages."""

    language = radio(lazy("Language"), STAFF_LANGUAGES.items())


ADVICE = lazy(
    "At least 12 characters. Four words that have nothing to do with each other are good: easy to remember, and hard to "
    "guess. It never expires."
)


def _new_password() -> PasswordField:
    return PasswordField(
        lazy("New password"),
        validators=[InputRequired(lazy("Enter a new password.")), Length(max=500)],
        description=ADVICE,
        render_kw={"autocomplete": "new-password"},
    )


def _new_password_again() -> PasswordField:
    return PasswordField(
        lazy("New password again"),
        validators=[EqualTo("new", lazy("The two are not the same. Type both again."))],
        render_kw={"autocomplete": "new-password"},
    )


class OneTimeCodeForm(Form):
    """The form for setting a password with a one-time code."""

    username = StringField(
        lazy("User name"),
        validators=[InputRequired(lazy("Enter your user name.")), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    code = StringField(
        lazy("One-time code"),
        validators=[InputRequired(lazy("Enter the code.")), Length(max=60)],
        description=lazy("Twelve letters and digits, with or without the hyphens."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    new = _new_password()
    again = _new_password_again()


class SignedForm(Form):
    """What a passkey signed. A script puts it in; without script there is no passkey."""

    signed = HiddenField()


class FactorForm(SignedForm):
    """A code from an authenticator app, or a recovery code, unless a passkey signed."""

    factor_code = StringField(
        lazy("Code from your app, or a recovery code"),
        validators=[Length(max=60)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True},
    )

    def validate_factor_code(self, field: StringField) -> None:
        """Raise `ValidationError` where there is neither a code nor a signature."""
        if not self.signed.data and not (field.data or "").strip():
            raise ValidationError(gettext("Enter the six digits that your app shows, or a recovery code."))


class PasswordAgainForm(Form):
    """The password of somebody who is signed in and has no second factor."""

    password = PasswordField(
        lazy("Your password"),
        validators=[InputRequired(lazy("Enter your password.")), Length(max=500)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class AppForm(Form):
    """The set-up of an authenticator app: the secret that the page shows, and the code that the app makes of it."""

    secret = HiddenField(validators=[Regexp(r"^[A-Z2-7]{32}\Z", message=lazy("Open this page again."))])
    factor_code = StringField(
        lazy("The six digits that the app shows now"),
        validators=[InputRequired(lazy("Enter the six digits that your app shows.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class PasskeyForm(SignedForm):
    """The name of a passkey, and where it is a new one, what it signed."""

    name = StringField(
        lazy("Name of the passkey"),
        validators=[InputRequired(lazy("Give the passkey a name.")), Length(max=60)],
        description=lazy("So that you know it again, such as: my phone."),
        render_kw={"autocomplete": "off"},
    )


class PasswordForm(Form):
    """The form for changing one's own password."""

    old = PasswordField(
        lazy("Current password"),
        validators=[InputRequired(lazy("Enter your current password.")), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )
    new = _new_password()
    again = _new_password_again()


class StaffForm(Form):
    """An account."""

    display_name = StringField(
        lazy("Name"), validators=[InputRequired(lazy("Enter the person's name.")), Length(max=120)]
    )
    username = StringField(
        lazy("User name"),
        validators=[InputRequired(lazy("Enter a user name.")), Length(max=40)],
        description=lazy("Lowercase letters, digits, dots and hyphens."),
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    roles = SelectMultipleField(
        lazy("Roles"),
        description=lazy("Somebody may have several. They hold at each of the person's sites."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    site_ids = SelectMultipleField(
        lazy("Sites"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    is_active = BooleanField(lazy("May sign in"), default=True)


class SiteForm(Form):
    """A site."""

    name = StringField(lazy("Name"), validators=[InputRequired(lazy("Enter the site's name.")), Length(max=120)])
    time_zone = StringField(
        lazy("Time zone"),
        validators=[InputRequired(lazy("Enter the site's time zone.")), Length(max=60)],
        description=lazy("Such as America/Chicago."),
    )


class SitePictureForm(Form):
    """The picture that the kiosk of a site shows while nobody uses it."""

    upload = FileField(
        lazy("Picture"),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
        description=lazy(
            "PNG, JPEG or WebP, up to 5 MB. Place and time of the photo are removed. No client may be on it."
        ),
    )
    drops_picture = BooleanField(lazy("Show the program's own picture again"))


class SettingsForm(Form):
    """The settings of a site. `settings_form` adds a field for each setting."""

    entries: tuple[SiteSetting, ...] = ()

    shown = HiddenField(validators=[Length(max=64)])
    reason = TextAreaField(
        lazy("Why are you changing this?"),
        validators=[InputRequired(lazy("Say why: the audit trail keeps it.")), Length(max=1900)],
        render_kw={"rows": 2},
    )

    def values(self) -> dict[str, Value]:
        """Return the entered values by the name of the setting."""
        return {entry.name: self._value(entry) for entry in self.entries}

    def _value(self, entry: SiteSetting) -> Value:
        entered: Value = self[entry.name].data
        if isinstance(entry.kind, NumberOrOff):
            return entered if self[f"{entry.name}_is"].data == ON else None
        if isinstance(entry.kind, Line):
            return str(entered or "").strip()
        if isinstance(entry.kind, Choice):
            return next(option for option in entry.kind.options if str(option) == entered)
        return entered


OFF, ON = "off", "on"


def settings_form(entries: tuple[SiteSetting, ...], current: Mapping[str, Value]) -> SettingsForm:
    """Return the form for settings, filled in with the `current` values by name.

    Each setting has a field of its name. A setting that can be off also has the choice `<name>_is` in front of it.
    """
    fields: dict[str, object] = {"entries": entries}
    data: dict[str, Value] = {}
    for entry in entries:
        name, kind, value = entry.name, entry.kind, current[entry.name]
        label, means = gettext(entry.label), gettext(entry.means)
        data[name] = str(value) if isinstance(kind, Choice) else value
        if isinstance(kind, NumberOrOff):
            data[f"{name}_is"] = OFF if value is None else ON
            fields[f"{name}_is"] = radio(label, [(OFF, gettext(kind.off)), (ON, gettext(kind.on))], description=means)
            help_text = gettext("Only if you have chosen “%(choice)s”.", choice=gettext(kind.on))
            fields[name] = _number(gettext(kind.ask), kind.number, switch=f"{name}_is", description=help_text)
        elif isinstance(kind, Choice):
            options = [(str(option), gettext(sentence)) for option, sentence in kind.options.items()]
            fields[name] = radio(label, options, description=means)
        elif isinstance(kind, Money):
            asked = gettext("%(label)s, in %(unit)s", label=label, unit=currency_name())
            fields[name] = MoneyField(asked, least=kind.least, most=kind.most, description=means)
        elif isinstance(kind, Line):
            fields[name] = _line(label, kind, description=means)
        else:
            asked = gettext("%(label)s, in %(unit)s", label=label, unit=gettext(kind.unit[1]))
            fields[name] = _number(asked, kind, description=means)
    form: SettingsForm = type("SettingsFormOfRegistry", (SettingsForm,), fields)(data=data)
    return form


def _line(label: str, kind: Line, *, description: str) -> StringField:
    """Return the field for a line of text."""

    def check_line(form: Form, field: StringField) -> None:
        if (problem := kind.problem((field.data or "").strip(), field.name)) is not None:
            raise ValidationError(problem.message(i18n))

    return StringField(label, validators=[check_line], description=description, render_kw={"maxlength": kind.most})


def _number(label: str, kind: Number, *, switch: str | None = None, description: str = "") -> WholeNumber:
    """Return the field for a number. `switch` is the name of the choice that turns the setting on, if there is one."""

    def check_number(form: Form, field: WholeNumber) -> None:
        is_needed = switch is None or form[switch].data == ON
        if is_needed and (problem := kind.problem(field.data, field.name)) is not None:
            raise ValidationError(problem.message(i18n))

    bounds = {"min": kind.least, "max": kind.most}
    return WholeNumber(label, validators=[check_number], description=description, render_kw=bounds)
