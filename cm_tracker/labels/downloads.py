"""What the lists are called that somebody takes out of the program, for a sentence of the audit trail."""

from cm_tracker.domain.audit.downloads import DOWNLOADS
from cm_tracker.i18n import gettext, marked

WORDS = (
    marked("the audit trail"),
    marked("who has looked at records"),
    marked("the ledger"),
    marked("the awards"),
    marked("the hand-over log"),
    marked("the redemptions"),
    marked("the movements of the cabinets"),
    marked("the purchases"),
    marked("the list of a tax year"),
    marked("the clients by code"),
    marked("the plans"),
    marked("the visits"),
    marked("the specimens"),
    marked("the training of staff"),
    marked("the observed sessions"),
    marked("a file for research"),
    marked("a report"),
)


def words(name: str) -> str:
    """Return what a list is called: the audit trail."""
    return gettext(DOWNLOADS[name].words)
