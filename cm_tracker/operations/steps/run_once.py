"""Idempotency: a form that is sent twice does one thing and gets one answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, make_repeatable, table
from cm_tracker.domain.errors import KeyReused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.encryption import Hashes, keys_of
from cm_tracker.models import IdempotencyKey
from cm_tracker.operations.steps.note_audit import note_answer
from cm_tracker.prepared import Batch, Prepared, run_batch


class KnownAnswer(NamedTuple):
    """What a key was used for, and the id that was its answer."""

    fingerprint: bytes
    answer: int


class IdempotentRequest:
    """A form's idempotency key with the fingerprint of what the form said and who sent it.

    The key is claimed before anything is checked; a refused operation rolls back, and the key is free again.
    """

    def __init__(self, key: str, operation: str, content: object, actor: Actor, now: datetime) -> None:
        self.key = key
        self._named = canonical_json([operation, actor.staff_id, actor.via, content])
        self._operation, self._actor, self._now = operation, actor, now
        self._is_new: bool | None = None

    def claim(self, session: Session) -> Batch:
        """Return the statement that claims the key, for a round trip that is made anyway; then call `claimed`."""
        # Of two requests with one key at the same time, the second waits here for the first to commit.
        return {"claimed_key": (_CLAIM[session.get_bind().dialect.name], self.row(session, 0))}

    def claimed(self, rows: Mapping[str, list[Any]]) -> None:
        """Take note of whether the key was new: then claiming it returned a row."""
        self._is_new = bool(rows["claimed_key"])

    def is_answered(self, session: Session, answers: Mapping[str, KnownAnswer]) -> bool:
        """Return whether the key is among the known ones. Raise `KeyReused` where it was used for something else."""
        known = answers.get(self.key)
        if known is not None and known.fingerprint not in self._fingerprints(session).all:
            raise KeyReused
        return known is not None

    def note(self, session: Session, answer: int) -> None:
        """Note the key and its answer on the audit trail."""
        note_answer(
            session,
            self.key,
            self._operation,
            self._fingerprints(session).newest,
            answer,
            actor=self._actor,
            now=self._now,
        )

    def row(self, session: Session, answer: int) -> dict[str, Any]:
        """Return the row that keeps the key with its answer; 0 where there is none yet."""
        fingerprint = self._fingerprints(session).newest
        return {
            "key": self.key, "operation": self._operation, "fingerprint": fingerprint, "answer": answer,
            "made_at": self._now,
        }  # fmt: skip

    def _fingerprints(self, session: Session) -> Hashes:
        """Return the keyed hashes of what was said. With a plain one, somebody could try names until one has it."""
        return keys_of(session.get_bind().dialect).hashes("forms", self._named)

    def run(self, session: Session, write: Callable[[], int]) -> int:
        """Return the id that `write` returns; for a key that was used before, return the first id again.

        Raise `KeyReused` for the same key with other content or from somebody else.
        """
        if self._is_new is None:
            self.claimed(run_batch(session, self.claim(session)))
        make_repeatable(session)
        if not self._is_new:
            answers = answers_of(session, [self])
            self.is_answered(session, answers)
            return answers[self.key].answer
        result_id = write()
        _KEEP_ANSWER.enqueue(session, {"of": self.key, "result_id": result_id})
        self.note(session, result_id)
        return result_id


def run_once(
    session: Session, key: str, operation: str, content: object, actor: Actor, now: datetime, write: Callable[[], int]
) -> int:
    """Return the id that `write` returns, once for a key (see `IdempotentRequest`)."""
    return IdempotentRequest(key, operation, content, actor, now).run(session, write)


def answers_of(session: Session, requests: Iterable[IdempotentRequest]) -> dict[str, KnownAnswer]:
    """Return what is known of the keys of several requests that are saved together, by key.

    What they are about is locked: no key of theirs is claimed by another request until the commit. Then `keep_answers`
    keeps the keys of those that were saved.
    """
    rows = session.execute(
        select(IdempotencyKey.key, IdempotencyKey.fingerprint, IdempotencyKey.answer).where(
            IdempotencyKey.key.in_([request.key for request in requests])
        )
    )
    return {row.key: KnownAnswer(bytes(row.fingerprint), int(row.answer)) for row in rows}


def keep_answers(session: Session, answers: Mapping[IdempotentRequest, int]) -> None:
    """Keep the keys of requests that were saved together, each with the id that is its answer."""
    rows = [request.row(session, answer) for request, answer in answers.items()]
    _KEEP_ALL[session.get_bind().dialect.name].enqueue(session, *rows)
    make_repeatable(session)
    for request, answer in answers.items():
        request.note(session, answer)


_KEYS = table(IdempotencyKey)
_CLAIM = {
    dialect.dialect.name: Prepared(
        dialect.insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key), columns=(_KEYS.c.key,)
    )
    for dialect in (postgresql, sqlite)
}
_KEEP_ALL = {
    dialect.dialect.name: Prepared(dialect.insert(_KEYS).on_conflict_do_nothing()) for dialect in (postgresql, sqlite)
}
_KEEP_ANSWER = Prepared(update(_KEYS).where(_KEYS.c.key == bindparam("of")).values(answer=bindparam("result_id")))
