"""Forms of consents, of the agreement about the program, and of disclosures."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.clients.disclosures import MOST_RECIPIENT, MOST_WORDS
from cm_tracker.forms.base import DayField, OnceForm, radio, select
from cm_tracker.i18n import lazy

_PLAIN = {"autocomplete": "off"}


class ConsentForm(OnceForm):
    """A consent that was signed on paper."""

    recipient = StringField(
        lazy("Who may be told?"),
        validators=[Length(max=MOST_RECIPIENT)],
        description=lazy("The person or the office, as it stands on the paper."),
        render_kw=_PLAIN,
    )
    what = StringField(
        lazy("What?"),
        validators=[Length(max=MOST_WORDS)],
        description=lazy("Such as: attendance and results since March. No result itself."),
        render_kw=_PLAIN,
    )
    purpose = StringField(
        lazy("What for?"),
        validators=[Length(max=MOST_WORDS)],
        description=lazy("Such as: treatment, payment and health care operations."),
        render_kw=_PLAIN,
    )
    signed_on = DayField(lazy("Signed on"), validators=[InputRequired(lazy("Enter the day on the paper."))])
    until = DayField(
        lazy("Until"),
        validators=[Optional()],
        description=lazy("The last day. Leave it empty where the paper names none."),
    )


class RevokeForm(OnceForm):
    """A client takes a consent back."""

    revoked_on = DayField(lazy("Taken back on"), validators=[InputRequired(lazy("Enter the day as a date."))])


class AgreementForm(OnceForm):
    """The agreement about the program was signed on paper."""

    version = StringField(
        lazy("Version"),
        validators=[Length(max=40)],
        description=lazy("As it stands on the paper, such as: March 2026."),
        render_kw=_PLAIN,
    )
    signed_on = DayField(lazy("Signed on"), validators=[InputRequired(lazy("Enter the day on the paper."))])
    witness_id = select(lazy("Witness"), coerce=int, validate_choice=False)


class DisclosureForm(OnceForm):
    """Something is told to somebody outside the clinic."""

    basis = radio(lazy("What does it rest on?"), (), validate_choice=False)
    consent_id = select(lazy("Which consent?"), validate_choice=False)
    recipient = StringField(lazy("Who gets it?"), validators=[Length(max=MOST_RECIPIENT)], render_kw=_PLAIN)
    what = StringField(
        lazy("What do they get?"),
        validators=[Length(max=MOST_WORDS)],
        description=lazy("Such as: a copy of the receipts of May. No result itself."),
        render_kw=_PLAIN,
    )
    purpose = StringField(lazy("What for?"), validators=[Length(max=MOST_WORDS)], render_kw=_PLAIN)
    disclosed_on = DayField(lazy("On"), validators=[InputRequired(lazy("Enter the day as a date."))])
