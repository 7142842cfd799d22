"""Which rows a filter of the day shows."""

import pytest

from cm_tracker.domain.day.filters import Filter, track_id

COUNSELORS = {1: 7, 2: 8}
URINE, GROUPS = "cocaine-negative", "groups"


@pytest.mark.parametrize(
    "only, clients",
    [
        (Filter(), [1, 2, 3]),
        (Filter(counselor_id=7), [1]),
        (Filter(counselor_id=9), []),
        (Filter(client_id=3), [3]),
        (Filter(client_id=2, counselor_id=7), []),
    ],
)
def test_clients_are_shown_by_their_counselor(only: Filter, clients: list[int]) -> None:
    assert [client for client in (1, 2, 3) if only.keeps_client(client, COUNSELORS)] == clients


@pytest.mark.parametrize(
    "only, slots",
    [
        (Filter(), [(4, URINE), (5, None), (5, GROUPS)]),
        (Filter(service_id=5), [(5, None), (5, GROUPS)]),
        (Filter(track=track_id(URINE)), [(4, URINE)]),
        (Filter(service_id=5, track=track_id(GROUPS)), [(5, GROUPS)]),
        (Filter(service_id=4, track=track_id(GROUPS)), []),
    ],
)
def test_slots_are_shown_by_service_and_track(only: Filter, slots: list[tuple[int, str | None]]) -> None:
    assert [slot for slot in [(4, URINE), (5, None), (5, GROUPS)] if only.keeps_slot(*slot)] == slots


def test_a_track_is_named_by_a_number_that_stays() -> None:
    # The first four bytes of the SHA-256 of "track:cocaine-negative".
    assert track_id(URINE) == int("49c054d8", 16)
    assert track_id(URINE) != track_id(GROUPS)


def test_a_filter_is_on_as_soon_as_it_can_leave_somebody_out() -> None:
    assert not Filter().is_on
    assert Filter(service_id=5).is_on
