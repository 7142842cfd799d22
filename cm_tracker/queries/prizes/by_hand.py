"""Prizes that were given by hand while the program was down: when, and what the program bears of their points."""

from sqlalchemy import func, select

from cm_tracker.models import AccountRow, EntryRow, Redemption

HANDED_AT = func.coalesce(Redemption.given_at, Redemption.recorded_at)
"""The instant of a redemption. What was given by hand is typed later. Of what was set aside, the handover has its own."""

BORNE = (
    select(func.coalesce(-func.sum(EntryRow.amount), 0))
    .join(AccountRow, AccountRow.id == EntryRow.account_id)
    .where(EntryRow.transaction_id == Redemption.transaction_id, AccountRow.kind == "program_loss")
    .correlate(Redemption)
    .scalar_subquery()
)
"""The points of a redemption that the program bears, 0 for everything but a prize that was given by hand."""
