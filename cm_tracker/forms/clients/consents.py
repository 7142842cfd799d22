"""Forms of consents, of the agreement about the program, and of disclosures."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.clients.disclosures import MOST_RECIPIENT, MOST_WORDS
from cm_tracker.forms.base import DayField, OnceForm, radio, select

_PLAIN = {"autocomplete": "off"}


class ConsentForm(OnceForm):
    """A consent that was signed on paper."""

    recipient = StringField(
        "Who may be told?",
        validators=[Length(max=MOST_RECIPIENT)],
        description="The person or the office, as it stands on the paper.",
        render_kw=_PLAIN,
    )
    what = StringField(
        "What?",
        validators=[Length(max=MOST_WORDS)],
        description="Such as: attendance and results since March. No result itself.",
        render_kw=_PLAIN,
    )
    purpose = StringField(
        "What for?",
        validators=[Length(max=MOST_WORDS)],
        description="Such as: treatment, payment and health care operations.",
        render_kw=_PLAIN,
    )
    signed_on = DayField("Signed on", validators=[InputRequired("Enter the day on the paper.")])
    until = DayField(
        "Until", validators=[Optional()], description="The last day. Leave it empty where the paper names none."
    )


class RevokeForm(OnceForm):
    """A client takes a consent back."""

    revoked_on = DayField("Taken back on", validators=[InputRequired("Enter the day as a date.")])


class AgreementForm(OnceForm):
    """The agreement about the program was signed on paper."""

    version = StringField(
        "Version",
        validators=[Length(max=40)],
        description="As it stands on the paper, such as: March 2026.",
        render_kw=_PLAIN,
    )
    signed_on = DayField("Signed on", validators=[InputRequired("Enter the day on the paper.")])
    witness_id = select("Witness", coerce=int, validate_choice=False)


class DisclosureForm(OnceForm):
    """Something is told to somebody outside the clinic."""

    basis = radio("What does it rest on?", (), validate_choice=False)
    consent_id = select("Which consent?", validate_choice=False)
    recipient = StringField("Who gets it?", validators=[Length(max=MOST_RECIPIENT)], render_kw=_PLAIN)
    what = StringField(
        "What do they get?",
        validators=[Length(max=MOST_WORDS)],
        description="Such as: a copy of the receipts of May. No result itself.",
        render_kw=_PLAIN,
    )
    purpose = StringField("What for?", validators=[Length(max=MOST_WORDS)], render_kw=_PLAIN)
    disclosed_on = DayField("On", validators=[InputRequired("Enter the day as a date.")])
