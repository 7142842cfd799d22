"""The ledger's forms. Filters go into the URL: codes and days, never a name."""

from wtforms import DateField, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.forms.base import Form as PostedForm
from cm_tracker.forms.base import in_living_memory, select


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


class CompareForm(PostedForm):
    """A checkpoint that was kept elsewhere."""

    kept = TextAreaField(
        "The checkpoint that was kept",
        validators=[InputRequired("Paste the checkpoint, or type its short code."), Length(max=2000)],
        description="All its lines, or only its short code, such as 1234-ABCD-EFGH-IJKL-MNOP.",
        render_kw={"rows": 4, "spellcheck": "false"},
    )


class ReleaseForm(PostedForm):
    """An admin has looked at the findings."""

    reason = TextAreaField(
        "What did you find?",
        validators=[InputRequired("Say what you looked at and what you found."), Length(max=1900)],
        render_kw={"rows": 3},
    )
