"""How pytest runs the domain's tests after one change of the code: a plugin that `make mutants` gives to mutmut."""

import os
from pathlib import PurePath

import pytest
from hypothesis import HealthCheck, Phase, is_hypothesis_test, settings

# The tests run thousands of times. So random tests get few examples, the same in every run, and do not look for the
# smallest one that fails.
settings.register_profile(
    "mutants",
    max_examples=10,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests of the module that was changed, and end with the random ones: the first failure is enough."""
    # Such as cm_tracker.domain.schedules.check.x_problems__mutmut_3
    module = os.environ.get("MUTANT_UNDER_TEST", "").rpartition(".")[0].rpartition(".")[2]

    def key(item: pytest.Item) -> tuple[bool, bool]:
        is_random = is_hypothesis_test(getattr(item, "function", None))
        return is_random, not PurePath(item.path).stem.startswith(f"test_{module}")

    items.sort(key=key)
