"""Which page shows a record, and who may open it. Lists that name records link to these pages."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import url_for
from flask_login import current_user


class RecordPage(NamedTuple):
    """The page for one kind of record: its endpoint, the URL argument for the id, and the permission that it needs."""

    endpoint: str
    argument: str
    permission: str


# A kind that is not listed has no page of its own, or its page may be gone (a draft, an offer).
PAGES: Mapping[str, RecordPage] = {
    "visit": RecordPage("visits.show", "visit_id", "visit:view"),
    "redemption": RecordPage("redemptions.show", "redemption_id", "prize:redeem"),
    "draw": RecordPage("draws.show", "draw_id", "draw:view"),
    "transaction": RecordPage("ledger.show", "transaction_id", "ledger:view"),
    "adjustment_request": RecordPage("adjustments.show", "request_id", "adjustment:view"),
    "merge_request": RecordPage("merges.show", "request_id", "merge:view"),
    "ledger_check": RecordPage("checks.show", "check_id", "ledger:verify"),
    "schedule_version": RecordPage("schedules.show", "version_id", "schedule:view"),
    "stock_count": RecordPage("counts.show", "count_id", "stock:view"),
    "purchase": RecordPage("purchases.show", "purchase_id", "stock:view"),
    "prize": RecordPage("prizes.edit", "prize_id", "prize:manage"),
    "staff": RecordPage("staff.edit", "staff_id", "staff:manage"),
}


def record_url(kind: str, number: int) -> str | None:
    """Return the URL of a record's page, or None where there is none or the reader's role may not open it.

    The caller checks that the record belongs to one of the reader's sites.
    """
    page = PAGES.get(kind)
    if page is None or not current_user.may(page.permission):
        return None
    argument: dict[str, Any] = {page.argument: number}
    return url_for(page.endpoint, **argument)
