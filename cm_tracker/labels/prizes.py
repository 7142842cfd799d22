"""Labels of prizes: limits, how a client confirmed, the state of a receipt, and whether draws are fair."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from cm_tracker.domain.prizes import offers, purchases, requests
from cm_tracker.domain.prizes.fairness import Fairness
from cm_tracker.i18n import day, money, number
from cm_tracker.labels.counting import counted, plural, signed
from cm_tracker.labels.tags import Tag

_VERDICTS = {
    "fair": Tag("as expected", "good"),
    "unusual": Tag("check this", "warm"),
    "too_few": Tag("too few to tell"),
}


# What stands in place of a number that nobody may see while the cabinet is counted.
BEING_COUNTED = "being counted"


class Stocked(Protocol):
    """The attributes of a prize that `stock` uses."""

    @property
    def site_id(self) -> int | None: ...
    def left_at(self, site_id: int) -> int: ...
    def is_counted_at(self, site_id: int) -> bool: ...


class Given(Protocol):
    """The attributes of a line of the hand-over log that `given_for` uses."""

    @property
    def tier(self) -> str | None: ...
    @property
    def quantity(self) -> int: ...
    @property
    def price_points(self) -> int: ...


class Purchased(Protocol):
    """The attributes of a purchase that `purchase_state` uses."""

    @property
    def decision(self) -> str | None: ...
    @property
    def received_at(self) -> datetime | None: ...


def purchase_state(purchase: Purchased) -> Tag:
    """Return what became of a purchase as a tag."""
    if purchase.received_at is not None:
        return Tag("received", "good")
    if purchase.decision is None:
        return Tag("waits for a yes", "warm")
    return Tag(purchase.decision, "pale" if purchase.decision == purchases.AUTHORIZED else "plain")


def stock(prize: Stocked, site_id: int) -> Tag:
    """Return how many of a prize a site has as a tag, or that the site has none or does not offer the prize.

    While the site's cabinet is being counted, the tag says that and hides the number.
    """
    if prize.site_id not in (None, site_id):
        return Tag("not here", "")
    if prize.is_counted_at(site_id):
        return Tag(BEING_COUNTED)
    left = prize.left_at(site_id)
    return Tag(number(left), "") if left else Tag("none left", "warm")


def trading(days: int | None) -> str:
    """Return whether small prizes may be traded up at a site."""
    return f"within {counted(days, 'day')}" if days else "not allowed"


def trade(waiting: int, to_hand_back: int) -> str:
    """Return how many slips are waiting to be redeemed, and how many prizes must come back for a trade."""
    slips = counted(waiting, "slip waits", "slips wait")
    if not to_hand_back:
        return f"{slips} to be redeemed."
    return f"{slips} to be redeemed; {counted(to_hand_back, 'prize has', 'prizes have')} to come back."


def limit(count: int, days: int | None) -> str:
    """Return a prize's limit: at most 2 for each client in 30 days."""
    within = f" in {counted(days, 'day')}" if days else ""
    return f"At most {number(count)} for each client{within}"


def given_for(line: Given) -> str:
    """Return what a client gave for a prize: 20 points; 1 slip (small). The points were earned by met targets."""
    if line.tier is not None:
        return f"{counted(line.quantity, 'slip')} ({line.tier.replace('_', ' ')})"
    return counted(line.price_points * line.quantity, "point")


def confirmed(how: str | None, why: str | None) -> str:
    """Return how a client confirmed a redemption, or the reason why they did not."""
    if how == offers.NOBODY:
        return f"without a PIN: {why or 'the reason was erased'}"
    return {offers.SCREEN: "with the PIN, on the staff screen", offers.KIOSK: "with the PIN, at the kiosk"}.get(
        how or "", "–"
    )


def receipt(is_undone: bool, waits: bool, confirmed: str | None) -> tuple[Tag, ...]:
    """Return the state of a receipt: undone, set aside or handed over, and whether the PIN is missing."""
    state = Tag("Undone", "warm") if is_undone else Tag("Set aside", "warm") if waits else Tag("Handed over", "")
    return (state, Tag("no PIN")) if confirmed == offers.NOBODY else (state,)


