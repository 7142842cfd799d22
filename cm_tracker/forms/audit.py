"""The forms of the audit trail, of viewings, and of opening an identity."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import FilterForm, OnceForm, filter_select


class AuditFilterForm(FilterForm):
    """The filter of the audit trail, and of the list of viewings."""

    kind = filter_select("What")
    staff_id = filter_select("Who")


class IdentityForm(OnceForm):
    """A client's code, and why somebody needs to know who that is."""

    code = StringField(
        "Client code",
        validators=[InputRequired("Type the code of the client."), Length(max=20)],
        render_kw={"autocomplete": "off"},
    )
    reason = TextAreaField(
        "Why do you need to know who this is?",
        validators=[Length(max=2000)],
        description="The leads of the client’s site read it, and the client may. Names do not belong here.",
        render_kw={"rows": 3},
    )
