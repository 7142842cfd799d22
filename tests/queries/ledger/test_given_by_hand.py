"""Verification of what was typed from paper: a prize that was given by hand, and the second person's signature."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.prizes.count_stock import count_stock
from cm_tracker.operations.prizes.sign_count import sign_count
from cm_tracker.queries.day.downtime import preview_downtime
from cm_tracker.queries.prizes.catalog import prize_line
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


def found_again(session: Session) -> None:
    """A mug was given by hand, a count missed it, and it was found again when the paper was typed."""
    mugs, cards = (prize_line(session, cast.rosa, prize).left_at(cast.HARBOR) for prize in (cast.MUG, cast.CARD))
    assert mugs is not None
    counted = {cast.MUG: mugs - 1, cast.CARD: cards}
    count_id = count_stock(session, site_id=cast.HARBOR, counted=counted, key=cast.key(), actor=cast.rosa, now=cast.NOW)
    count_stock(session, site_id=cast.HARBOR, counted=counted, key=cast.key(), actor=cast.leo, now=cast.NOW)
    sign_count(session, count_id=count_id, reason="One", key=cast.key(), actor=cast.miriam, now=cast.NOW)
    line = PaperLine(date(2026, 3, 11), (), PaperPrize(cast.MUG, 1, 20, was_missing=True), None)
    shown = preview_downtime(session, cast.rosa, cast.AMIR, line, cast.NOW)
    record_downtime(
        session, enrollment_id=cast.AMIR, line=line, key=cast.key(), actor=cast.rosa, now=cast.NOW,
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


@pytest.mark.owner
@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE ledger_transaction SET because = 'count_signature:99' WHERE because LIKE 'count_signature:%'",
        "UPDATE ledger_transaction SET because = (SELECT MAX(record) FROM count_signature) WHERE kind = 'delivery'",
        "UPDATE entry SET amount = 2 * amount WHERE transaction_id = (SELECT MAX(id) FROM ledger_transaction "
        "WHERE because LIKE 'count_signature:%')",
    ],
)
def test_no_more_is_found_again_than_a_signed_count_had_missed(
    app: Flask, kind: str, tmp_path: Path, tamper: str
) -> None:
    with tampering(app, kind, tmp_path, found_again) as tampered:
        assert tampered.found() == set()
        tampered.run(tamper)
        assert (4, "ledger_transaction") in tampered.found()
