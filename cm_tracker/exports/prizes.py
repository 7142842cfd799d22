"""What clients chose and got: the hand-over log, and redemptions."""

from cm_tracker.domain.measures.tables import FLAG, INSTANT, MONEY, NUMBER, NUMERAL
from cm_tracker.domain.prizes.offers import KIOSK, NOBODY, SCREEN
from cm_tracker.exports.export import Export, Field, filter_as
from cm_tracker.i18n import using_language
from cm_tracker.labels.prizes import confirmed, given_for
from cm_tracker.queries.prizes.handed_out import HANDED_OUT, HandedOut, HandedOutFilter
from cm_tracker.queries.prizes.redemption_rows import REDEMPTIONS

_CONFIRMED = (
    (SCREEN, "With the PIN, on the staff screen"),
    (KIOSK, "With the PIN, at the kiosk"),
    (NOBODY, "Without a PIN; the reason stands on the receipt"),
)


def _given_for(line: HandedOut) -> str:
    with using_language("en"):
        return given_for(line)


def _confirmed_by(line: HandedOut) -> str:
    with using_language("en"):
        return confirmed(line.confirmed, line.why_unconfirmed)


HANDOVERS = Export(
    name="handed-out",
    title="Hand-over log",
    row="One receipt of what a client got in their hands. A voided receipt stays in the log.",
    listing=HANDED_OUT,
    filter_of=filter_as(HandedOutFilter),
    fields=(
        Field("at", "When", INSTANT, "When it was handed over."),
        Field("site", "Site", meaning="Where it was handed over.", value=lambda line: line.site_name),
        Field("client_code", "Client code", meaning="Who got it."),
        Field("prize", "Prize", meaning="The name of the prize on that day.", value=lambda line: line.prize_name),
        Field("card_ends_in", "Card ends in", meaning="The last four digits of a gift card.",
              value=lambda line: line.last_four),
        Field("quantity", "Quantity", NUMBER, "How many pieces."),
        Field("amount", "Amount", MONEY, "The price of all pieces in money; empty for a slip of a draw.",
              value=lambda line: line.cents),
        Field("given_for", "For", meaning="What the client gave for it.", value=_given_for),
        Field("issuer", "Handed out by", meaning="Who handed it over."),
        Field("authorized_by", "Purchase authorized by", meaning="Who authorized the purchase of a gift card."),
        Field("confirmed", "Confirmed by the client", meaning="How the client confirmed it, or why not.",
              value=_confirmed_by),
        Field("has_promise", "Promised not to buy alcohol, tobacco, drugs or weapons", FLAG,
              "Whether the client confirmed what a gift card will not pay for.", is_printed=False),
        Field("is_voided", "Voided", FLAG, "Whether the receipt was voided later.",
              value=lambda line: line.undone_at is not None),
    ),
)  # fmt: skip

REDEEMED = Export(
    name="redemptions",
    title="Redemptions",
    row="One prize that a client chose for points or for a slip, also one that is still set aside or was undone.",
    listing=REDEMPTIONS,
    fields=(
        Field("redemption", "Receipt", NUMERAL, "The number of the receipt."),
        Field("at", "When", INSTANT, "When the client chose it."),
        Field("client_code", "Client code", meaning="The client's code."),
        Field("site", "Site", meaning="The site whose cabinet it comes from."),
        Field("prize", "Prize", meaning="The name of the prize on that day."),
        Field("category", "Category", meaning="The category of the prize in the catalog."),
        Field("quantity", "Quantity", NUMBER, "How many pieces."),
        Field("points", "Points", NUMBER, "What all pieces cost; 0 for a slip of a draw.", "points"),
        Field("amount", "Amount", MONEY, "The price of all pieces in money; empty where none is known."),
        Field("tier", "Tier", meaning="The tier of the slip that it was chosen for; empty for points."),
        Field("confirmed", "Confirmed", meaning="How the client confirmed it.", codes=_CONFIRMED),
        Field("is_set_aside", "Set aside", FLAG, "Whether it was put aside for the client at first."),
        Field("handed_over_at", "Handed over", INSTANT, "When it was handed over; empty while it waits."),
        Field("undone_at", "Undone", INSTANT, "When the redemption was undone or voided; empty if it was not."),
    ),
)  # fmt: skip
