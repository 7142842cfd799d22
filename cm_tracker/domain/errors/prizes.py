"""Refusals about prizes: the catalog, the cabinet, and what a client redeems for points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator

MOST_LISTED = 10

# -- the catalog and deliveries ----------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class NeverAReward(Refused):
    """Raised for a prize of a category that no program may give out; see `prizes.catalog.RESTRICTED`."""

    status = 422
    category: str

    def message(self, translator: Translator) -> str:
        messages = {
            "cash": translator.gettext("Cash may never be a reward."),
            "alcohol": translator.gettext("Alcohol may never be a reward."),
            "tobacco_or_nicotine": translator.gettext("Tobacco or nicotine may never be a reward."),
            "cannabis": translator.gettext("Cannabis may never be a reward."),
            "weapons": translator.gettext("Weapons may never be a reward."),
            "lottery_or_gambling": translator.gettext("Lottery or gambling may never be a reward."),
            "cash_card": translator.gettext("Cash card may never be a reward."),
        }
        return messages[self.category]


@dataclass(eq=False, kw_only=True)
class PrizeToCheck(Refused):
    """Raised for a prize that somebody has to look at again before it is saved.

    Its name has `words` that sound like something forbidden, or its price `is_far` from its retail value.
    """

    status = 422
    words: tuple[str, ...]
    price_cents: int
    retail_cents: int
    is_far: bool

    def message(self, translator: Translator) -> str:
        sentences = []
        if self.words:
            sentences.append(
                translator.gettext(
                    "The name says: %(words)s. Alcohol, tobacco, vapes, cannabis, weapons, lottery tickets and cash may "
                    "never be a reward, and no gift card may buy them.",
                    words=", ".join(self.words),
                )
            )
        if self.is_far:
            sentences.append(
                translator.gettext(
                    "The price is %(price)s and the retail value is %(retail)s. A prize costs what it is worth in a "
                    "shop, because the ceilings count points at that worth.",
                    price=translator.money(self.price_cents),
                    retail=translator.money(self.retail_cents),
                )
            )
        sentences.append(translator.gettext("If this prize is right as it is, say so below and save again."))
        return translator.joined(sentences, " ")


@dataclass(eq=False, kw_only=True)
class CardsMisread(Refused):
    """Raised for gift cards that were not given by their last four digits.

    `places` counts from 1 in the list that was typed. The message names the places only: what was typed
    may be a whole number, which is not shown again.
    """

    status = 422
    places: tuple[int, ...]

    def message(self, translator: Translator) -> str:
        first, last = _listed([translator.number(place) for place in self.places], translator)
        listed = translator.gettext("%(first)s and %(last)s", first=first, last=last) if first else last
        return translator.gettext(
            "Give only the last four digits of each card: look at number %(places)s of your list again. "
            "The whole number never belongs here.",
            places=listed,
        )


@dataclass(eq=False, kw_only=True)
class StrangeCards(Refused):
    """Raised where a count finds gift cards, by their last four digits, that nobody booked in."""

    status = 422
    last_fours: tuple[str, ...]

    def message(self, translator: Translator) -> str:
        first, last = _listed(self.last_fours, translator)
        listed = translator.gettext("%(first)s or %(last)s", first=first, last=last) if first else last
        return translator.gettext(
            "No card that ends in %(cards)s was booked in here. Look again, or let a lead book in what was delivered.",
            cards=listed,
        )


def _listed(words: Sequence[str], translator: Translator) -> tuple[str, str]:
    """Return all words but the last with commas between them, and the last; of many the first ten, and how many more."""
    shown = list(words[:MOST_LISTED])
    if more := len(words) - len(shown):
        shown.append(translator.ngettext("%(n)s more", "%(n)s more", more))
    return ", ".join(shown[:-1]), shown[-1]


# -- redeeming ---------------------------------------------------------------------------------


@dataclass(eq=False, kw_only=True)
class NotEnoughPoints(Refused):
    """Raised where a client's `balance` does not cover the `cost`; both are points of the program's value."""

    balance: int
    cost: int
    point_value_cents: int

    @property
    def missing(self) -> int:
        """The points that the client needs besides what they have."""
        return self.cost - self.balance

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "This costs %(cost)s (%(price)s) and the client has %(balance)s (%(worth)s): %(n)s more is needed (%(money)s).",
            "This costs %(cost)s (%(price)s) and the client has %(balance)s (%(worth)s): %(n)s more are needed (%(money)s).",
            self.missing,
            cost=translator.ngettext("%(n)s point", "%(n)s points", self.cost),
            price=translator.money(self.cost * self.point_value_cents),
            balance=translator.number(self.balance),
            worth=translator.money(self.balance * self.point_value_cents),
            money=translator.money(self.missing * self.point_value_cents),
        )


@dataclass(eq=False, kw_only=True)
class NotEnoughStock(Refused):
    """Raised where more of a prize is `wanted` than is `left` in the site's cabinet."""

    wanted: int
    left: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "%(wanted)s wanted, %(n)s left in the cabinet. Choose another prize or book in a delivery.",
            "%(wanted)s wanted, %(n)s left in the cabinet. Choose another prize or book in a delivery.",
            self.left,
            wanted=translator.number(self.wanted),
        )


