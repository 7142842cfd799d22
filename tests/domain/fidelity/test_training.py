"""Who must have learned what."""

from datetime import date

import pytest

from cm_tracker.domain.errors import BadInput, SeveralRefused
from cm_tracker.domain.fidelity.training import (
    SUBJECTS,
    check_training,
    check_why,
    due_on,
    lacks,
    needed_by,
    shortest,
)

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


def on(day: date, *subjects: str) -> dict[str, date]:
    return dict.fromkeys(subjects, day)


def test_what_is_missing_stands_in_the_order_of_the_subjects() -> None:
    assert lacks(["lead"], on(TODAY, "tests", "core"), {}, TODAY) == (
        ("incentives", "documentation", "supervision"), (),
    )  # fmt: skip
    assert lacks(["technician"], on(TODAY, "core", "tests", "supervision"), {}, TODAY) == ((), ())


def test_a_subject_is_due_again_on_the_same_day_of_a_later_month() -> None:
    learned = {"core": date(2025, 3, 16), "tests": date(2025, 3, 17), "supervision": date(2020, 1, 1)}
    months: dict[str, int | None] = {"core": 12, "tests": 12, "supervision": 12}
    assert lacks(["technician"], learned, months, TODAY) == ((), ("core",)), "a technician needs no supervision"
    assert lacks(["technician"], learned, months, date(2026, 3, 17)) == ((), ("core", "tests"))
    assert lacks(["technician"], learned, {"core": 13, "tests": None}, TODAY) == ((), ())


@pytest.mark.parametrize(
    ("trained_on", "months", "due"),
    [
        (date(2026, 3, 16), None, None),
        (date(2026, 3, 16), 1, date(2026, 4, 16)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2024, 11, 30), 60, date(2029, 11, 30)),
    ],
)
def test_the_day_on_which_it_is_due_again(trained_on: date, months: int | None, due: date | None) -> None:
    assert due_on(trained_on, months) == due


def test_of_several_sites_the_shortest_time_counts() -> None:
    found = shortest([{"core": 24, "tests": None}, {"core": 12, "tests": 36}, {}])
    assert found == {"core": 12, "tests": 36, "incentives": None, "documentation": None, "supervision": None}
    assert shortest([]) == dict.fromkeys(SUBJECTS)


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
