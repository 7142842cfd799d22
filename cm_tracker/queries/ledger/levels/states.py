"""Level 3, over rows that change: each is as the newest line of the audit trail about it says.

A price, a role, a code or a request may change, but each change has its line, and the line holds a digest of the row.
So a row that differs was changed by somebody who went around the program.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from cm_tracker.domain.ledger.audit_chain import answer_digest, answer_name
from cm_tracker.models import IdempotencyKey, Note
from cm_tracker.models.watched import WATCHED
from cm_tracker.queries.ledger.findings import Erased
from cm_tracker.queries.ledger.levels.run import VerificationRun
from cm_tracker.queries.ledger.states import all_ids, digests_of, salts_of

ERASED = "note:erased"
_ANSWER = answer_name("")
# What an auditor calls a row of each kind.
WORDS = {
    "client": "code, site, name or main record",
    "staff": "name, roles or sites",
    "site": "name, time zone or settings",
    "prize": "price, name or rules",
    "offer": "price or fate",
    "program": "value of a point or currency",
    "schedule": "name or retirement",
    "lead_statement": "words or end",
    "adjustment_request": "amount or decision",
    "merge_request": "records or decision",
    "checkpoint": "size or signed text",
    "ledger_check": "findings or release",
    "saved_report": "name, days, sites or columns",
    "downtime_line": "content or signature",
}


class StateComparison:
    """Compares rows with what the audit trail says of them. `newest` is the newest state of each row, by its name."""

    def __init__(self, run: VerificationRun) -> None:
        self.run, self.session = run, run.session
        self.newest: dict[str, str | None] = {}
        self.answers = 0
        self.erased: dict[bytes, Erased] = {}

    def read(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Take note of the states that lines of the trail keep, and check the notes that they name."""
        answers: dict[str, str] = {}
        for line in lines:
            for record, digest in _states_of(line).items():
                if record.startswith(_ANSWER):
                    answers[record] = digest
                else:
                    self.newest[record] = digest
            if line["tag"] == ERASED:
                self._read_erasure(line)
        self._compare_answers(answers)
        self._find_missing_notes({bytes(line["note_digest"]) for line in lines if line["note_digest"]})

    def _read_erasure(self, line: Mapping[str, Any]) -> None:
        try:
            digest = bytes.fromhex(json.loads(line["detail"])["digest"])
        except (ValueError, KeyError, TypeError):
            return
        at: datetime = line["at"]
        self.erased[digest] = Erased(digest.hex()[:16], line["id"], line["staff_id"], at.isoformat())

    def _compare_answers(self, answers: Mapping[str, str]) -> None:
        keys = [name.removeprefix(_ANSWER) for name in answers]
        rows = self.session.execute(
            select(
                IdempotencyKey.key, IdempotencyKey.operation, IdempotencyKey.fingerprint, IdempotencyKey.answer
            ).where(IdempotencyKey.key.in_(keys))
        ).all()
        self.answers += len(answers)
        there = {
            answer_name(row.key): answer_digest(row.key, row.operation, bytes(row.fingerprint), row.answer)
            for row in rows
        }
        for name, digest in answers.items():
            if name not in there:
                self.run.find(3, "idempotency_key", f"{name}: the answer to a form was deleted")
            elif there[name] != digest:
                self.run.find(3, "idempotency_key", f"{name}: the answer to a form was changed outside the program")

    def _find_missing_notes(self, digests: set[bytes]) -> None:
        found = self.session.execute(select(Note.digest).where(Note.digest.in_(digests))).scalars()
        for digest in sorted(digests - {bytes(one) for one in found}):
            self.run.find(3, "note", f"the note {digest.hex()[:16]} was deleted: a line of the audit trail names it")

    def compare(self) -> None:
        """Compare every row that is watched with its newest state, and name what was erased."""
        for kind in WATCHED:
            self.run.look(3, f"rows of {kind}, by the audit trail", self._compare_kind(kind))
        for record, digest in self.newest.items():
            if digest is not None:
                self.run.find(3, record.partition(":")[0], "was deleted outside the program", record=record)
        count = self.session.execute(select(func.count()).select_from(IdempotencyKey)).scalar_one()
        self.run.look(3, "answers to forms, by the audit trail", count)
        if count > self.answers:
            problem = f"{count - self.answers} answers to forms are in their table, but on no line of the audit trail"
            self.run.find(3, "idempotency_key", problem)
        self._compare_erased()

    def _compare_kind(self, kind: str) -> int:
        """Compare the rows of a kind and forget their states. Return how many there are."""
        count = 0
        for ids in all_ids(self.session, kind):
            count += len(ids)
            try:
                digests = digests_of(self.session, kind, ids, salts_of(self.session, kind, ids))
            except (ValueError, TypeError, AttributeError) as error:
                self.run.find(3, kind, f"some rows of {kind} cannot be read ({type(error).__name__})")
                digests = {}
            for id_ in ids:
                record = f"{kind}:{id_}"
                noted = self.newest.pop(record, None)
                if noted is None:
                    self.run.find(3, kind, "was added outside the program: no line tells of it", record=record)
                elif record in digests and digests[record] != noted:
                    problem = f"was changed outside the program ({WORDS[kind]}): no line of the audit trail tells of it"
                    self.run.find(3, kind, problem, record=record)
        return count

    def _compare_erased(self) -> None:
        gone = self.session.execute(select(Note.digest).where(Note.text.is_(None))).scalars()
        for digest in sorted(bytes(one) for one in gone):
            if digest in self.erased:
                self.run.report.erased.append(self.erased[digest])
            else:
                problem = f"the text of the note {digest.hex()[:16]} is gone, and no line of the audit trail says who erased it and why"
                self.run.find(3, "note", problem)


def _states_of(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the states that a line keeps. A text that cannot be read has none, and its hash is a finding."""
    try:
        kept = json.loads(line["states"]) if line["states"] else {}
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}