@dataclass(eq=False, kw_only=True)
class LimitReached(Refused):
    """Raised where a client would have more than `count` of a prize within `days` days, or ever (None).

    `left` is how many they may still have today.
    """

    count: int
    days: int | None
    left: int

    def message(self, translator: Translator) -> str:
        count, left = translator.number(self.count), translator.number(self.left)
        if self.days is None:
            return translator.gettext(
                "One client may have %(count)s of this prize in all, and this one may have %(left)s more today. "
                "Choose fewer, or another prize.",
                count=count,
                left=left,
            )
        return translator.ngettext(
            "One client may have %(count)s of this prize in %(n)s day, and this one may have %(left)s more today. "
            "Choose fewer, or another prize.",
            "One client may have %(count)s of this prize within %(n)s days, and this one may have %(left)s more "
            "today. Choose fewer, or another prize.",
            self.days,
            count=count,
            left=left,
        )


@dataclass(eq=False, kw_only=True)
class PriceChanged(Refused):
    """Raised where a prize costs other than the page showed; `price_points` is what it costs now."""

    price_points: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "The price has changed to %(n)s point since the page was opened. Look again, then redeem.",
            "The price has changed to %(n)s points since the page was opened. Look again, then redeem.",
            self.price_points,
        )


@dataclass(eq=False, kw_only=True)
class NothingForPractice(Refused):
    """Raised at the last step of a redemption for a practice client: until then staff practice everything."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This is a practice client, so it ends here. All steps were right. No points are taken, and no prize leaves "
            "the cabinet."
        )


@dataclass(eq=False, kw_only=True)
class OfferIsOld(Refused):
    """Raised where a client confirms an offer that was made more than `minutes` ago."""

    minutes: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "This offer is more than %(n)s minute old. Choose the prize again.",
            "This offer is more than %(n)s minutes old. Choose the prize again.",
            self.minutes,
        )


class OfferWithdrawn(Refused):
    """Raised where a client confirms an offer that they or staff withdrew."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This offer was withdrawn. Choose the prize again.")


class OfferTaken(Refused):
    """Raised where an offer is withdrawn that the client has confirmed."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The client has confirmed this already. Undo the redemption from its receipt if it was wrong."
        )


class NothingToHandOver(Refused):
    """Raised where a redemption is handed over that is not set aside, or not any more."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Nothing is set aside here: it was handed over already, or went to the client at once."
        )


@dataclass(eq=False, kw_only=True)
class AlreadyReturned(Refused):
    """Raised where a redemption is undone a second time; it was undone at `undone_at`, told in the site's time."""

    undone_at: datetime
    time_zone: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "This redemption was undone already; the points are back since %(moment)s.",
            moment=translator.moment(self.undone_at, self.time_zone),
        )


# -- counts of the cabinet ---------------------------------------------------------------------


class SecondPersonNeeded(Refused):
    """Raised where somebody signs a count that they made themselves."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("You counted this yourself. Somebody else at the site has to look and sign.")


@dataclass(eq=False, kw_only=True)
class LeadNeeded(Refused):
    """Raised where a loss is signed without a lead who may answer for it; both amounts are at retail value."""

    lost_cents: int
    limit_cents: int

    def message(self, translator: Translator) -> str:
        if self.lost_cents > self.limit_cents:
            return translator.gettext(
                "Prizes worth %(lost)s are missing, more than %(limit)s. A lead who did not count has to sign this.",
                lost=translator.money(self.lost_cents),
                limit=translator.money(self.limit_cents),
            )
        return translator.gettext("Something is missing, and neither of the two people is a lead. A lead has to sign.")


class NobodyChecked(Refused):
    """Raised where a count is signed before a second person has checked it."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("Nobody has checked this count yet. A second person looks into the cabinet first.")


class CountWaits(Refused):
    """Raised where a cabinet is counted while the difference of a count before it is not signed."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "A count of this cabinet is checked and not signed yet. Sign it first, or let a lead order another count."
        )


class CountHasBegun(Refused):
    """Raised where a round of counts is stopped that has a count already, or that has ended."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("Somebody has counted already. The count ends when a second person has checked it.")


class StockBeingCounted(Refused):
    """Raised where a prize is not in the cabinet while the cabinet is being counted: the number is not told."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "There are not enough of this prize. The cabinet is being counted, so the number is hidden. Choose another."
        )


class AlreadySigned(Refused):
    """Raised where a count is signed a second time."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This count was signed already.")


class CountIsOld(Refused):
    """Raised where a count is signed after something moved in the cabinet, or after a newer count."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "The shelf has changed since this count, or a newer one was made. Count again, and let that be signed."
        )
