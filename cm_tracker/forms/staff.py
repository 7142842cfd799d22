"""Signing in, and looking after accounts and sites."""

from wtforms import BooleanField, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.ledger.expiry import LEAST_WEEKS, MOST_WEEKS
from cm_tracker.domain.prizes.trading import MOST_DAYS
from cm_tracker.forms.base import Form, WholeNumber, radio


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
        "Current password",
        validators=[InputRequired("Enter your current password."), Length(max=500)],
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


class TradingForm(Form):
    """Whether five small prizes may be traded up at a site."""

    trades = radio("Trading up", [("never", "Not here"), ("days", "Within some days")])
    days = WholeNumber(
        "Days within which the five are drawn", description="1 is the day itself. Only where it is allowed."
    )
    reason = TextAreaField(
        "Why",
        validators=[InputRequired("Say why: the audit trail keeps it."), Length(max=1900)],
        render_kw={"rows": 2},
    )

    def validate_days(self, field: WholeNumber) -> None:
        """Asked for only where it is allowed."""
        if self.trades.data == "days" and (field.data is None or not 1 <= field.data <= MOST_DAYS):
            raise ValidationError(f"Enter a whole number from 1 to {MOST_DAYS}.")


class ExpiryForm(Form):
    """What becomes of points that nobody spent at a site."""

    expires = radio("Unspent points", [("never", "Never expire"), ("weeks", "Expire some weeks after the schedule")])
    weeks = WholeNumber("Weeks after the last day of the schedule", description="Only for points that expire.")
    reason = TextAreaField(
        "Why",
        validators=[InputRequired("Say why: the audit trail keeps it."), Length(max=1900)],
        render_kw={"rows": 2},
    )

    def validate_weeks(self, field: WholeNumber) -> None:
        """Asked for only where points expire."""
        if self.expires.data == "weeks" and (field.data is None or not LEAST_WEEKS <= field.data <= MOST_WEEKS):
            raise ValidationError(f"Enter a whole number from {LEAST_WEEKS} to {MOST_WEEKS}.")
