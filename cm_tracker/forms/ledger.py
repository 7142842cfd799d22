"""Filters for the ledger and the audit trail. They go into the URL: codes and days, never a name."""

from wtforms import DateField, Form, StringField
from wtforms.validators import Length, Optional

from cm_tracker.forms.shape import in_living_memory, select


class LedgerFilterForm(Form):
    """Which transactions to show."""

    kind = select("Kind", default="")
    client_code = StringField("Client code", validators=[Length(max=20)], render_kw={"autocomplete": "off"})
    site_id = select("Site", default="")
    since = DateField("From", validators=[Optional(), in_living_memory])
    until = DateField("To", validators=[Optional(), in_living_memory])


class AuditFilterForm(Form):
    """Which lines of the audit trail to show."""

    tag = select("What", default="")
    staff_id = select("Who", default="")
    client_code = StringField("Client code", validators=[Length(max=20)], render_kw={"autocomplete": "off"})
