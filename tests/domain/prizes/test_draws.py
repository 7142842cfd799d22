"""Draws: results that OpenSSL confirms, equally likely slips, and ceilings that replace a slip."""

import hmac
import random
from collections import Counter

import pytest

from cm_tracker.domain.prizes import draws
from cm_tracker.domain.prizes.draws import (
    Outcome,
    client_part,
    commitment,
    identity,
    receipt_problems,
    slip_at,
    slip_number,
    slip_of_value,
    tier_unit,
)
from cm_tracker.domain.schedules.schedule import Bowl, Slip
from tests.domain.refused import refused

SECRET = bytes(range(32))
GOOD, SMALL, LARGE, JUMBO = (
    Slip("good_job", 250, 0), Slip("small", 209, 100), Slip("large", 40, 2000), Slip("jumbo", 1, 10000),
)  # fmt: skip
BOWL = Bowl("Standard 500", (GOOD, SMALL, LARGE, JUMBO))


def test_the_commitment_is_what_openssl_says() -> None:
    """printf 'cm-draw/1 client=1 draw=3 version=2\\0' and the secret's bytes | openssl dgst -sha256"""
    name = identity(1, 3, 2)
    assert name == "cm-draw/1 client=1 draw=3 version=2"
    assert commitment(SECRET, name).hex() == "cafab2ec534f705c345d8202c34d3044690b2d0aafa76cc3dc0a4de53a81e1dd"


def test_the_slip_is_what_openssl_and_bc_say() -> None:
    """printf 'touch 512,300\\0' '3' '\\0' '0' | openssl dgst -sha256 -mac HMAC: f1a6119333fb5b6c..., modulo 500 plus 1."""
    assert slip_number(SECRET, "touch 512,300", 3, 500) == 133
    assert slip_at(BOWL, 133) == GOOD


def test_no_slip_of_500_is_favored() -> None:
    """All values of 16 bits: 500 goes into 65,536 131 times, and the 36 values that are left over count for nobody."""
    found = Counter(slip_of_value(value, 500, 1 << 16) for value in range(1 << 16))
    assert found.pop(None) == 36
    assert found == dict.fromkeys(range(1, 501), 131)


