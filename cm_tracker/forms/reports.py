"""The filter of a report: days, site and groups, as one sentence."""

from typing import Any

from wtforms.validators import Optional, ValidationError

from cm_tracker.forms.base import ChoiceFilterForm, DayField, filter_select


class ReportFilterForm(ChoiceFilterForm):
    """The days of a report, both included, the site, and the groups of its rows."""

    since = DayField("From", validators=[Optional()])
    until = DayField("To", validators=[Optional()])
    site_id = filter_select("Site")
    by = filter_select("By")

    def validate_until(self, field: Any) -> None:
        """Raise `ValidationError` if the last day is before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("The last day is before the first. Change one of the two.")
