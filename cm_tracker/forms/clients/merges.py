"""Forms to request a merge of two client records."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import Form, OnceForm


class FindForm(Form):
    """The code of the other record."""

    code = StringField(
        "Code of the other record",
        validators=[InputRequired("Enter the code of the other record."), Length(max=40)],
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )


class MergeForm(OnceForm):
    """The request of one lead."""

    reason = TextAreaField(
        "How do you know that it is one person?",
        validators=[InputRequired("Say how you know."), Length(max=1900)],
        render_kw={"rows": 3},
        description="Another lead decides by it. Nothing about health: leads, auditors and administrators can read it.",
    )
