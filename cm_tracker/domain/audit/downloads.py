"""What somebody can take out of the program as a file or on paper: who may, and what the audit trail calls it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Download(NamedTuple):
    """The permission that somebody needs, and the words for a sentence: "Grace downloaded the ledger as a CSV file."."""

    permission: str
    words: str


CSV, XLSX, PRINT = "csv", "xlsx", "print"
WAYS = (CSV, XLSX, PRINT)
"""How something is taken out: as one of two kinds of files, or printed."""

REPORT = "report"
DOWNLOADS: Mapping[str, Download] = MappingProxyType(
    {
        "audit": Download("audit:view", "the audit trail"),
        "viewings": Download("viewing:list", "who has looked at records"),
        "ledger": Download("ledger:view", "the ledger"),
        "awards": Download("ledger:view", "the awards"),
        "handed-out": Download("money:view", "the hand-over log"),
        "redemptions": Download("money:view", "the redemptions"),
        "stock": Download("ledger:view", "the movements of the cabinets"),
        "purchases": Download("stock:view", "the purchases"),
        "tax-year": Download("money:view", "the list of a tax year"),
        "clients": Download("report:clients", "the clients by code"),
        "plans": Download("report:clients", "the plans"),
        "visits": Download("report:clients", "the visits"),
        "specimens": Download("report:clients", "the specimens"),
        "training": Download("training:view", "the training of staff"),
        "observed-sessions": Download("training:view", "the observed sessions"),
        "research": Download("report:clients", "a file for research"),
        REPORT: Download("report:view", "a report"),
    }
)
"""Every list by its name, the file for research, and reports. A name never changes: the audit trail has it."""
