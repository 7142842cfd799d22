"""The words of each check, for a program that watches this one."""

import pytest

from cm_tracker.domain.health import LEAST_FREE_BYTES, Facts, checks, is_ready

MUCH = 10 * 2**30
WELL = Facts(migration="0060", verification_holds=True, backup="ok")


def test_a_clinic_that_is_well_is_ready() -> None:
    found = checks(WELL, newest_migration="0060", free_bytes=MUCH)
    assert found == {"database": "ok", "migration": "ok", "verification": "ok", "backup": "ok", "disk": "ok"}
    assert is_ready(found)


@pytest.mark.parametrize(
    ("facts", "free", "name", "word", "ready"),
    [
        (Facts("0059", True, "ok"), MUCH, "migration", "older", False),
        (Facts("0061", True, "ok"), MUCH, "migration", "newer", False),
        (Facts("", True, "ok"), MUCH, "migration", "older", False),
        (Facts("0060", False, "ok"), MUCH, "verification", "failed", False),
        (Facts("0060", None, "ok"), MUCH, "verification", "none yet", True),
        (Facts("0060", True, "none yet"), MUCH, "backup", "none yet", True),
        (Facts("0060", True, "late"), MUCH, "backup", "late", False),
        (Facts("0060", True, "failed"), MUCH, "backup", "failed", False),
        (WELL, LEAST_FREE_BYTES, "disk", "ok", True),
        (WELL, LEAST_FREE_BYTES - 1, "disk", "low", False),
        (WELL, None, "disk", "unknown", False),
    ],
)
def test_one_thing_that_is_not_well(facts: Facts, free: int | None, name: str, word: str, ready: bool) -> None:
    found = checks(facts, newest_migration="0060", free_bytes=free)
    assert (found[name], is_ready(found)) == (word, ready)
    assert [other for other in found if other != name and found[other] != "ok"] == []


def test_without_a_database_what_it_would_say_is_unknown() -> None:
    found = checks(None, newest_migration="0060", free_bytes=MUCH)
    assert found == {
        "database": "down",
        "migration": "unknown",
        "verification": "unknown",
        "backup": "unknown",
        "disk": "ok",
    }
    assert not is_ready(found)
