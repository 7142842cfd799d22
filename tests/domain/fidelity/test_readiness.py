"""What a site needs before its first client."""

from dataclasses import replace
from typing import Any

import pytest

from cm_tracker.domain.fidelity.readiness import Facts, Untrained, checklist

READY = Facts(
    clinical=2,
    untrained=(),
    schedules=1,
    has_tests=True,
    has_kit=True,
    empty_tiers=(),
    items=3,
    leads=2,
    is_one_lead_stated=False,
    confirmed=frozenset({"agreement", "waiver", "room", "cover"}),
)


def open_of(**facts: Any) -> list[str]:
    return [item for item, is_done in checklist(replace(READY, **facts)).items() if not is_done]


def test_a_site_with_everything_is_ready() -> None:
    assert checklist(READY) == dict.fromkeys(
        ["trained", "schedule", "leads", "kit", "cabinet", "agreement", "waiver", "room", "cover"], True
    )


@pytest.mark.parametrize(
    ("facts", "item"),
    [
        ({"clinical": 0}, "trained"),
        ({"untrained": (Untrained(1, "Rosa", ("core",)),)}, "trained"),
        ({"schedules": 0}, "schedule"),
        ({"leads": 1}, "leads"),
        ({"has_kit": False}, "kit"),
        ({"items": 0}, "cabinet"),
        ({"empty_tiers": ("jumbo",)}, "cabinet"),
        ({"confirmed": frozenset({"agreement", "waiver", "room"})}, "cover"),
    ],
)
def test_each_fact_is_a_point_of_the_list(facts: dict[str, Any], item: str) -> None:
    assert open_of(**facts) == [item]


def test_one_lead_who_has_stated_it_is_enough() -> None:
    assert open_of(leads=1, is_one_lead_stated=True) == []


def test_a_site_without_tests_needs_no_kit_and_no_waiver() -> None:
    bare = replace(READY, has_tests=False, has_kit=False, confirmed=frozenset({"agreement", "room", "cover"}))
    assert checklist(bare) == dict.fromkeys(
        ["trained", "schedule", "leads", "cabinet", "agreement", "room", "cover"], True
    )
