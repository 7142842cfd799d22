"""The Merkle tree of RFC 6962, against the definition in its text and against vectors typed by hand."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.domain.ledger.merkle import EMPTY_ROOT, Frontier

# The test vectors of the Certificate Transparency project (RFC 6962 reference trees): eight leaf inputs and
# the root after each.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def definition(leaves: list[bytes]) -> bytes:
    """Return the root as section 2.1 of RFC 6962 defines it, from the hashes of the leaves."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + definition(leaves[:k]) + definition(leaves[k:])).digest()


def test_the_reference_trees() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT
    for size, (data, root) in enumerate(zip(INPUTS, ROOTS, strict=True), 1):
        tree.extend([leaf(bytes.fromhex(data))])
        assert (tree.size, tree.root().hex()) == (size, root)


@given(st.lists(st.integers(1, 40), max_size=8))
def test_however_the_leaves_come_the_root_is_that_of_the_definition(parts: list[int]) -> None:
    leaves = [leaf(str(n).encode()) for n in range(sum(parts))]
    tree, at = Frontier(), 0
    for part in parts:
        tree.extend(leaves[at : at + part])
        at += part
        tree = Frontier.from_bytes(tree.size, tree.to_bytes())
    assert tree.root() == definition(leaves)


@pytest.mark.parametrize(("size", "peaks"), [(1, b""), (2, bytes(64)), (3, bytes(33))])
def test_peaks_that_do_not_belong_to_the_size_are_refused(size: int, peaks: bytes) -> None:
    with pytest.raises(ValueError, match=r"^a frontier has one hash of 32 bytes for each binary 1 of its size$"):
        Frontier.from_bytes(size, peaks)
