"""The ledger entry by entry, and what clients were awarded for visits."""

from collections.abc import Iterator
from typing import NamedTuple

from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.domain.measures.tables import DAY, INSTANT, NUMBER, NUMERAL
from cm_tracker.exports.export import Export, Field, filter_as
from cm_tracker.i18n import marked
from cm_tracker.queries.ledger.awards import AWARDS
from cm_tracker.queries.ledger.transactions import LEDGER, EntryLine, LedgerFilter, TransactionLine

_KINDS = tuple((kind.name, kind.label) for kind in KINDS.values())


class EntryRow(NamedTuple):
    """An entry with its transaction."""

    line: TransactionLine
    entry: EntryLine


def _entries(line: TransactionLine) -> Iterator[EntryRow]:
    return (EntryRow(line, entry) for entry in line.entries)


TRANSACTIONS = Export(
    name="ledger",
    title=marked("Ledger"),
    row=marked("One entry of a transaction. In every unit, the entries of a transaction add up to zero."),
    listing=LEDGER,
    filter_of=filter_as(LedgerFilter),
    rows_of=_entries,
    fields=(
        Field("recorded_at", marked("When"), INSTANT, marked("When it was recorded."), value=lambda row: row.line.recorded_at),
        Field("seal", marked("Seal"), NUMERAL, marked("The number of the transaction in the sealed log."),
              value=lambda row: row.line.seq),
        Field("kind", marked("Kind"), meaning=marked("The kind of the transaction."), codes=_KINDS, value=lambda row: row.line.kind),
        Field("site", marked("Site"), meaning=marked("The site of the transaction."), value=lambda row: row.line.site_name),
        Field("client_code", marked("Client code"), meaning=marked("The client whom it concerns; empty for none."),
              value=lambda row: row.line.client_code),
        Field("by", marked("By"), meaning=marked("Who recorded it, or through what."),
              value=lambda row: row.line.staff_name or row.line.via),
        Field("account", marked("Account"), meaning=marked("The account to which the amount is added."),
              value=lambda row: row.entry.account),
        Field("amount", marked("Amount"), NUMBER, marked("What is added to the account; a negative number is taken from it."),
              marked("see the column unit"), value=lambda row: row.entry.amount),
        Field("unit", marked("Unit"), meaning=marked("points, draws, or a prize, a slip or a card by its number."),
              value=lambda row: row.entry.unit),
        Field("prize", marked("Prize"), meaning=marked("The name of the prize, where one moves."),
              value=lambda row: row.entry.prize_name),
        Field("card_ends_in", marked("Card ends in"), meaning=marked("The last four digits of a gift card."),
              value=lambda row: row.entry.last_four, is_printed=False),
        Field("visit", marked("For visit"), NUMERAL, marked("The number of the visit that it pays for."),
              value=lambda row: row.entry.visit_id),
        Field("note", marked("Why"), meaning=marked("The reason that was given."), value=lambda row: row.line.note),
    ),
)  # fmt: skip

AWARDED = Export(
    name="awards",
    title=marked("Awards"),
    row=marked("One amount that a client got for a visit, or that a correction of the visit added or took back."),
    listing=AWARDS,
    fields=(
        Field("seal", marked("Seal"), NUMERAL, marked("The number of the transaction in the sealed log."), is_printed=False),
        Field("recorded_at", marked("When"), INSTANT, marked("When it was booked.")),
        Field("client_code", marked("Client code"), meaning=marked("The client's code.")),
        Field("site", marked("Site"), meaning=marked("The site of the transaction.")),
        Field("visit", marked("Visit"), NUMERAL, marked("The number of the visit that it pays for, as in the list of visits.")),
        Field("visit_on", marked("Day of the visit"), DAY, marked("The day of the visit when it was first recorded.")),
        Field("track", marked("Track"), meaning=marked("What the schedule asks for: the name of the track in its document."),
              is_printed=False),
        Field("kind", marked("Kind"), meaning=marked("Whether the visit earned it or a correction changed it."),
              codes=tuple(pair for pair in _KINDS if KINDS[pair[0]].names_visits)),
        Field("amount", marked("Amount"), NUMBER, marked("What the client got; a negative number was taken back."),
              marked("see the column unit")),
        Field("unit", marked("Unit"), meaning=marked("What was awarded."), codes=(("points", marked("Points")), ("draws", marked("Draws")))),
    ),
)  # fmt: skip
