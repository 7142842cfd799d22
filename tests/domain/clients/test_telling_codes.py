"""A code that tells who somebody is, or when they were born, is refused with the reason."""

import pytest

from cm_tracker.domain.clients.codes import clean_code, new_code
from tests.domain.refused import refused

WHY = " A code must not tell who somebody is: use one such as HS-104."


@pytest.mark.parametrize("code", ["555-12-3456", "555123456", "HS-555-12-3456", "219-09-9999", "078-05-1120"])
def test_a_social_security_number_is_refused(code: str) -> None:
    with refused("This looks like a social security number." + WHY, "code"):
        new_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "1980-02-14", "19800214", "02-14-1980", "14-02-1980", "2-14-1980", "02141980", "14021980", "02-14-80", "AB-1980-02-14",
        "2004-12-31", "HS02-14-1980",
    ],
)  # fmt: skip
def test_a_birth_date_is_refused(code: str) -> None:
    with refused("This looks like a birth date." + WHY, "code"):
        new_code(code)


@pytest.mark.parametrize(
    "code", ["JOHN-SMITH-1980", "JOHN-SMITH", "john-smith-7", "SMITH1980", "LEE-1980", "MARIA", "ANA-LEE", "Smith"]
)
def test_a_name_is_refused(code: str) -> None:
    with refused("This looks like a name." + WHY, "code"):
        new_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "HS-104", "7", "MR-3", "BENCH-12", "000123456", "666-12-3456", "912345678", "555-00-3456", "1234567", "1234567890",
        "12-34-56", "1980-13-40", "HS-1-2-85", "IOP-WEST-12", "A1B2C3", "ABC", "S-2026-17", "20269999",
    ],
)  # fmt: skip
def test_a_code_that_tells_nothing_is_taken(code: str) -> None:
    assert new_code(code) == code


def test_a_code_that_stands_is_still_read() -> None:
    """A clinic may have had such codes before: a search and an import find their clients."""
    assert clean_code("john-smith-1980") == "JOHN-SMITH-1980"
