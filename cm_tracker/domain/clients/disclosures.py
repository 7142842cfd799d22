"""On what a disclosure rests: a written consent, or one of the exceptions of 42 CFR Part 2. And the notice with it.

That somebody is a client of this program is protected by 42 CFR Part 2 (as amended by 89 FR 12472, February 16, 2024).
Whatever leaves the clinic with a client's name or code rests on one of `BASES`, and the program keeps an account of it
(2.25).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from cm_tracker.domain.errors import AllRefusals, BadInput

CONSENT = "consent"
CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a disclosure rests on: its words for staff, and where the rule stands."""

    words: str
    source: str


BASES: Mapping[str, Basis] = MappingProxyType(
    {
        CONSENT: Basis("The client’s written consent", "42 CFR 2.31"),
        CLIENT: Basis("It is for the client themself", "42 CFR 2.23"),
        "emergency": Basis("A medical emergency", "42 CFR 2.51"),
        "research": Basis("Scientific research", "42 CFR 2.52"),
        "audit": Basis("An audit or evaluation of the program", "42 CFR 2.53"),
        "court": Basis("A court order with a subpoena", "42 CFR 2.61 to 2.67"),
        "service_organization": Basis("A contractor with a service agreement", "42 CFR 2.12(c)(4)"),
        "crime": Basis("A crime at the clinic or against its staff", "42 CFR 2.12(c)(5)"),
        "child_abuse": Basis("A report of suspected child abuse or neglect", "42 CFR 2.12(c)(6)"),
    }
)

OF_MANY = (CONSENT, "service_organization", "audit", "research")
"""On what a file about many clients may rest. The other exceptions are about one person and one event."""

# 42 CFR 2.32(a)(1), as amended by 89 FR 12472: it accompanies each disclosure that rests on a consent. It is the law's
# own wording and stays in English.
NOTICE = (
    "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR part 2). These "
    "rules prohibit you from using or disclosing this record, or testimony that describes the information contained in "
    "this record, in any civil, criminal, administrative, or legislative proceedings by any Federal, State, or local "
    "authority, against the patient, unless authorized by the consent of the patient, except as provided at 42 CFR "
    "2.12(c)(5) or as authorized by a court in accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules "
    "prohibit you from making any other use or disclosure of this record unless at least one of the following applies:",
    "(i) Further use or disclosure is expressly permitted by the written consent of the individual whose information is "
    "being disclosed in this record or as otherwise permitted by 42 CFR part 2.",
    "(ii) You are a covered entity or business associate and have received the record for treatment, payment, or health "
    "care operations, or",
    "(iii) You have received the record from a covered entity or business associate as permitted by 45 CFR part 164, "
    "subparts A and E.",
    "A general authorization for the release of medical or other information is NOT sufficient to meet the required "
    "elements of written consent to the further use or redisclosure of the record (see 42 CFR 2.31).",
)
NOTICE_SOURCE = "42 CFR 2.32(a)(1), 89 FR 12472"

MOST_RECIPIENT, MOST_WORDS = 120, 300


@dataclass(frozen=True, slots=True)
class WrittenConsent:
    """From when to when a consent holds. `until` is its last day; `revoked_on` is the first day without it."""

    signed_on: date
    until: date | None
    revoked_on: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether something may be told on a day."""
        is_over = self.until is not None and day > self.until
        is_revoked = self.revoked_on is not None and day >= self.revoked_on
        return self.signed_on <= day and not is_over and not is_revoked


def check_texts(**texts: str) -> dict[str, str]:
    """Return the texts of a consent or a disclosure without spaces around them. Raise `BadInput` for an empty one."""
    refusals = AllRefusals()
    for field in ("recipient", "what", "purpose"):
        with refusals:
            if not texts[field].strip():
                raise _missing(field)
    refusals.raise_any()
    return {name: text.strip() for name, text in texts.items()}


def _missing(field: str) -> BadInput:
    if field == "recipient":
        return BadInput("Say who gets it: the name of the person or the office.", "recipient")
    if field == "what":
        return BadInput("Say what is told, and no more than is needed.", "what")
    return BadInput("Say what it is for.", "purpose")


def check_signed(signed_on: date, today: date) -> None:
    """Raise `BadInput` for a signature on a day to come."""
    if signed_on > today:
        raise BadInput("The day of the signature is still to come. Enter the day on the paper.", "signed_on")


def check_until(signed_on: date, until: date | None) -> None:
    """Raise `BadInput` for a consent that ends before it was signed."""
    if until is not None and until < signed_on:
        raise BadInput("The consent would end before it was signed. Change one of the two days.", "until")


def check_basis(basis: str, consent: WrittenConsent | None, disclosed_on: date, today: date) -> None:
    """Raise `BadInput` where a disclosure rests on nothing: an unknown basis, or a consent that did not hold that day."""
    if disclosed_on > today:
        raise BadInput("The day of the disclosure is still to come. Enter it when it has happened.", "disclosed_on")
    if basis not in BASES:
        raise BadInput("Choose what the disclosure rests on.", "basis")
    if basis == CONSENT and consent is None:
        raise BadInput("Choose the consent, or record it first.", "consent_id")
    if consent is not None and not consent.holds_on(disclosed_on):
        raise BadInput(
            "This consent did not hold on %(day)s: it was not signed yet, is over, or was taken back. Ask the client for "
            "another one.",
            "consent_id",
            day=disclosed_on,
        )


def check_revoked(revoked_on: date, signed_on: date, today: date) -> None:
    """Raise `BadInput` for a consent that is taken back on a day to come, or before it was signed."""
    if revoked_on > today:
        raise BadInput("The day is still to come. Enter the day on which the client took it back.", "revoked_on")
    if revoked_on < signed_on:
        raise BadInput(
            "The consent was signed later than that. Enter the day on which it was taken back.", "revoked_on"
        )
