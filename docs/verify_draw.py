#!/usr/bin/env python3
"""Check a prize draw without the program that made it.

    python3 verify_draw.py receipt.json        (or - for standard input)

One file, standard library only, and no line of it is shared with the program. The receipt is printed on
the page of every draw. What is checked:

  * the seal that was shown before the draw is SHA-256(identity || 0x00 || secret): the program had
    fixed its secret before anybody touched the bowl;
  * the slip follows from that secret and from what the client added: the first eight bytes of
    HMAC-SHA256(secret, client part || 0x00 || number of the draw || 0x00 || try) are a number below 2^64.
    With n slips in the bowl, numbers from the largest multiple of n on are thrown away and the next try
    counts (0, 1, 2 ...), so no slip is favored; the remainder by n, plus one, is the slip;
  * the slip with that number, counted through the bowl in its order, is of the tier that was given.

Whether the seal is the one that was shown to you, only you can tell: compare it with what you wrote down
or photographed before you drew. Exit status 0 only if everything holds.
"""

import hashlib
import hmac
import json
import sys


def problems(receipt):
    """What does not hold, one sentence each."""
    secret, number = bytes.fromhex(receipt["secret"]), int(receipt["number"])
    if hashlib.sha256(receipt["identity"].encode("utf-8") + b"\0" + secret).hexdigest() != receipt["commitment"]:
        yield "The secret is not the one that was sealed before the draw."
    if f" draw={number} " not in receipt["identity"]:
        yield "The seal was made for another draw."
    slips = sum(count for _, count in receipt["bowl"])
    ceiling = 2**64 // slips * slips
    attempt = 0
    while True:
        said = f"{receipt['client_part']}\0{number}\0{attempt}"
        value = int(hmac.new(secret, said.encode("utf-8"), hashlib.sha256).hexdigest()[:16], 16)
        if value < ceiling:
            break
        attempt += 1
    slip = value % slips + 1
    if slip != receipt["slip"]:
        yield f"Slip {slip} follows from the secret and the client's part, not slip {receipt['slip']}."
    passed = 0
    for tier, count in receipt["bowl"]:
        passed += count
        if slip <= passed:
            if tier != receipt["tier"]:
                yield f"Slip {slip} says {tier}, not {receipt['tier']}."
            break


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    try:
        with sys.stdin if sys.argv[1] == "-" else open(sys.argv[1], encoding="utf-8") as file:
            receipt = json.load(file)
        found = list(problems(receipt))
    except OSError as error:
        print(f"The receipt cannot be opened: {error.strerror}.", file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        print(f"This is not a complete draw receipt ({type(error).__name__}).", file=sys.stderr)
        return 2
    for sentence in found:
        print(sentence, file=sys.stderr)
    if not found:
        print(
            f"No problems found: slip {receipt['slip']}, {receipt['tier']}. "
            f"Compare the seal with the one that you were shown: {receipt['commitment']}"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
