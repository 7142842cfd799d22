"""What clients chose and got: the hand-over log, and redemptions."""

from cm_tracker.domain.measures.tables import FLAG, INSTANT, MONEY, NUMBER, NUMERAL
from cm_tracker.domain.prizes.offers import KIOSK, NOBODY, SCREEN
from cm_tracker.exports.export import Export, Field, filter_as
from cm_tracker.i18n import marked
from cm_tracker.labels.prizes import confirmed, given_for
from cm_tracker.queries.prizes.handed_out import HANDED_OUT, HandedOutFilter
from cm_tracker.queries.prizes.redemption_rows import REDEMPTIONS

_CONFIRMED = (
    (SCREEN, marked("With the PIN, on the staff screen")),
    (KIOSK, marked("With the PIN, at the kiosk")),
    (NOBODY, marked("Without a PIN; the reason stands on the receipt")),
)

HANDOVERS = Export(
    name="handed-out",
    title=marked("Hand-over log"),
    row=marked("One receipt of what a client got in their hands. A voided receipt stays in the log."),
    listing=HANDED_OUT,
    filter_of=filter_as(HandedOutFilter),
    fields=(
        Field("at", marked("When"), INSTANT, marked("When it was handed over.")),
        Field("site", marked("Site"), meaning=marked("Where it was handed over."), value=lambda line: line.site_name),
        Field("client_code", marked("Client code"), meaning=marked("Who got it.")),
        Field("prize", marked("Prize"), meaning=marked("The name of the prize on that day."), value=lambda line: line.prize_name),
        Field("card_ends_in", marked("Card ends in"), meaning=marked("The last four digits of a gift card."),
              value=lambda line: line.last_four),
        Field("quantity", marked("Quantity"), NUMBER, marked("How many pieces.")),
        Field("amount", marked("Amount"), MONEY, marked("The price of all pieces in money; empty for a slip of a draw."),
              value=lambda line: line.cents),
        Field("given_for", marked("For"), meaning=marked("What the client gave for it."), value=given_for),
        Field("issuer", marked("Handed out by"), meaning=marked("Who handed it over.")),
        Field("authorized_by", marked("Purchase authorized by"), meaning=marked("Who authorized the purchase of a gift card.")),
        Field("confirmed", marked("Confirmed by the client"), meaning=marked("How the client confirmed it, or why not."),
              value=lambda line: confirmed(line.confirmed, line.why_unconfirmed)),
        Field("has_promise", marked("Promised not to buy alcohol, tobacco, drugs or weapons"), FLAG,
              marked("Whether the client confirmed what a gift card will not pay for."), is_printed=False),
        Field("is_voided", marked("Voided"), FLAG, marked("Whether the receipt was voided later."),
              value=lambda line: line.undone_at is not None),
    ),
)  # fmt: skip

REDEEMED = Export(
    name="redemptions",
    title=marked("Redemptions"),
    row=marked("One prize that a client chose for points or for a slip, also one that is still set aside or was undone."),
    listing=REDEMPTIONS,
    fields=(
        Field("redemption", marked("Receipt"), NUMERAL, marked("The number of the receipt.")),
        Field("at", marked("When"), INSTANT, marked("When the client chose it.")),
        Field("client_code", marked("Client code"), meaning=marked("The client's code.")),
        Field("site", marked("Site"), meaning=marked("The site whose cabinet it comes from.")),
        Field("prize", marked("Prize"), meaning=marked("The name of the prize on that day.")),
        Field("category", marked("Category"), meaning=marked("The category of the prize in the catalog.")),
        Field("quantity", marked("Quantity"), NUMBER, marked("How many pieces.")),
        Field("points", marked("Points"), NUMBER, marked("What all pieces cost; 0 for a slip of a draw."), marked("points")),
        Field("amount", marked("Amount"), MONEY, marked("The price of all pieces in money; empty where none is known.")),
        Field("tier", marked("Tier"), meaning=marked("The tier of the slip that it was chosen for; empty for points.")),
        Field("confirmed", marked("Confirmed"), meaning=marked("How the client confirmed it."), codes=_CONFIRMED),
        Field("is_set_aside", marked("Set aside"), FLAG, marked("Whether it was put aside for the client at first.")),
        Field("handed_over_at", marked("Handed over"), INSTANT, marked("When it was handed over; empty while it waits.")),
        Field("undone_at", marked("Undone"), INSTANT, marked("When the redemption was undone or voided; empty if it was not.")),
    ),
)  # fmt: skip
