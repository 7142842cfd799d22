"""Return what staff pages call things: outcomes, buttons, tags, rules and counts, in plain English.

Templates ask these functions instead of deciding for themselves, so that a thing has one name on every
page and a test can read all of them. What a client reads or hears is in `sentences`, in their language.
One module for each feature area; templates reach them as `labels.visits`, `labels.prizes` and so on.
"""

from cm_tracker.labels import counting, ledger, prizes, schedules, tags, visits

__all__ = ["counting", "ledger", "prizes", "schedules", "tags", "visits"]
