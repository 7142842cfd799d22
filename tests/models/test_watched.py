"""Rows that change: what of them the audit trail keeps is decided, and has a word for auditors."""

import pytest

from cm_tracker.db import table
from cm_tracker.models.watched import WATCHED
from cm_tracker.queries.ledger.levels.states import WORDS


def test_a_finding_can_say_what_may_have_been_changed_in_each_kind_of_row() -> None:
    assert set(WORDS) == set(WATCHED)


@pytest.mark.parametrize("kind", WATCHED)
def test_a_column_that_is_left_out_is_one_of_the_table(kind: str) -> None:
    columns = {column.name for column in table(WATCHED[kind].model).columns}
    assert table(WATCHED[kind].model).name == kind and WATCHED[kind].left_out < columns


def test_no_state_keeps_a_password_or_a_pin() -> None:
    kept = {name for watched in WATCHED.values() for name in watched.columns}
    assert not {"password_hash", "pin_hash", "plain_code"} & kept
    assert {"code", "site_id", "roles", "price_cents", "decision", "withdrawn_at", "settings", "note"} <= kept
