"""Labels of prizes: limits, how a client confirmed, the state of a receipt, and whether draws are fair."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from cm_tracker.domain.prizes import catalog, offers, purchases, requests
from cm_tracker.domain.prizes.fairness import Fairness
from cm_tracker.i18n import day, gettext, lazy, marked, money, ngettext, number, pgettext
from cm_tracker.labels.counting import counted, signed, tier_name
from cm_tracker.labels.tags import Tag

_VERDICTS = {
    "fair": (marked("as expected"), "good"),
    "unusual": (marked("check this"), "warm"),
    "too_few": (marked("too few to tell"), "plain"),
}
_CATEGORIES = {
    "food": lazy("Food"),
    "household": lazy("Household"),
    "hygiene": lazy("Hygiene"),
    "clothing": lazy("Clothing"),
    "transport": lazy("Transport"),
    "books_and_media": lazy("Books and media"),
    "family": lazy("Family"),
    "health": lazy("Health"),
    catalog.GIFT_CARD: lazy("Gift card"),
    "other": lazy("Other"),
    "cash": lazy("Cash"),
    "alcohol": lazy("Alcohol"),
    "tobacco_or_nicotine": lazy("Tobacco or nicotine"),
    "cannabis": lazy("Cannabis"),
    "weapons": lazy("Weapons"),
    "lottery_or_gambling": lazy("Lottery or gambling"),
    "cash_card": lazy("Cash card"),
}
_DECISIONS = {
    purchases.AUTHORIZED: lazy("authorized"),
    purchases.DECLINED: lazy("declined"),
    purchases.WITHDRAWN: lazy("withdrawn"),
}
_DECIDED_BY = {
    purchases.AUTHORIZED: lazy("Authorized by"),
    purchases.DECLINED: lazy("Declined by"),
    purchases.WITHDRAWN: lazy("Withdrawn by"),
}
# What `queries.prizes.draws.wrong_with` finds.
FAULTS = (
    marked("the secret is not the one that was committed to"),
    marked("the slip does not follow from the secret and the client's part"),
    marked("the slip is of another tier"),
    marked("it was cut by a ceiling that the schedule does not have"),
    marked("something else was given, and no ceiling cut it"),
    marked("what was given is no slip of the bowl"),
)

# What stands in place of a number that nobody may see while the cabinet is counted.
BEING_COUNTED = lazy("being counted")


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
    def paid_points(self) -> int: ...


class Purchased(Protocol):
    """The attributes of a purchase that `purchase_state` uses."""

    @property
    def decision(self) -> str | None: ...
    @property
    def received_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


def category(name: str) -> str:
    """Return the name of a category of prizes, also of one that may never be a reward."""
    return str(_CATEGORIES.get(name, name))


def categories_to_choose() -> list[tuple[str, str]]:
    """Return every category with its name, also those that may never be a reward: a refusal then says why."""
    return [
        *((name, category(name)) for name in catalog.CATEGORIES),
        *((name, gettext("%(category)s (never a reward)", category=category(name))) for name in catalog.RESTRICTED),
    ]


def purchase_state(purchase: Purchased) -> Tag:
    """Return what became of a purchase as a tag."""
    if purchase.received_at is not None:
        return Tag(gettext("received"), "good")
    if purchase.ended_at is not None:
        return Tag(gettext("never arrived"))
    if purchase.decision is None:
        return Tag(gettext("waits for a yes"), "warm")
    word = str(_DECISIONS.get(purchase.decision, purchase.decision))
    return Tag(word, "pale" if purchase.decision == purchases.AUTHORIZED else "plain")


def decided_by(decision: str) -> str:
    """Return the words before the name of whoever decided about a purchase."""
    return str(_DECIDED_BY[decision])


def decision_saved(decision: str) -> str:
    """Return the sentence that says what a purchase is, once somebody has decided about it."""
    return {
        purchases.AUTHORIZED: gettext("The purchase is authorized."),
        purchases.DECLINED: gettext("The purchase is declined."),
        purchases.WITHDRAWN: gettext("The purchase is withdrawn."),
    }[decision]


def stock(prize: Stocked, site_id: int) -> Tag:
    """Return how many of a prize a site has as a tag, or that the site has none or does not offer the prize.

    While the site's cabinet is being counted, the tag says that and hides the number.
    """
    if prize.site_id not in (None, site_id):
        return Tag(pgettext("prizes", "not here"), "")
    if prize.is_counted_at(site_id):
        return Tag(str(BEING_COUNTED))
    left = prize.left_at(site_id)
    return Tag(number(left), "") if left else Tag(gettext("none left"), "warm")


def trading(days: int | None) -> str:
    """Return whether small prizes may be traded up at a site."""
    if not days:
        return gettext("not allowed")
    return ngettext("within %(n)s day", "within %(n)s days", days)


def trade(waiting: int, to_hand_back: int) -> str:
    """Return how many slips are waiting to be redeemed, and how many prizes must come back for a trade."""
    slips = counted(waiting, "slip waits", "slips wait")
    if not to_hand_back:
        return f"{slips} to be redeemed."
    return f"{slips} to be redeemed; {counted(to_hand_back, 'prize has', 'prizes have')} to come back."


def limit(count: int, days: int | None) -> str:
    """Return a prize's limit: at most 2 for each client in 30 days."""
    if not days:
        return gettext("At most %(count)s for each client", count=number(count))
    return ngettext(
        "At most %(count)s for each client in %(n)s day",
        "At most %(count)s for each client in %(n)s days",
        days,
        count=number(count),
    )


