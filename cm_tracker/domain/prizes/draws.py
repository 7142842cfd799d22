"""Prize draws that a client can check.

Before a draw the program shows a commitment: the SHA-256 of the draw's identity and a new secret of
32 bytes. Then the client touches the bowl, or chooses a word: the client's part. The slip follows
from HMAC-SHA256 with the secret as key over the client's part and the number of the draw. After the
draw the program shows the secret.

The program cannot choose the slip, because it commits itself before it knows the client's part. The
client cannot choose it, because they do not know the secret. `docs/verify_draw.py` checks a receipt
with code of its own.
"""

import hashlib
import hmac
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.schedule import Bowl, Slip

SECRET_BYTES = 32
_FORMAT = "cm-draw/1"
# The largest coordinate of a touch, in pixels from the upper left corner of the bowl's picture.
MOST_TOUCH = 1000
# Clients who do not touch the bowl choose one of these words. A word of their own might be a name.
WORDS = ("river", "lamp", "garden", "bread", "north", "silver", "window", "summer")


class Outcome(NamedTuple):
    """The result of a draw: the slip's number in the bowl (from 1), the slip, and what is given for it.

    `given` is a smaller slip, or None for nothing, if the ceiling `cut_by` does not allow the one drawn.
    """

    number: int
    drawn: Slip
    given: Slip | None
    cut_by: str | None


def identity(client_id: int, number: int, version_id: int) -> str:
    """Return the text that identifies a draw: the client, the number of the client's draw, and the schedule version."""
    return f"{_FORMAT} client={client_id} draw={number} version={version_id}"


def commitment(secret: bytes, of: str) -> bytes:
    """Return the commitment to a secret, SHA-256(identity || 0x00 || secret); `of` is the identity."""
    return hashlib.sha256(of.encode() + b"\x00" + secret).digest()


def client_part(*, touch: tuple[int, int] | None = None, word: str | None = None) -> str:
    """Return the client's part: the touched point or a word of `WORDS`. Raise `BadInput` for anything else."""
    if word is not None and word in WORDS:
        return f"word {word}"
    if touch is not None and all(0 <= at <= MOST_TOUCH for at in touch):
        return f"touch {touch[0]},{touch[1]}"
    raise BadInput("Touch the bowl, or choose a word.")


def slip_number(secret: bytes, part: str, number: int, size: int) -> int:
    """Return the number of the slip, from 1 to `size`. Each is equally likely.

    The first eight bytes of HMAC-SHA256(secret, part || 0x00 || number || 0x00 || attempt) are one of
    2^64 values. Number and attempt are decimals in ASCII, and attempts count from 0. A value that would
    make the first slips more likely is discarded, and the next attempt is used.
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
    """Return the slip for one of `values` equally likely values, or None if the value must be discarded.

    Values from the largest multiple of `size` on are discarded: they would make the first slips more likely.
    """
    if not 1 <= size <= values:
        raise ValueError("a bowl has at least one slip")
    return value % size + 1 if value < values - values % size else None


def slip_at(bowl: Bowl, number: int) -> Slip:
    """Return the slip with a number; slips are numbered in the order in which the schedule lists them."""
    for slip in bowl.slips:
        if number <= slip.count:
            return slip
        number -= slip.count
    raise ValueError("the bowl has no such slip")


def draw(bowl: Bowl, secret: bytes, part: str, number: int, headroom: tuple[int, str] | None) -> Outcome:
    """Return the outcome of a draw. `headroom` is what the tightest ceiling leaves, in cents, and its scope."""
    return outcome_at(bowl, slip_number(secret, part, number, bowl.size), headroom)


def outcome_at(bowl: Bowl, at: int, headroom: tuple[int, str] | None) -> Outcome:
    """Return the outcome of drawing the slip with a number.

    A headroom of None means no ceiling. For a slip that is worth more than the headroom, the client gets the most
    valuable slip that fits.
    """
    drawn = slip_at(bowl, at)
    if headroom is None or drawn.cents <= headroom[0]:
        return Outcome(at, drawn, drawn, None)
    fitting = [slip for slip in bowl.slips if slip.cents <= headroom[0]]
    return Outcome(at, drawn, max(fitting, key=lambda slip: slip.cents, default=None), headroom[1])


def tier_unit(tier: str) -> str:
    """Return the unit that counts the prizes of a tier that were drawn and not handed out yet."""
    return f"tier/{tier}"


def receipt_problems(receipt: object) -> list[str]:
    """Return what is wrong with a draw's receipt (parsed JSON), as sentences. Raise `BadInput` if it is not a receipt."""
    try:
        assert isinstance(receipt, dict)
        secret, number = bytes.fromhex(receipt["secret"]), int(receipt["number"])
        bowl = Bowl("", tuple(Slip(str(tier), int(count), 0) for tier, count in receipt["bowl"]))
        problems = []
        if commitment(secret, str(receipt["identity"])).hex() != receipt["commitment"]:
            problems.append("the secret is not the one that was committed to")
        if f" draw={number} " not in str(receipt["identity"]):
            problems.append("the seal was made for another draw")
        slip = slip_number(secret, str(receipt["client_part"]), number, bowl.size)
        if slip != receipt["slip"]:
            problems.append("the slip does not follow from the secret and the client's part")
        elif slip_at(bowl, slip).tier != receipt["tier"]:
            problems.append("the slip is of another tier")
    except (AssertionError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise BadInput("This is not a receipt of a draw.") from error
    return problems
