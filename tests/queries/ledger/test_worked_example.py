"""The example in the docstring of `VerificationRun`, whose three records are verified by hand."""

import doctest

from cm_tracker.queries.ledger.levels import run


def test_the_three_records_have_the_hashes_that_the_docstring_shows() -> None:
    """The values in the docstring were computed with the command `sha256sum`."""
    result = doctest.testmod(run, raise_on_error=False)
    assert result.attempted == 4
    assert result.failed == 0
