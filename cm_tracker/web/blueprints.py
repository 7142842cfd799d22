"""Every blueprint of the pages, in one list: a new group of pages is one line here."""

from cm_tracker.web import audit, clients, kiosk, schedules
from cm_tracker.web.ledger import adjustments, transactions, verifications
from cm_tracker.web.prizes import catalog, counts, draws, offers, redemptions, trades
from cm_tracker.web.staff import accounts, sites, start
from cm_tracker.web.visits import corrections, visits

BLUEPRINTS = (
    start.room,
    clients.room,
    visits.room,
    corrections.room,
    adjustments.room,
    catalog.room,
    offers.room,
    redemptions.room,
    schedules.room,
    transactions.room,
    verifications.room,
    audit.room,
    accounts.room,
    sites.room,
    kiosk.room,
    draws.room,
    trades.room,
    counts.room,
)
