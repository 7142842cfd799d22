"""Passkeys: a key that stays in a phone, a computer or a security key, and signs what the program asks (WebAuthn).

A key belongs to one name of a server, and a browser uses it on pages of that name only. So the name may come from the
request: a page that pretends to be the clinic has another name, and no key for it.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LOCAL = "localhost"
# No passkey signs as much as this.
MOST_SIGNED = 20_000
# What reading a text raises that no passkey has signed. The text may be anything, and nested as deep as somebody likes.
_NOT_SIGNED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Place:
    """The server as the browser knows it: its name, and what the address of a page of it begins with."""

    name: str
    origin: str

    @classmethod
    def of(cls, host: str) -> "Place | None":
        """Return the place of a host, such as `cm.example.org` or `localhost:8000`, or None for a bare address.

        Browsers allow passkeys over https, and over http on this computer alone.
        """
        name = host.partition(":")[0].lower()
        try:
            ip_address(name)
        except ValueError:
            # An address of IPv6 stands in brackets.
            has_name = name and not name.startswith("[")
            return cls(name, f"{'http' if name == LOCAL else 'https'}://{host.lower()}") if has_name else None
        return None


@dataclass(frozen=True, slots=True)
class SignedChallenge:
    """What a browser sends back: the `credential` as JSON, what it had to sign, when that was made, and where."""

    credential: str
    challenge: bytes
    made_at: datetime
    place: Place

    @property
    def key_id(self) -> bytes | None:
        """The id of the passkey that is said to have signed, or None if the text is none of a passkey."""
        try:
            return parse_authentication_credential_json(self.credential).raw_id
        except _NOT_SIGNED:
            return None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a browser has just made."""

    key_id: bytes
    public_key: bytes
    uses: int


def options_for_new(
    challenge: bytes, place: Place, *, program: str, staff_id: int, username: str, name: str, have: Collection[bytes]
) -> str:
    """Return the JSON with which a browser makes a passkey. `have` are the ids of those that the person has."""
    return options_to_json(
        generate_registration_options(
            rp_id=place.name,
            rp_name=program,
            user_id=f"staff:{staff_id}".encode(),
            user_name=username,
            user_display_name=name,
            challenge=challenge,
            # It must find the account by itself and ask for a finger, a face or a PIN: it also signs in without a password.
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in have],
        )
    )


def options_for_use(challenge: bytes, place: Place, have: Collection[bytes] = ()) -> str:
    """Return the JSON with which a browser uses a passkey: one that the person has, or without `have` any."""
    return options_to_json(
        generate_authentication_options(
            rp_id=place.name,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in have],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def new_passkey(signed: SignedChallenge) -> NewPasskey | None:
    """Return the passkey that a browser made, or None if the answer is not right."""
    try:
        made = verify_registration_response(
            credential=signed.credential,
            expected_challenge=signed.challenge,
            expected_rp_id=signed.place.name,
            expected_origin=signed.place.origin,
            require_user_verification=True,
        )
    except _NOT_SIGNED:
        return None
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count)


def uses_of(signed: SignedChallenge, public_key: bytes, uses: int) -> int | None:
    """Return how often a passkey was used, as it says itself, or None if it did not sign. `uses` is its last count."""
    try:
        return verify_authentication_response(
            credential=signed.credential,
            expected_challenge=signed.challenge,
            expected_rp_id=signed.place.name,
            expected_origin=signed.place.origin,
            credential_public_key=public_key,
            credential_current_sign_count=uses,
            require_user_verification=True,
        ).new_sign_count
    except _NOT_SIGNED:
        return None


def challenge_in(credential: str) -> bytes | None:
    """Return what a passkey signed, as the browser sent it, or None for a text that no passkey can have signed."""
    if len(credential) > MOST_SIGNED:
        return None
    try:
        data = json.loads(base64url_to_bytes(json.loads(credential)["response"]["clientDataJSON"]))
        return base64url_to_bytes(data["challenge"])
    except _NOT_SIGNED:
        return None
