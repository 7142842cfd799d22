"""On what a disclosure rests, from the rule: 42 CFR 2.31 for the days of a consent, and the words of the notice."""

from datetime import date

import pytest

from cm_tracker.domain.clients.disclosures import (
    BASES,
    NOTICE,
    WrittenConsent,
    check_basis,
    check_revoked,
    check_signed,
    check_texts,
    check_until,
)
from cm_tracker.domain.errors import BadInput, SeveralRefused

MAY_1, MAY_10, MAY_20 = date(2026, 5, 1), date(2026, 5, 10), date(2026, 5, 20)


@pytest.mark.parametrize(
    ("consent", "day", "holds"),
    [
        (WrittenConsent(MAY_10, None, None), date(2026, 5, 9), False),
        (WrittenConsent(MAY_10, None, None), MAY_10, True),
        (WrittenConsent(MAY_10, None, None), date(2036, 5, 10), True),
        (WrittenConsent(MAY_1, MAY_10, None), MAY_10, True),  # the last day counts
        (WrittenConsent(MAY_1, MAY_10, None), date(2026, 5, 11), False),
        (WrittenConsent(MAY_1, None, MAY_10), date(2026, 5, 9), True),
        (WrittenConsent(MAY_1, None, MAY_10), MAY_10, False),  # nothing more on the day that it is taken back
    ],
)
def test_a_consent_holds_from_its_signature_to_its_last_day_or_until_it_is_taken_back(
    consent: WrittenConsent, day: date, holds: bool
) -> None:
    assert consent.holds_on(day) is holds


@pytest.mark.parametrize(
    ("basis", "consent", "day", "field"),
    [
        ("", None, MAY_10, "basis"),
        ("curiosity", None, MAY_10, "basis"),
        ("consent", None, MAY_10, "consent_id"),
        ("consent", WrittenConsent(MAY_20, None, None), MAY_10, "consent_id"),
        ("emergency", None, date(2026, 5, 21), "disclosed_on"),
    ],
)
def test_what_rests_on_nothing_is_refused(basis: str, consent: WrittenConsent | None, day: date, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_basis(basis, consent, day, today=MAY_20)
    assert refused.value.field == field


def test_a_consent_and_each_exception_of_the_law_is_enough() -> None:
    check_basis("consent", WrittenConsent(MAY_1, None, None), MAY_10, today=MAY_20)
    for basis in set(BASES) - {"consent"}:
        check_basis(basis, None, MAY_20, today=MAY_20)


def test_the_exceptions_are_those_of_part_2() -> None:
    assert {word: basis.source for word, basis in BASES.items()} == {
        "consent": "42 CFR 2.31",
        "client": "42 CFR 2.23",
        "emergency": "42 CFR 2.51",
        "research": "42 CFR 2.52",
        "audit": "42 CFR 2.53",
        "court": "42 CFR 2.61 to 2.67",
        "service_organization": "42 CFR 2.12(c)(4)",
        "crime": "42 CFR 2.12(c)(5)",
        "child_abuse": "42 CFR 2.12(c)(6)",
    }


def test_the_notice_has_the_words_of_the_law() -> None:
    text = " ".join(NOTICE)
    assert text.startswith(
        "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR part 2)."
    )
    assert text.endswith("further use or redisclosure of the record (see 42 CFR 2.31).")


def test_every_text_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(SeveralRefused) as refused:
        check_texts(recipient=" ", what="", purpose="Treatment")
    assert [one.field for one in refused.value.refusals] == ["recipient", "what"]
    with pytest.raises(BadInput) as one:
        check_texts(recipient="Dr. Weiss", what="Attendance", purpose="")
    assert one.value.field == "purpose"


def test_texts_are_kept_without_the_spaces_around_them() -> None:
    assert check_texts(recipient=" Dr. Weiss ", what=" a ", purpose=" b ") == {
        "recipient": "Dr. Weiss",
        "what": "a",
        "purpose": "b",
    }


def test_days_that_cannot_be_are_refused() -> None:
    check_signed(MAY_20, today=MAY_20)
    check_until(MAY_10, MAY_10)
    check_revoked(MAY_10, MAY_10, today=MAY_10)
    with pytest.raises(BadInput):
        check_signed(date(2026, 5, 21), today=MAY_20)
    with pytest.raises(BadInput):
        check_until(MAY_10, date(2026, 5, 9))
    for day in (date(2026, 5, 9), date(2026, 5, 21)):
        with pytest.raises(BadInput) as refused:
            check_revoked(day, MAY_10, today=MAY_20)
        assert refused.value.field == "revoked_on"
