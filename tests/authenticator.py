"""A phone and a security key for tests: codes of an app, and passkeys that sign as a browser's would (WebAuthn level 2)."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from cm_tracker.authenticators import code_at
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.staff.add_passkey import add_passkey
from cm_tracker.operations.staff.set_up_app import set_up_app
from cm_tracker.passkeys import Place, SignedChallenge
from cm_tracker.secret_box import SecretBox
from tests import cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PLACE = Place("localhost", "http://localhost")
CHALLENGE = b"a challenge of this program, long enough"
# User present, user verified; and in a new passkey, its key is attached.
SEEN, ATTACHED = 0x05, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A passkey. `signed` and `made` return what the browser would send, for a challenge of a page."""

    def __init__(self, name: str = "localhost") -> None:
        self.name = name
        self.id = secrets.token_bytes(16)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.uses = 0

    def made(self, challenge: bytes = CHALLENGE, origin: str = "http://localhost") -> str:
        numbers = self.private.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = self._data(SEEN | ATTACHED) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", challenge, origin)
        return self._sent(clientDataJSON=client, attestationObject=attestation)

    def signed(self, challenge: bytes = CHALLENGE, origin: str = "http://localhost", *, flags: int = SEEN) -> str:
        self.uses += 1
        data, client = self._data(flags), self._client("webauthn.get", challenge, origin)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.name.encode()).digest() + bytes([flags]) + struct.pack(">I", self.uses)

    def _client(self, kind: str, challenge: bytes, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": text(challenge), "origin": origin}).encode()

    def _sent(self, **response: bytes) -> str:
        parts = {name: text(part) for name, part in response.items()}
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": parts})


def challenge(made_at: datetime = cast.NOW, credential: str = "") -> SignedChallenge:
    """Return what a page would make of an answer of the browser."""
    return SignedChallenge(credential, CHALLENGE, made_at, PLACE)


def with_app(session: Session, box: SecretBox, actor: Actor, *, at: datetime = cast.NOW) -> tuple[str, ...]:
    """Set up an app with SECRET five minutes earlier, so that the code of now is new. Return the recovery codes."""
    at -= timedelta(minutes=5)
    return set_up_app(session, secret=SECRET, code=code_at(SECRET, at), box=box, actor=actor, now=at)


def with_passkey(session: Session, actor: Actor, *, at: datetime = cast.NOW, name: str = "localhost") -> Key:
    """Add a passkey five minutes earlier, and return it."""
    key, at = Key(name), at - timedelta(minutes=5)
    signed = SignedChallenge(key.made(), CHALLENGE, at, PLACE)
    add_passkey(session, signed=signed, name="My phone", actor=actor, now=at)
    return key
