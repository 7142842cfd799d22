"""Bodies and hashes, against values that the sha256sum of the system computed once."""

import hashlib

import pytest

from cm_tracker.domain.ledger.chain import GENESIS, canonical_body, hash_of, leaf_of, note_digest


def test_a_body_is_canonical() -> None:
    assert canonical_body({"b": 1, "a": [None, True, "é"]}) == b'{"a":[null,true,"\\u00e9"],"b":1}'


@pytest.mark.parametrize("value", [1.5, [1, 1.0], (1, 1.0), {"b": 1.0}, [{"b": (float("nan"),)}]])
def test_a_body_holds_no_fractions(value: object) -> None:
    with pytest.raises(TypeError, match=r"^a body holds whole numbers only$"):
        canonical_body({"a": value})


def test_the_leaf_is_that_of_rfc_6962() -> None:
    assert leaf_of(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_the_hash_is_over_the_domain_the_seq_the_one_before_and_the_leaf() -> None:
    leaf = leaf_of(b'{"v":1}')
    written_out = b"cm-ledger/1\x00" + b"\x00\x00\x00\x00\x00\x00\x00\x01" + bytes(32) + leaf
    assert hash_of(1, GENESIS, leaf) == hashlib.sha256(written_out).digest()
    assert leaf.hex() == "0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab25ad9deb5a3cb32"
    assert hash_of(1, GENESIS, leaf).hex() == "a9e8cd0daf3d15bf99c182ef7402ffa14655b50cd2643512c268a9b6f807dde0"


def test_a_note_leaves_its_digest_in_the_body_and_not_its_text() -> None:
    """printf 'saltcaf\\303\\251' | sha256sum"""
    digest = "e27b24d131f9eb49c0ca510f02472e404bdf82f8718060f4f46abd62c194f0c7"
    assert note_digest(b"salt", "café").hex() == digest