@pytest.mark.parametrize("size", [1, 2, 3, 100, 250, 499, 65536])
def test_no_slip_of_a_bowl_of_another_size_is_favored(size: int) -> None:
    found = Counter(slip_of_value(value, size, 1 << 16) for value in range(1 << 16))
    found.pop(None, None)
    assert found == dict.fromkeys(range(1, size + 1), 65536 // size)


def test_a_discarded_value_is_followed_by_another_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret is known whose first value is one of the last 116 of 2^64, so the digest is given here."""
    digests = iter([b"\xff" * 32, b"\xff" * 32, bytes(7) + b"\x05" + bytes(24)])
    asked = []

    def digest(key: bytes, message: bytes, name: str) -> bytes:
        asked.append(message)
        return next(digests)

    monkeypatch.setattr(hmac, "digest", digest)
    assert slip_number(SECRET, "word river", 7, 500) == 6
    assert asked == [b"word river\x007\x000", b"word river\x007\x001", b"word river\x007\x002"]


def test_200_000_draws_look_like_the_bowl() -> None:
    """Chi-squared over 500 slips: 499 degrees of freedom lie between 396 and 602 in all but 2 of 1,000 runs."""
    rng = random.Random(20261122)
    found: Counter[int] = Counter()
    for number in range(200_000):
        found[slip_number(rng.randbytes(32), f"touch {number % 1000},{number % 977}", number % 200 + 1, 500)] += 1
    squared = sum((found[slip] - 400) ** 2 / 400 for slip in range(1, 501))
    assert 396 < squared < 602
    tiers = Counter(slip_at(BOWL, slip).tier for slip in found.elements())
    assert abs(tiers["good_job"] - 100_000) < 900 and abs(tiers["large"] - 16_000) < 500


def test_slips_are_numbered_in_the_order_of_the_schedule() -> None:
    at = {1: GOOD, 250: GOOD, 251: SMALL, 459: SMALL, 460: LARGE, 499: LARGE, 500: JUMBO}
    assert {number: slip_at(BOWL, number) for number in at} == at
    with pytest.raises(ValueError, match=r"^the bowl has no such slip$"):
        slip_at(BOWL, 501)


@pytest.mark.parametrize("size", [0, -1, 257])
def test_a_bowl_has_a_slip_and_no_more_than_there_are_values(size: int) -> None:
    with pytest.raises(ValueError, match=r"^a bowl has at least one slip$"):
        slip_of_value(0, size, 256)


def drawn(part: str, room: tuple[int, str] | None) -> Outcome:
    return draws.draw(Bowl("One large", (Slip("large", 1, 2000), Slip("small", 1, 100))), SECRET, part, 1, room)


def test_a_slip_that_a_ceiling_leaves_no_room_for_becomes_the_best_that_fits() -> None:
    bowl = Bowl("All jumbo", (JUMBO,))
    alone = draws.draw(bowl, SECRET, "word lamp", 1, (9999, "month"))
    assert alone == Outcome(1, JUMBO, None, "month")
    assert draws.draw(bowl, SECRET, "word lamp", 1, (10000, "month")) == Outcome(1, JUMBO, JUMBO, None)
    found = {drawn(f"touch {n},0", (1999, "calendar_year"))[1:] for n in range(40)}
    large, small = Slip("large", 1, 2000), Slip("small", 1, 100)
    assert found == {(large, small, "calendar_year"), (small, small, None)}
    assert {drawn(f"touch {n},0", None).cut_by for n in range(40)} == {None}


@pytest.mark.parametrize(
    ("room", "given"), [(9999, LARGE), (2000, LARGE), (1999, SMALL), (100, SMALL), (99, GOOD), (0, GOOD)]
)
def test_of_the_slips_that_fit_the_most_valuable_one_is_given(room: int, given: Slip) -> None:
    bowl = Bowl("Nearly all jumbos", (GOOD, LARGE, SMALL, Slip("jumbo", 10**9, 10000)))
    found = draws.draw(bowl, SECRET, "word lamp", 1, (room, "lifetime"))
    assert (found.drawn.tier, found.given, found.cut_by) == ("jumbo", given, "lifetime")


@pytest.mark.parametrize(
    ("sent", "part"),
    [
        ({"touch": (0, 1000)}, "touch 0,1000"),
        ({"word": "river"}, "word river"),
        ({"touch": (1, 2), "word": ""}, "touch 1,2"),
        ({"touch": (1000, 0)}, "touch 1000,0"),
        ({"touch": (1, 2), "word": "summer"}, "word summer"),
    ],
)
def test_what_a_client_adds(sent: dict[str, object], part: str) -> None:
    assert client_part(**sent) == part  # type: ignore[arg-type]  (each case gives what it names)


@pytest.mark.parametrize("sent", [{}, {"touch": (-1, 5)}, {"touch": (5, 1001)}, {"word": "Amir"}])
def test_any_other_part_of_a_client_is_refused(sent: dict[str, object]) -> None:
    with refused("Touch the bowl, or choose a word."):
        client_part(**sent)  # type: ignore[arg-type]  (each case gives what it names)


def test_the_prizes_of_a_tier_have_a_unit_of_their_own() -> None:
    assert tier_unit("jumbo") == "tier/jumbo"


# The draw of the examples above, as its receipt shows it.
RECEIPT = {
    "identity": "cm-draw/1 client=1 draw=3 version=2",
    "commitment": "cafab2ec534f705c345d8202c34d3044690b2d0aafa76cc3dc0a4de53a81e1dd",
    "secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "client_part": "touch 512,300",
    "number": 3,
    "bowl": [["good_job", 250], ["small", 209], ["large", 40], ["jumbo", 1]],
    "slip": 133,
    "tier": "good_job",
}
OTHER_SECRET = "the secret is not the one that was committed to"
OTHER_DRAW = "the seal was made for another draw"
OTHER_SLIP = "the slip does not follow from the secret and the client's part"
OTHER_TIER = "the slip is of another tier"


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({}, []),
        ({"commitment": "00" * 32}, [OTHER_SECRET]),
        ({"identity": "cm-draw/1 client=2 draw=3 version=2"}, [OTHER_SECRET]),
        ({"secret": "00" * 32}, [OTHER_SECRET, OTHER_SLIP]),
        ({"number": 4}, [OTHER_DRAW, OTHER_SLIP]),
        ({"slip": 134}, [OTHER_SLIP]),
        ({"client_part": "touch 512,301"}, [OTHER_SLIP]),
        ({"tier": "small"}, [OTHER_TIER]),
        # The same slip 133 where the smaller tiers were listed first.
        ({"bowl": [["small", 209], ["good_job", 250], ["large", 40], ["jumbo", 1]]}, [OTHER_TIER]),
        ({"bowl": [["good_job", 132], ["small", 328], ["large", 40]]}, [OTHER_TIER]),
        ({"bowl": [["good_job", 133], ["small", 327], ["large", 40]]}, []),
    ],
)
def test_a_receipt_says_what_is_wrong_with_it(changed: dict[str, object], problems: list[str]) -> None:
    assert receipt_problems({**RECEIPT, **changed}) == problems


@pytest.mark.parametrize(
    "receipt",
    [
        None,
        [RECEIPT],
        {},
        *({key: value for key, value in RECEIPT.items() if key != missing} for missing in RECEIPT),
        {**RECEIPT, "secret": "no number"},
        {**RECEIPT, "number": "three"},
        {**RECEIPT, "number": float("inf")},
        {**RECEIPT, "bowl": 5},
        {**RECEIPT, "bowl": [["good_job"]]},
        {**RECEIPT, "bowl": []},
    ],
)
def test_what_is_no_receipt(receipt: object) -> None:
    with refused("This is not a receipt of a draw."):
        receipt_problems(receipt)
