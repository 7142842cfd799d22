"""Expect refusals by what they say: the whole sentence, and the field of the form where it stands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cm_tracker.domain.errors import Refused, SeveralRefused


@contextmanager
def refused(message: str, field: str | None = None) -> Iterator[None]:
    """Expect one refusal that says exactly this at this field."""
    with all_refused((message, field)):
        yield


@contextmanager
def all_refused(*expected: tuple[str, str | None]) -> Iterator[None]:
    """Expect refusals that are raised together: what each says, and at which field, in their order."""
    with pytest.raises(Refused) as caught:
        yield
    one = caught.value
    raised = one.refusals if isinstance(one, SeveralRefused) else (one,)
    assert [(str(refusal), refusal.field) for refusal in raised] == list(expected)


def sentences(check: Callable[[], object]) -> list[str]:
    """Everything that a check refuses, as its sentences in their order; nothing where it takes all."""
    try:
        check()
    except SeveralRefused as caught:
        return [str(refusal) for refusal in caught.refusals]
    except Refused as caught:
        return [str(caught)]
    return []
