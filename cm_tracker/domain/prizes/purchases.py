"""Purchases: one person asks, somebody else authorizes, and a third receives what was bought, where there is one."""

from collections.abc import Collection

from cm_tracker.domain.errors import BadInput, SecondLeadNeeded
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


def check_cards_in_hand(there: int, quantity: int, most: int | None) -> None:
    """Raise `BadInput` where more cards would lie in a cabinet than the site allows. None: it has no limit."""
    if most is not None and there + quantity > most:
        raise BadInput(
            "This site keeps at most %(most)s gift cards, with those that are on their way. Ask for fewer.",
            "quantity",
            most=most,
        )


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


def check_receiver(receiver: int | None, did: Collection[int | None], may_receive: Collection[int]) -> None:
    """Raise `BadInput` where the receiver asked for or authorized a purchase, and a third person could receive it.

    `did` are the two, and `may_receive` who may book deliveries at the site. A command receives for anybody.
    """
    if receiver is not None and receiver in did and set(may_receive) - set(did):
        raise BadInput("You asked for this purchase or authorized it. Let somebody else book what arrived.")
