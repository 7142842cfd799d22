"""Who must have learned what."""

from datetime import date

import pytest

from cm_tracker.domain.errors import BadInput, SeveralRefused
from cm_tracker.domain.fidelity.training import check_training, check_why, missing, needed_by

TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("roles", "subjects"),
    [
        (["front_desk"], set()),
        (["purchaser"], set()),
        (["auditor"], set()),
        (["admin"], set()),
        (["technician"], {"core", "tests"}),
        (["counselor"], {"core", "tests", "incentives", "documentation"}),
        (["coordinator"], {"core", "tests", "incentives", "documentation"}),
        (["lead"], {"core", "tests", "incentives", "documentation", "supervision"}),
        (["technician", "purchaser"], {"core", "tests"}),
    ],
)
def test_each_role_needs_what_its_work_needs(roles: list[str], subjects: set[str]) -> None:
    assert needed_by(roles) == subjects


def test_what_is_missing_stands_in_the_order_of_the_subjects() -> None:
    assert missing(["lead"], ["tests", "core"]) == ("incentives", "documentation", "supervision")
    assert missing(["technician"], ["core", "tests", "supervision"]) == ()


@pytest.mark.parametrize("subjects", [[], ["cooking"], ["core", "cooking"]])
def test_a_training_has_a_subject_that_is_known(subjects: list[str]) -> None:
    with pytest.raises(BadInput, match="Choose at least one subject"):
        check_training(subjects, TODAY, TODAY)


def test_a_training_is_recorded_once_it_was() -> None:
    check_training(["core"], TODAY, TODAY)
    with pytest.raises(BadInput, match="still to come"):
        check_training(["core"], date(2026, 3, 17), TODAY)
    with pytest.raises(SeveralRefused):
        check_training([], date(2026, 3, 17), TODAY)


def test_who_withdraws_a_record_says_why() -> None:
    check_why("Wrong person")
    with pytest.raises(BadInput, match="Say why"):
        check_why("  ")
