"""The words of the staff pages for outcomes, buttons, tags, rules and counts, in plain English.

Templates call these functions, so that a thing has the same name on every page and tests can check the words. What a
client reads or hears is in `sentences`, in the client's language. There is one module for each feature area, which
templates use as `labels.visits`, `labels.prizes` and so on.
"""

from cm_tracker.labels import (
    after,
    calls,
    clients,
    consequences,
    corrections,
    counting,
    day,
    duties,
    fidelity,
    goals,
    hours,
    id_cards,
    kiosk_path,
    ledger,
    panels,
    paths,
    plans,
    presets,
    prizes,
    readings,
    schedules,
    site_week,
    staff,
    tags,
    viewings,
    visits,
)

__all__ = [
    "after",
    "calls",
    "clients",
    "consequences",
    "corrections",
    "counting",
    "day",
    "duties",
    "fidelity",
    "goals",
    "hours",
    "id_cards",
    "kiosk_path",
    "ledger",
    "panels",
    "paths",
    "plans",
    "presets",
    "prizes",
    "readings",
    "schedules",
    "site_week",
    "staff",
    "tags",
    "viewings",
    "visits",
]