def given_for(line: Given) -> str:
    """Return what a client gave for a prize: 20 points; 1 slip (small). The points were earned by met targets."""
    if line.tier is not None:
        return ngettext("%(n)s slip (%(tier)s)", "%(n)s slips (%(tier)s)", line.quantity, tier=tier_name(line.tier))
    return ngettext("%(n)s point", "%(n)s points", line.paid_points)


def confirmed(how: str | None, why: str | None) -> str:
    """Return how a client confirmed a redemption, or the reason why they did not."""
    if how == offers.NOBODY:
        return gettext("without a PIN: %(reason)s", reason=why or gettext("the reason was erased"))
    return {
        offers.SCREEN: gettext("with the PIN, on the staff screen"),
        offers.KIOSK: gettext("with the PIN, at the kiosk"),
    }.get(how or "", "–")


def receipt(is_undone: bool, waits: bool, confirmed: str | None) -> tuple[Tag, ...]:
    """Return the state of a receipt: undone, set aside or handed over, and whether the PIN is missing."""
    state = (
        Tag(gettext("Undone"), "warm")
        if is_undone
        else Tag(gettext("Set aside"), "warm")
        if waits
        else Tag(gettext("Handed over"), "")
    )
    return (state, Tag(gettext("no PIN"))) if confirmed == offers.NOBODY else (state,)


def undone(at: str, by: str | None, tier: str | None) -> str:
    """Return when a redemption was undone, by whom where it is known, and what was given back."""
    if tier and by:
        return gettext("Undone on %(moment)s by %(name)s: the slip was given back.", moment=at, name=by)
    if tier:
        return gettext("Undone on %(moment)s: the slip was given back.", moment=at)
    if by:
        return gettext("Undone on %(moment)s by %(name)s: the points were given back.", moment=at, name=by)
    return gettext("Undone on %(moment)s: the points were given back.", moment=at)


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
        return gettext("Everything is there.")
    if not missing or lost_cents is None:
        return gettext(
            "%(missing)s missing; %(surplus)s more than in the ledger.",
            missing=number(missing),
            surplus=number(surplus),
        )
    return gettext(
        "%(missing)s missing, worth %(money)s; %(surplus)s more than in the ledger.",
        missing=number(missing),
        money=money(lost_cents),
        surplus=number(surplus),
    )


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
    return ", ".join(different) if different else gettext("the same numbers")


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
        by = count.signed_by
        return Tag(gettext("signed by %(name)s", name=by) if by else gettext("signed"))
    if count.waits_for_lead:
        return Tag(gettext("waits for a lead"), "warm")
    if count.waits_for_signature:
        return Tag(gettext("waits for a signature"), "warm")
    if count.waits_for_check:
        return Tag(gettext("waits for a second person"), "warm")
    if count.ended == "again" and count.checked_at is not None:
        return Tag(gettext("not booked: a lead ordered another count"))
    return Tag(gettext("another count was made"))


def verdict(word: str) -> Tag:
    """Return the verdict of a comparison of draws with their bowls as a tag."""
    text, tone = _VERDICTS[word]
    return Tag(gettext(text), tone)


def fairness_notice(word: str) -> str:
    """Return the CSS class of the notice that shows a verdict."""
    return {"fair": "done", "unusual": "warm", "too_few": "calm"}[word]


def fairness(whole: Fairness, since: date) -> str:
    """Return the result of the comparison of all draws in one sentence."""
    n, on = whole.draws, day(since)
    if whole.z is None or whole.p is None or whole.verdict == "too_few":
        return ngettext(
            "The %(n)s draw since %(day)s is too few to tell. Each tier should have about five expected slips.",
            "The %(n)s draws since %(day)s are too few to tell. Each tier should have about five expected slips.",
            n,
            day=on,
        )
    if whole.verdict == "unusual":
        return ngettext(
            "The %(n)s draw since %(day)s is further from what the bowls predict than chance explains.",
            "The %(n)s draws since %(day)s are further from what the bowls predict than chance explains.",
            n,
            day=on,
        )
    values = {
        "day": on,
        "chance": f"{whole.p * 100:.0f}" if whole.p >= 0.01 else f"{whole.p * 100:.1f}",
        "z": f"{abs(whole.z):.1f}",
    }
    if whole.z >= 0:
        return ngettext(
            "The %(n)s draw since %(day)s came out as the bowls predict: fair bowls differ at least as much in "
            "%(chance)s of 100 cases, and the value drawn is %(z)s standard deviations above the expected value.",
            "The %(n)s draws since %(day)s came out as the bowls predict: fair bowls differ at least as much in "
            "%(chance)s of 100 cases, and the value drawn is %(z)s standard deviations above the expected value.",
            n,
            **values,
        )
    return ngettext(
        "The %(n)s draw since %(day)s came out as the bowls predict: fair bowls differ at least as much in "
        "%(chance)s of 100 cases, and the value drawn is %(z)s standard deviations below the expected value.",
        "The %(n)s draws since %(day)s came out as the bowls predict: fair bowls differ at least as much in "
        "%(chance)s of 100 cases, and the value drawn is %(z)s standard deviations below the expected value.",
        n,
        **values,
    )


def request_ended(ended: str | None) -> str:
    """Return how a client's request for a prize ended. None is one whose day is over."""
    return {
        requests.REDEEMED: gettext("The client got it."),
        requests.TAKEN_BACK: gettext("The client took it back."),
        requests.DECLINED: gettext("It was declined."),
    }.get(ended or "", gettext("Its day is over."))
