"""What a browser says that a passkey signed, with anything in any place of it: it is refused, and nothing fails."""

import json
from base64 import urlsafe_b64decode
from typing import Any

import cbor2
from hypothesis import given
from hypothesis import strategies as st

from cm_tracker.passkeys import SignedChallenge, challenge_in, new_passkey, uses_of
from tests.authenticator import CHALLENGE, PLACE, Key, text
from tests.cast import NOW

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=80).map(text),
    st.sampled_from([[], {}, [1], {"a": 1}, "e30", "W10", "bnVsbA", "_" * 21, "é", "\ud800", 3000 * "W"]),
)  # fmt: skip
DEEP = ("[" * 15_000, '{"a":' * 3000, text(b"[" * 10_000))
KEY = Key()


def damaged(value: Any, where: int, other: Any) -> Any:
    """Return a document with something else in one place, or without it: in what is encoded in it, too."""
    if isinstance(value, dict) and value:
        name = sorted(value, key=str)[where % len(value)]
        deeper = where // len(value)
        if other == "gone":
            return {key: one for key, one in value.items() if key != name}
        return {**value, name: damaged(value[name], deeper, other) if deeper else other}
    if isinstance(value, str) and where % 2:
        for read, write in ((json.loads, lambda one: json.dumps(one).encode()), (cbor2.loads, cbor2.dumps)):
            try:
                inner = read(urlsafe_b64decode(value + "=="))
                if isinstance(inner, dict):
                    return text(write(damaged(inner, where // 2, other)))
            except (ValueError, cbor2.CBORError):
                continue
    return other


@given(st.integers(0, 400), st.one_of(st.just("gone"), ANYTHING, st.binary(max_size=300)))
def test_whatever_stands_in_it_is_refused(where: int, other: Any) -> None:
    for sent, is_new in ((KEY.made(), True), (KEY.signed(), False)):
        try:
            credential = json.dumps(damaged(json.loads(sent), where, other))
        except (TypeError, ValueError):
            continue  # bytes stand in CBOR alone
        signed = SignedChallenge(credential, CHALLENGE, NOW, PLACE)
        challenge_in(credential)
        assert signed.key_id is None or isinstance(signed.key_id, bytes)
        assert new_passkey(signed) is None or is_new
        assert uses_of(signed, b"no key at all", 0) is None


def test_no_depth_is_too_deep_to_be_refused() -> None:
    for deep in (*DEEP, json.dumps({"response": {"clientDataJSON": DEEP[2]}})):
        assert challenge_in(deep) is None
        signed = SignedChallenge(deep, CHALLENGE, NOW, PLACE)
        assert signed.key_id is None and new_passkey(signed) is None and uses_of(signed, b"", 0) is None
