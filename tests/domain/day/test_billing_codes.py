"""The codes of a service as they are typed."""

import pytest

from cm_tracker.domain.day.billing_codes import NO_CODES, BillingCodes, codes_from
from tests.domain.refused import all_refused, refused


def test_codes_are_kept_in_capitals_without_spaces() -> None:
    assert codes_from(" h0050 : hf ", "z71.51", "R82.998", is_test=True) == BillingCodes(
        "H0050:HF", "Z71.51", "R82.998"
    )
    assert codes_from("", "", " ", is_test=True) == NO_CODES
    assert not NO_CODES.is_set and BillingCodes("H0050").is_set


@pytest.mark.parametrize("procedure", ["H00", "=H0050", "H0050:", "H0050:HFX", "H0050,H0051", "H0050:HF:HF:HF:HF:HF"])
def test_what_is_no_procedure_code_is_refused(procedure: str) -> None:
    with refused("Write the code as H0050, with modifiers after a colon, such as H0050:HF.", "procedure"):
        codes_from(procedure, "", "", is_test=True)


@pytest.mark.parametrize("code", ["R82998", "82.998", "R82.", "+R82.998", "R82.99888"])
def test_what_is_no_diagnosis_code_is_refused(code: str) -> None:
    sentence = "Write the code with its point, such as Z71.51."
    with all_refused((sentence, "negative"), (sentence, "positive")):
        codes_from("", code, code, is_test=True)


def test_only_a_test_has_the_code_of_a_result() -> None:
    with refused("Only a test has a result. Leave this empty.", "negative"):
        codes_from("H0004", "Z71.51", "", is_test=False)
