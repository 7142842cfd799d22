"""The filter of the audit trail."""

from cm_tracker.forms.base import FilterForm, filter_select


class AuditFilterForm(FilterForm):
    """Which lines of the audit trail to show."""

    kind = filter_select("What")
    staff_id = filter_select("Who")
