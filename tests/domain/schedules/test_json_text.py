"""Reading JSON that people wrote: what is wrong is said in one sentence, and a repeated key is no value."""

import pytest

from cm_tracker.domain.schedules.json_text import fingerprint, read_json
from tests.domain.refused import refused

UNREADABLE = "This is not JSON that can be read: a number or its nesting is too long, or a text is broken."


def test_a_document_is_read_also_after_the_mark_that_windows_writes() -> None:
    assert read_json('\ufeff{"a": [1, 2.5, null, "é"], "b": {"a": 1}}') == {"a": [1, 2.5, None, "é"], "b": {"a": 1}}


def test_what_is_no_json_is_refused_with_line_and_column() -> None:
    with refused("This is not JSON (line 2, column 7).", "document"):
        read_json('{"a":\n 1,   }')
    with refused("This is not JSON (line 1, column 1).", "document"):
        read_json("")


def test_a_key_that_stands_twice_is_refused_by_its_name() -> None:
    with refused("The key 'cap' stands twice in one object. Keep one of them.", "document"):
        read_json('{"phases": [{"cap": 5, "base": 1, "cap": 6}]}')


@pytest.mark.parametrize(
    "text", ['{"a": NaN}', "[Infinity]", "-Infinity", "[" * 100_000, "1" * 5_000, '"\\ud800"', '{"\\udfff": 1}']
)
def test_what_python_reads_and_json_has_not_is_refused(text: str) -> None:
    with refused(UNREADABLE, "document"):
        read_json(text)


def test_the_fingerprint_is_that_of_the_content_whatever_the_order_of_its_keys() -> None:
    """printf '{"a": 1, "b": [2, 3]}' | sha256sum"""
    digest = "fd28b17488e0d3ec39d085da9a7acf40e0a6e4f3bbc310f112a1e4c5490394fc"
    assert fingerprint({"b": [2, 3], "a": 1}) == fingerprint({"a": 1, "b": [2, 3]}) == digest
    assert fingerprint({"a": 1, "b": [3, 2]}) != digest
