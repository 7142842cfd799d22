"""Prize draws that a client can check: the program commits itself, the client adds to it, arithmetic decides.

Before a draw the program shows a commitment: SHA-256 over the draw's identity and a fresh secret of 32
bytes. Then the client touches the bowl, or chooses a word. The slip follows from HMAC-SHA256 with the
secret as its key over the client's part and the number of the draw; afterwards the secret is shown.
The program could not choose the slip, because it had committed itself before it knew the client's
part; the client could not, because they did not know the secret. `docs/verify_draw.py` says the same
in code of its own.
"""

import hashlib
import hmac
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.schedule import Bowl, Slip

SECRET_BYTES = 32
_FORMAT = "cm-draw/1"
# How far from its corner a touch may land, in pixels of the bowl's picture.
MOST_TOUCH = 1000
# For whoever does not touch the bowl: a word of these, never one of their own, which might be a name.
WORDS = ("river", "lamp", "garden", "bread", "north", "silver", "window", "summer")


class Outcome(NamedTuple):
    """The slip's number in the bowl from 1 on, what it says, and what is given for it.

    `given` is another slip, or None for nothing, where a ceiling of `cut_by` leaves no headroom.
    """

    number: int
    drawn: Slip
    given: Slip | None
    cut_by: str | None


def identity(client_id: int, number: int, version_id: int) -> str:
    """A draw's name: the client's record, the how-many-eth draw of theirs it is, and the version with the bowl."""
    return f"{_FORMAT} client={client_id} draw={number} version={version_id}"


def commitment(secret: bytes, of: str) -> bytes:
    """SHA-256(identity || 0x00 || secret)."""
    return hashlib.sha256(of.encode() + b"\x00" + secret).digest()


def client_part(*, touch: tuple[int, int] | None = None, word: str | None = None) -> str:
    """What the client adds: where the finger landed, or a word of `WORDS`. Anything else is `BadInput`."""
    if word is not None and word in WORDS:
        return f"word {word}"
    if touch is not None and all(0 <= at <= MOST_TOUCH for at in touch):
        return f"touch {touch[0]},{touch[1]}"
    raise BadInput("Touch the bowl, or choose a word.")


def slip_number(secret: bytes, part: str, number: int, size: int) -> int:
    """The slip from 1 to `size`, each as likely as any other.

    The first eight bytes of HMAC-SHA256(secret, part || 0x00 || number || 0x00 || try), the numbers as
    decimals in ASCII and tries counted from 0, are one of 2^64 values. One that would favor the first
    slips is thrown away, and the next try counts.
    """
    attempt = 0
    while True:
        message = b"\x00".join((part.encode(), b"%d" % number, b"%d" % attempt))
        value = int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big")
        slip = slip_of_value(value, size)
        if slip is not None:
            return slip
        attempt += 1


def slip_of_value(value: int, size: int, values: int = 1 << 64) -> int | None:
    """The slip for one of `values` equally likely values, or None for one beyond the largest multiple of `size`."""
    if not 1 <= size <= values:
        raise ValueError("a bowl has at least one slip")
    return value % size + 1 if value < values - values % size else None


def slip_at(bowl: Bowl, number: int) -> Slip:
    """The slip with a number: they are counted through in the order in which the schedule lists them."""
    for slip in bowl.slips:
        if number <= slip.count:
            return slip
        number -= slip.count
    raise ValueError("the bowl has no such slip")


def draw(bowl: Bowl, secret: bytes, part: str, number: int, headroom: tuple[int, str] | None) -> Outcome:
    """What a draw brings. `headroom` is what the tightest ceiling leaves in cents, and its scope; None: no ceiling.

    A slip that is worth more than the headroom is replaced by the best slip of the bowl that still fits.
    """
    at = slip_number(secret, part, number, bowl.size)
    drawn = slip_at(bowl, at)
    if headroom is None or drawn.cents <= headroom[0]:
        return Outcome(at, drawn, drawn, None)
    fitting = [slip for slip in bowl.slips if slip.cents <= headroom[0]]
    return Outcome(at, drawn, max(fitting, key=lambda slip: slip.cents, default=None), headroom[1])


def tier_unit(tier: str) -> str:
    """The unit in which prizes of a tier that were won and not handed out yet are counted."""
    return f"tier/{tier}"


def wrong_with_receipt(receipt: object) -> list[str]:
    """What does not hold about a draw's receipt (JSON), as sentences. Raises `BadInput` for what is no receipt."""
    try:
        assert isinstance(receipt, dict)
        secret, number = bytes.fromhex(receipt["secret"]), int(receipt["number"])
        bowl = Bowl("", tuple(Slip(str(tier), int(count), 0) for tier, count in receipt["bowl"]))
        found = []
        if commitment(secret, str(receipt["identity"])).hex() != receipt["commitment"]:
            found.append("the secret is not the one that was committed to")
        if f" draw={number} " not in str(receipt["identity"]):
            found.append("the seal was made for another draw")
        slip = slip_number(secret, str(receipt["client_part"]), number, bowl.size)
        if slip != receipt["slip"]:
            found.append("the slip does not follow from the secret and the client's part")
        elif slip_at(bowl, slip).tier != receipt["tier"]:
            found.append("the slip is of another tier")
    except (AssertionError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise BadInput("This is not a receipt of a draw.") from error
    return found
