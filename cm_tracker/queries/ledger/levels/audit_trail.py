"""The audit trail: its chain and its anchors in the log (level 2), and its head (level 1).

The whole trail is read, also by a run that starts from a checkpoint. What it says about rows that change is collected
on the way for level 3 (`levels.states`).
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from cm_tracker.db import table
from cm_tracker.domain.ledger.audit_chain import GENESIS, line_hash
from cm_tracker.models import AuditAnchor, AuditEvent, AuditHead, CheckpointRow
from cm_tracker.models.sealed import plain
from cm_tracker.queries.ledger.levels.run import VerificationRun
from cm_tracker.queries.ledger.levels.states import StateComparison

CHUNK = 1000
_EVENT = table(AuditEvent).columns


def check_trail_head(run: VerificationRun) -> None:
    """Check that the newest line is the one that the head names, and that their number is right."""
    head = run.session.execute(select(AuditHead.last_id, AuditHead.size, AuditHead.hash)).one_or_none()
    count, newest_id = run.session.execute(select(func.count(), func.max(_EVENT.id)).select_from(AuditEvent)).one()
    newest = run.session.execute(select(_EVENT.hash).where(_EVENT.id == newest_id)).scalar_one_or_none()
    run.look(1, "lines of the audit trail, counted", count)
    if head is None:
        run.find(1, "audit_head", "the row of the audit trail's head is missing")
    elif head.size != count:
        problem = f"the audit trail has {count} lines, but {head.size} were written: somebody deleted or added lines"
        run.find(1, "audit_event", problem)
    elif count and (head.last_id != newest_id or bytes(newest or b"") != bytes(head.hash)):
        run.find(1, "audit_head", "the newest line of the audit trail is not the one that was written last")


def check_trail(run: VerificationRun, states: StateComparison | None) -> None:
    """Check every hash of the trail and every anchor, and hand the lines to level 3 where it runs."""
    anchors = _anchors(run)
    previous, before, is_gapless = GENESIS, 0, False
    for chunk in _chunks(run):
        for line in chunk:
            values = {name: plain(value) for name, value in line.items()}
            stored = bytes(line["hash"] or b"")
            if line_hash(previous, values, line["states"]) != stored:
                _find_broken(run, before, line["id"], is_gapless)
            for anchor in anchors.pop(line["id"], ()):
                if bytes(anchor.audit_hash) != stored:
                    problem = "names another audit trail: a line before it was changed, and all later ones to match"
                    run.find(2, "audit_event", problem, record=f"audit_anchor:{anchor.id}")
            previous, before = stored, line["id"]
            # From the first line with states on, the numbers follow one another without a gap.
            is_gapless = is_gapless or line["states"] is not None
        if states is not None:
            states.read(chunk)
    for missing in sorted(anchors):
        for anchor in anchors[missing]:
            problem = f"names line {missing} of the audit trail, which is missing"
            run.find(2, "audit_event", problem, record=f"audit_anchor:{anchor.id}")


def _find_broken(run: VerificationRun, before: int, at: int, is_gapless: bool) -> None:
    if at > before + 1 and (is_gapless or before):
        between = f"line {at - 1}" if at == before + 2 else f"lines {before + 1} to {at - 1}"
        run.find(2, "audit_event", f"{between} of the audit trail: missing, somebody deleted what stood there")
    else:
        run.find(
            2, "audit_event", f"line {at} of the audit trail was changed after it was written, or a line before it"
        )


def _anchors(run: VerificationRun) -> dict[int, list[Any]]:
    """Return the anchors by the line that they name. An anchor of an empty trail names none."""
    anchors: dict[int, list[Any]] = {}
    rows = run.session.execute(select(*table(AuditAnchor).columns).order_by(AuditAnchor.id)).all()
    there = {sha256(note.encode()).digest() for note in run.session.execute(select(CheckpointRow.note)).scalars()}
    for row in rows:
        if row.previous_digest is not None and bytes(row.previous_digest) not in there:
            problem = "names a checkpoint before it that is missing or was rewritten"
            run.find(2, "checkpoint", problem, record=f"audit_anchor:{row.id}")
        if row.last_event_id:
            anchors.setdefault(row.last_event_id, []).append(row)
    run.look(2, "anchors of the audit trail in the log", len(rows))
    return anchors


def _chunks(run: VerificationRun) -> Iterator[list[Any]]:
    after, count = 0, 0
    while True:
        lines = (
            run.session.execute(select(*_EVENT).where(_EVENT.id > after).order_by(_EVENT.id).limit(CHUNK))
            .mappings()
            .all()
        )
        if not lines:
            run.look(2, "lines of the audit trail", count)
            return
        count += len(lines)
        after = lines[-1]["id"]
        yield list(lines)
