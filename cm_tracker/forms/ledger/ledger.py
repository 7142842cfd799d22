"""Forms of the ledger and its verification."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from cm_tracker.forms.base import FilterForm, filter_select
from cm_tracker.forms.base import Form as PostedForm
from cm_tracker.i18n import lazy


class LedgerFilterForm(FilterForm):
    """The filter of the transactions."""

    kind = filter_select(lazy("Kind"))


class CompareForm(PostedForm):
    """A checkpoint that was kept elsewhere."""

    kept = TextAreaField(
        lazy("Checkpoint that was kept elsewhere"),
        validators=[InputRequired(lazy("Paste the checkpoint, or type its short code.")), Length(max=2000)],
        description=lazy("All its lines, or only its short code, such as 1234-ABCD-EFGH-IJKL-MNOP."),
        render_kw={"rows": 4, "spellcheck": "false"},
    )


class ReleaseForm(PostedForm):
    """What an admin found before unlocking recording again."""

    reason = TextAreaField(
        lazy("What did you find?"),
        validators=[InputRequired(lazy("Say what you looked at and what you found.")), Length(max=1900)],
        render_kw={"rows": 3},
    )
