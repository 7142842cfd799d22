"""Purchases: one person asks, somebody else authorizes, and a third receives what was bought, where there is one."""

from collections.abc import Collection

from cm_tracker.domain.errors import AllRefusals, BadInput, SecondLeadNeeded
from cm_tracker.domain.money import Cents

AUTHORIZED, DECLINED, WITHDRAWN = "authorized", "declined", "withdrawn"
MOST_AT_ONCE = 10_000
MOST_CENTS = Cents(1_000_000)
LEAST_CHARACTERS = 5


def check_request(quantity: int, unit_cents: int) -> None:
    """Raise `BadInput` for a number or a cost that is out of bounds."""
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=MOST_AT_ONCE)
    if not 1 <= unit_cents <= MOST_CENTS:
        raise BadInput("Give what one cost, from %(least)s to %(most)s.", "unit_cost", least=Cents(1), most=MOST_CENTS)


def check_cards_asked(cards: int, most: int | None) -> None:
    """Raise `BadInput` where a site would have more cards than it allows, with those on their way. None: it has no limit."""
    if most is not None and cards > most:
        raise BadInput(
            "This site keeps at most %(most)s gift cards, with those that are on their way. Ask for fewer.",
            "quantity",
            most=most,
        )


def check_cards_authorized(cards: int, most: int | None) -> None:
    """Raise `BadInput` where a site would have more cards than it allows by now, with those on their way."""
    if most is not None and cards > most:
        raise BadInput(
            "This site keeps at most %(most)s gift cards. With this purchase there would be %(cards)s, counting those on "
            "their way. Decline it, or change the limit in the site’s settings first.",
            "decision",
            most=most,
            cards=cards,
        )


def check_cards_delivered(cards: int, most: int | None) -> None:
    """Raise `BadInput` where more cards would lie in a cabinet than the site allows."""
    if most is not None and cards > most:
        raise BadInput(
            "This site keeps at most %(most)s gift cards, and there would be %(cards)s. Nothing was recorded. Record "
            "fewer, or let a lead change the limit in the site’s settings first.",
            "cards",
            most=most,
            cards=cards,
        )


def check_arrived(quantity: int, unit_cents: int | None, authorized: int, authorized_cents: int) -> None:
    """Raise a refusal where more arrived, or it cost more in all, than was authorized."""
    refusals = AllRefusals()
    with refusals:
        if quantity > authorized:
            raise BadInput(
                "Only %(authorized)s of these were authorized. Ask for another purchase for the rest.",
                "quantity",
                authorized=authorized,
            )
    with refusals:
        if unit_cents is not None and quantity * unit_cents > authorized_cents:
            raise BadInput(
                "Only %(most)s in all were authorized. Ask for another purchase at this price.",
                "unit_cost",
                most=Cents(authorized_cents),
            )
    refusals.raise_any()


def check_decision(decision: str, reason: str, *, is_own: bool) -> None:
    """Raise a refusal for a decision that cannot be made; `is_own` by whoever asked."""
    if decision not in (AUTHORIZED, DECLINED, WITHDRAWN):
        raise BadInput("Choose whether it is authorized.", "decision")
    if decision == WITHDRAWN and not is_own:
        raise BadInput("Only whoever asked can withdraw it. Decline it instead.", "decision")
    if decision != WITHDRAWN and is_own:
        raise SecondLeadNeeded
    if decision == DECLINED and len(reason.strip()) < LEAST_CHARACTERS:
        raise BadInput("Say why it is declined, so that whoever asked understands it.", "reason")


def check_end(reason: str) -> None:
    """Raise `BadInput` where nobody says why an authorized purchase will not arrive."""
    if len(reason.strip()) < LEAST_CHARACTERS:
        raise BadInput("Say why it will not arrive.", "reason")


def check_receiver(receiver: int | None, did: Collection[int | None], may_receive: Collection[int]) -> None:
    """Raise `BadInput` where the receiver asked for or authorized a purchase, and a third person could receive it.

    `did` are the two, and `may_receive` who may book deliveries at the site. A command receives for anybody.
    """
    if receiver is not None and receiver in did and set(may_receive) - set(did):
        raise BadInput("You asked for this purchase or authorized it. Let somebody else book what arrived.")
