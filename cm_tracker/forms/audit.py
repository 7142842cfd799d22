"""The form of the audit trail."""

from cm_tracker.forms.base import FilterForm, filter_select


class AuditFilterForm(FilterForm):
    """The filter of the audit trail."""

    kind = filter_select("What")
    staff_id = filter_select("Who")
