"""What cabinets got, what they lost, and what was bought for them."""

from cm_tracker.domain.measures.tables import INSTANT, MONEY, NUMBER, NUMERAL
from cm_tracker.domain.prizes.purchases import AUTHORIZED, DECLINED, WITHDRAWN
from cm_tracker.exports.export import Export, Field
from cm_tracker.i18n import marked
from cm_tracker.queries.prizes.purchases import PURCHASES
from cm_tracker.queries.prizes.stock_rows import DELIVERED, FOUND, MISSING, NOT_BACK, STOCK

_KINDS = (
    (DELIVERED, marked("A delivery")),
    (MISSING, marked("Missing at a count")),
    (FOUND, marked("Found at a count")),
    (NOT_BACK, marked("Not brought back when a redemption was undone")),
)
_DECISIONS = (
    (AUTHORIZED, marked("Authorized")),
    (DECLINED, marked("Declined")),
    (WITHDRAWN, marked("Withdrawn by whoever asked")),
)

MOVEMENTS = Export(
    name="stock",
    title=marked("Stock"),
    row=marked("One movement of a prize into or out of a cabinet that is no hand-over: what was delivered, and what a count found "
    "missing or extra. What clients got is in the list of redemptions."),
    listing=STOCK,
    fields=(
        Field("seal", marked("Seal"), NUMERAL, marked("The number of the transaction in the sealed log."), is_printed=False),
        Field("at", marked("When"), INSTANT, marked("When it was booked.")),
        Field("site", marked("Site"), meaning=marked("Whose cabinet it is.")),
        Field("kind", marked("Kind"), meaning=marked("Why the number on the shelf changed."), codes=_KINDS),
        Field("prize", marked("Prize"), meaning=marked("The name of the prize now.")),
        Field("category", marked("Category"), meaning=marked("The category of the prize in the catalog."), is_printed=False),
        Field("tier", marked("Tier"), meaning=marked("The tier of slips for which it can be chosen; empty for points."),
              is_printed=False),
        Field("card_ends_in", marked("Card ends in"),
              meaning=marked("The last four digits of a gift card, which is a row of its own; empty for other prizes.")),
        Field("quantity", marked("Quantity"), NUMBER, marked("How many pieces; a negative number is gone."), marked("pieces")),
        Field("unit_cost", marked("Cost of one"), MONEY,
              marked("What one piece cost: 0 for a gift, empty where nobody said it, and for what is no delivery."),
              is_printed=False),
        Field("cost", marked("Cost"), MONEY, marked("What all pieces of the row cost; empty where the cost of one is.")),
        Field("purchase", marked("Purchase"), NUMERAL, marked("The number of the purchase that it arrived by, as in the list of "
              "purchases; empty for none."), is_printed=False),
        Field("by", marked("By"), meaning=marked("Who booked it, or through what.")),
        Field("note", marked("Note"), meaning=marked("Of a delivery the supplier and the invoice, of all else what was said "
              "about it."), is_printed=False),
    ),
)  # fmt: skip

BOUGHT = Export(
    name="purchases",
    title=marked("Purchases"),
    row=marked("One request to buy a prize, with what became of it. The days of the filter are those on which somebody asked."),
    listing=PURCHASES,
    fields=(
        Field("purchase", marked("Purchase"), NUMERAL, marked("The number of the purchase."), value=lambda line: line.id),
        Field("requested_at", marked("Asked for"), INSTANT, marked("When somebody asked for it.")),
        Field("site", marked("Site"), meaning=marked("For whose cabinet it is."), value=lambda line: line.site_name),
        Field("prize", marked("Prize"), meaning=marked("The name of the prize now."), value=lambda line: line.prize_name),
        Field("category", marked("Category"), meaning=marked("The category of the prize in the catalog."), is_printed=False),
        Field("quantity", marked("Quantity"), NUMBER, marked("How many pieces were asked for."), marked("pieces")),
        Field("unit_cost", marked("Cost of one"), MONEY, marked("What one piece may cost."), is_printed=False,
              value=lambda line: line.unit_cents),
        Field("amount", marked("Amount"), MONEY, marked("What all pieces may cost."), value=lambda line: line.cents),
        Field("source", marked("Source"), meaning=marked("The source of money that it is bought with; empty where none is named."),
              is_printed=False, value=lambda line: line.source_name),
        Field("purpose", marked("Purpose"), meaning=marked("What it is for, in the words of whoever asked."), is_printed=False,
              value=lambda line: line.reason),
        Field("requested_by", marked("Asked by"), meaning=marked("Who asked; empty for a command.")),
        Field("decision", marked("Decision"), meaning=marked("What was decided; empty while it waits."), codes=_DECISIONS),
        Field("decided_at", marked("Decided"), INSTANT, marked("When it was decided; empty while it waits."), is_printed=False),
        Field("decided_by", marked("Decided by"), meaning=marked("Who authorized or declined it, or withdrew it.")),
        Field("why_decided", marked("Why"), meaning=marked("What was said with the decision, such as why it is declined."),
              is_printed=False),
        Field("received_at", marked("Received"), INSTANT, marked("When what arrived was booked; empty until then.")),
        Field("received_by", marked("Received by"), meaning=marked("Who booked what arrived."), is_printed=False),
        Field("received_quantity", marked("Quantity received"), NUMBER, marked("How many pieces arrived."), marked("pieces"),
              is_printed=False),
        Field("received_amount", marked("Amount received"), MONEY, marked("What they cost; empty where nobody said it."),
              is_printed=False, value=lambda line: line.received_cents),
        Field("ended_at", marked("Ended"), INSTANT, marked("When somebody recorded that it will not arrive; empty if nobody did."),
              is_printed=False),
        Field("why_ended", marked("Why it ended"), meaning=marked("Why it will not arrive."), is_printed=False),
    ),
)  # fmt: skip