def over(withdrawn_at: datetime | None, withdrawn_via: str | None, minutes: int) -> str:
    """Return why an offer has ended. `minutes` is how long an offer waits for the client."""
    if withdrawn_at is None:
        return f"It waited for {counted(minutes, 'minute')}."
    return "The client said no at the kiosk." if withdrawn_via == "kiosk" else "It was withdrawn."


def difference(n: int) -> Tag:
    """Return the difference of a count as a tag. One that is not zero is marked."""
    return Tag(signed(n), "warm" if n else "")


def differences(missing: int, surplus: int, lost_cents: int | None) -> str:
    """Return what is missing and what is extra in a count, and what the missing pieces are worth, where it is known."""
    if not missing and not surplus:
        return "Everything is there."
    worth = f", worth {money(lost_cents)}" if missing and lost_cents is not None else ""
    return f"{number(missing)} missing{worth}; {number(surplus)} more than in the ledger."


class CountedLine(Protocol):
    """The attributes of a line of a count that `other_numbers` uses."""

    @property
    def prize_id(self) -> int: ...
    @property
    def counted(self) -> int: ...


def other_numbers(lines: Iterable[CountedLine], others: Iterable[CountedLine], names: Mapping[int, str]) -> str:
    """Return which numbers of another count differ from a count's: "Travel mug 4", or that none does."""
    known = {line.prize_id: line.counted for line in lines}
    different = [
        f"{names.get(line.prize_id, '–')} {number(line.counted)}"
        for line in others
        if known.get(line.prize_id) != line.counted
    ]
    return ", ".join(different) if different else "the same numbers"


class Counted(Protocol):
    """The attributes of a count that `count_state` uses."""

    @property
    def signed_by(self) -> str | None: ...
    @property
    def signed_at(self) -> datetime | None: ...
    @property
    def ended(self) -> str | None: ...
    @property
    def checked_at(self) -> datetime | None: ...
    @property
    def waits_for_lead(self) -> bool: ...
    @property
    def waits_for_signature(self) -> bool: ...
    @property
    def waits_for_check(self) -> bool: ...


def count_state(count: Counted) -> Tag:
    """Return who signed a count, or what it waits for, or why it is not signed."""
    if count.signed_at is not None:
        return Tag(f"signed by {count.signed_by}" if count.signed_by else "signed")
    if count.waits_for_lead:
        return Tag("waits for a lead", "warm")
    if count.waits_for_signature:
        return Tag("waits for a signature", "warm")
    if count.waits_for_check:
        return Tag("waits for a second person", "warm")
    if count.ended == "again" and count.checked_at is not None:
        return Tag("not booked: a lead ordered another count")
    return Tag("another count was made")


def verdict(word: str) -> Tag:
    """Return the verdict of a comparison of draws with their bowls as a tag."""
    return _VERDICTS[word]


def fairness_notice(word: str) -> str:
    """Return the CSS class of the notice that shows a verdict."""
    return {"fair": "done", "unusual": "warm", "too_few": "calm"}[word]


def fairness(whole: Fairness, since: date) -> str:
    """Return the result of the comparison of all draws in one sentence."""
    drawn = f"The {counted(whole.draws, 'draw')} since {day(since)}"
    if whole.z is None or whole.p is None or whole.verdict == "too_few":
        are = plural(whole.draws, "is", "are")
        return f"{drawn} {are} too few to tell. Each tier should have about five expected slips."
    if whole.verdict == "unusual":
        return f"{drawn} are further from what the bowls predict than chance explains."
    chance = f"{whole.p * 100:.0f}" if whole.p >= 0.01 else f"{whole.p * 100:.1f}"
    side = "above" if whole.z >= 0 else "below"
    return (
        f"{drawn} came out as the bowls predict: fair bowls differ at least as much in {chance} of 100 cases, "
        f"and the value drawn is {abs(whole.z):.1f} standard deviations {side} the expected value."
    )


def request_ended(ended: str | None) -> str:
    """Return how a client's request for a prize ended. None is one whose day is over."""
    return {
        requests.REDEEMED: "The client got it.",
        requests.TAKEN_BACK: "The client took it back.",
        requests.DECLINED: "It was declined.",
    }.get(ended or "", "Its day is over.")
