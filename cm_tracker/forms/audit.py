"""The forms of the audit trail, of viewings, and of opening an identity."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import FilterForm, OnceForm, filter_select
from cm_tracker.i18n import lazy


class AuditFilterForm(FilterForm):
    """The filter of the audit trail, and of the list of viewings."""

    kind = filter_select(lazy("What"))
    staff_id = filter_select(lazy("Who"))


class IdentityForm(OnceForm):
    """A client's code, and why somebody needs to know who that is."""

    code = StringField(
        lazy("Client code"),
        validators=[InputRequired(lazy("Type the code of the client.")), Length(max=20)],
        render_kw={"autocomplete": "off"},
    )
    reason = TextAreaField(
        lazy("Why do you need to know who this is?"),
        validators=[Length(max=2000)],
        description=lazy("The leads of the client’s site read it, and the client may. Names do not belong here."),
        render_kw={"rows": 3},
    )
