"""Forms to request a merge of two client records."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import Form, OnceForm
from cm_tracker.i18n import lazy


class FindForm(Form):
    """The code of the other record."""

    code = StringField(
        lazy("Code of the other record"),
        validators=[InputRequired(lazy("Enter the code of the other record.")), Length(max=40)],
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )


class MergeForm(OnceForm):
    """The request of one lead."""

    reason = TextAreaField(
        lazy("How do you know that it is one person?"),
        validators=[InputRequired(lazy("Say how you know.")), Length(max=1900)],
        render_kw={"rows": 3},
        description=lazy(
            "Another lead decides by it. Nothing about health: leads, auditors and administrators can read it."
        ),
    )
