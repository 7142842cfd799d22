"""Hashes of passwords and PINs: with a pepper, without one, and with one of before."""

from cm_tracker.passwords import Hasher, pepper_name

OLD, NEW = "the old pepper", "the new pepper"


def hasher(pepper: str = "", *former: str, passes: int = 1) -> Hasher:
    return Hasher(64, passes, pepper, former)


def test_a_hash_from_before_there_was_a_pepper_stays_valid_and_is_outdated() -> None:
    stored = hasher().hash("7304")
    assert stored.startswith("$argon2id$")
    assert hasher(NEW).matches(stored, "7304") and not hasher(NEW).matches(stored, "7305")
    assert hasher(NEW).is_outdated(stored) and not hasher().is_outdated(stored)


def test_a_hash_names_its_pepper_and_needs_it() -> None:
    stored = hasher(OLD).hash("7304")
    assert stored.startswith(f"{pepper_name(OLD)}:$argon2id$") and OLD not in stored
    assert hasher(OLD).matches(stored, "7304") and not hasher(OLD).matches(stored, "7305")
    assert not hasher(OLD).is_outdated(stored)
    for without in (hasher(), hasher(NEW)):
        assert not without.matches(stored, "7304")


def test_a_thief_of_the_database_cannot_try_the_pins() -> None:
    """Without the pepper none of the ten thousand PINs fits, and no argon2 hash of a PIN alone is stored."""
    _, _, hashed = hasher(OLD).hash("7304").rpartition(":")
    assert not hasher().matches(hashed, "7304")


def test_another_pepper_keeps_the_hashes_of_the_one_before_until_they_are_renewed() -> None:
    stored = hasher(OLD).hash("7304")
    turned = hasher(NEW, OLD)
    assert turned.matches(stored, "7304") and turned.is_outdated(stored)
    assert not turned.is_outdated(turned.hash("7304"))
    assert not hasher(NEW, OLD, passes=2).matches(stored, "7305")


def test_a_hash_of_another_cost_is_outdated() -> None:
    assert hasher(OLD, passes=2).is_outdated(hasher(OLD).hash("7304"))


def test_a_lost_pepper_is_noticed() -> None:
    assert hasher(NEW).lacks_pepper([pepper_name(OLD)])
    assert not hasher(NEW, OLD).lacks_pepper([pepper_name(OLD), pepper_name(NEW)])
    assert not hasher().lacks_pepper([])


def test_nobody_matches_an_account_that_does_not_exist_and_no_text_that_is_no_hash() -> None:
    for one in (hasher(), hasher(NEW)):
        assert not one.matches(None, "7304")
        for stored in ("", "x", ":", "pepper-000000000000:", f"{pepper_name(NEW)}:x"):
            assert not one.matches(stored, "7304")
