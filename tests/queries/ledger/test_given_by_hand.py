"""Verification of what was typed from paper: a prize that was given by hand, and the second person's signature."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.queries.day.downtime import preview_downtime
from tests import cast, week
from tests.tampering import Tampered, tampering


def by_hand(session: Session) -> None:
    """A client without points got a mug by hand: the program bears all of it."""
    enrollment_id = week.newcomer(session, "HS-50", version_id=cast.HIGGINS)
    line = PaperLine(cast.NOW.date(), (), PaperPrize(cast.MUG, 1, 20), None)
    shown = preview_downtime(session, cast.rosa, enrollment_id, line, cast.NOW)
    assert shown.borne == 20
    record_downtime(
        session, enrollment_id=enrollment_id, line=line, key=cast.key(), actor=cast.rosa, now=cast.NOW,
        shown=shown.fingerprint,
    )  # fmt: skip


@pytest.fixture
def tampered(app: Flask, kind: str, tmp_path: Path) -> Iterator[Tampered]:
    with tampering(app, kind, tmp_path, by_hand) as found:
        yield found


@pytest.mark.owner
def test_the_program_bears_points_of_nothing_but_a_prize_that_was_given_by_hand(tampered: Tampered) -> None:
    assert tampered.found() == set()
    tampered.run("UPDATE redemption SET given_at = NULL WHERE given_at IS NOT NULL")
    assert tampered.found() == {(3, "redemption"), (4, "redemption")}


@pytest.mark.owner
def test_a_signature_that_was_written_around_the_program_is_found(tampered: Tampered) -> None:
    tampered.run("UPDATE downtime_line SET signed_at = recorded_at, signed_by_id = 2")
    assert tampered.found() == {(3, "downtime_line")}
