"""Signing in, and looking after accounts and sites."""

from wtforms import BooleanField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.forms.shape import Form, radio


class SignInForm(Form):
    """Name and password."""

    username = StringField(
        "User name",
        validators=[InputRequired("Enter your user name."), Length(max=60)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True},
    )
    password = PasswordField(
        "Password",
        validators=[InputRequired("Enter your password."), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(
        "Password of today",
        validators=[InputRequired("Enter your password of today."), Length(max=500)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        "New password",
        validators=[InputRequired("Enter a new password."), Length(max=500)],
        description="At least 12 characters; a few words in a row are good.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "The new password again",
        validators=[EqualTo("new", "The two are not the same. Type both again.")],
        render_kw={"autocomplete": "new-password"},
    )


class StaffForm(Form):
    """An account."""

    display_name = StringField("Name", validators=[InputRequired("Enter the person's name."), Length(max=120)])
    username = StringField(
        "User name",
        validators=[InputRequired("Enter a user name."), Length(max=40)],
        description="Small letters, digits, dots and hyphens.",
        render_kw={"autocapitalize": "none", "autocomplete": "off"},
    )
    role = radio("Role", [], validators=[InputRequired("Choose a role.")])
    site_ids = SelectMultipleField(
        "Sites", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    password = PasswordField(
        "Password",
        validators=[Length(max=500)],
        description="At least 12 characters.",
        render_kw={"autocomplete": "new-password"},
    )
    is_active = BooleanField("May sign in", default=True)


class SiteForm(Form):
    """A site."""

    name = StringField("Name", validators=[InputRequired("Enter the site's name."), Length(max=120)])
    time_zone = StringField(
        "Time zone",
        validators=[InputRequired("Enter the site's time zone."), Length(max=60)],
        description="Such as America/Chicago.",
    )
