"""A finding names its record, as JSON and in saved reports, even in reports of older versions."""

import json

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.models import LedgerCheck
from cm_tracker.queries.ledger.findings import Finding, Verification
from cm_tracker.queries.ledger.verifications import ledger_check
from tests import cast

OF_A_RECORD = Finding(3, "visit", "differs from its sealed body in: outcome", seq=9, record="visit:2")
OF_NO_RECORD = Finding(1, "entry", "all entries in points sum to 5, not to zero")


def test_a_finding_is_a_sentence_about_its_record() -> None:
    assert OF_A_RECORD.says == "visit:2 differs from its sealed body in: outcome"
    assert OF_NO_RECORD.says == "all entries in points sum to 5, not to zero"


def test_the_json_of_a_finding_has_the_documented_keys() -> None:
    assert OF_A_RECORD.as_json() == {
        "level": 3, "seq": 9, "table": "visit", "record": "visit:2",
        "says": "visit:2 differs from its sealed body in: outcome",
    }  # fmt: skip


@pytest.mark.parametrize("finding", [OF_A_RECORD, OF_NO_RECORD])
def test_a_finding_is_read_back_from_json_unchanged(finding: Finding) -> None:
    assert Finding.from_json(finding.as_json()) == finding


def test_a_report_saved_by_an_older_version_can_be_read(session: Session) -> None:
    """In a report of version 0.1.0, a finding names its record only in its sentence."""
    report = {
        "size": 12, "transactions": 5, "entries": 10, "checkpoints": 1, "leaps": [],
        "findings": [{"level": 3, "seq": 9, "table": "visit", "says": "visit:2: the row differs in: outcome"}],
    }  # fmt: skip
    check_id = session.execute(
        insert(LedgerCheck)
        .values(level=4, size=12, findings=1, report=json.dumps(report), ended_at=cast.NOW, via="web")
        .returning(LedgerCheck.id)
    ).scalar_one()
    (finding,) = ledger_check(session, check_id).findings
    assert (finding.level, finding.seq, finding.table, finding.record) == (3, 9, "visit", None)
    assert finding.says == "visit:2: the row differs in: outcome"
    session.rollback()


def test_a_verification_is_full_at_a_thousand_findings() -> None:
    assert not Verification(findings=[OF_NO_RECORD] * 999).is_full
    assert Verification(findings=[OF_NO_RECORD] * 1000).is_full
