"""Which PINs a client may choose. A PIN that many people choose is guessed in the five tries that stand before a wait."""

import re

from cm_tracker.domain.errors import WeakPin

LEAST_DIGITS, MOST_DIGITS = 4, 8
# The digits in order and in reverse order: a PIN that is part of this is easily guessed.
_IN_ORDER = "01234567890987654321"
# The twenty most common PINs of each length (Nick Berry, "PIN analysis", DataGenetics, 2012), without those that are in
# order, repeated, or a year.
_COMMON = frozenset({
    "1004", "1010", "2001", "6969", "4321", "54321", "13579", "12321", "00700", "90210", "38317", "09876",
    "98765", "42069", "123321", "654321", "696969", "159753", "292513", "123654", "789456", "101010", "007007",
    "8675309", "1234321", "4830033", "7654321", "5201314", "2848048", "7005425", "1080413", "7895123",
    "1869510", "3223326", "1212123", "1478963", "87654321", "12344321", "11112222", "13131313", "10041004",
})  # fmt: skip
# Lines of the keys, top to bottom and slantwise, and their corners.
_KEYS = frozenset({
    "0147", "0258", "0369", "0852", "0741", "0963", "1470", "2580", "3690", "7410", "8520", "9630", "1357",
    "1359", "1397", "1793", "1937", "3179", "7139", "7193", "9173", "9317", "1590", "3570", "14789", "147896",
    "159357", "357159", "147258", "258147", "147258369", "147852", "258369", "369258", "963852", "741852",
    "14725836", "25802580",
})  # fmt: skip


def check_pin(pin: str, least: int = LEAST_DIGITS) -> str:
    """Return the PIN. Raise `WeakPin` unless it has `least` to 8 digits and is not easily guessed."""
    if not re.fullmatch(r"[0-9]+", pin) or not least <= len(pin) <= MOST_DIGITS:
        raise WeakPin(is_common=False, least=least)
    if _is_common(pin):
        raise WeakPin(is_common=True, least=least)
    return pin


def _is_common(pin: str) -> bool:
    is_year = len(pin) == 4 and 1900 <= int(pin) <= 2099
    # 7777 and 1212 are one text again and again, 1122 and 112233 have each digit twice.
    is_repeated = re.fullmatch(r"(.+?)\1+|(?:(.)\2)+", pin) is not None
    return is_year or is_repeated or pin in _IN_ORDER or pin in _COMMON or pin in _KEYS
