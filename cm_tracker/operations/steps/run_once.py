"""Idempotency: the same form sent twice does one thing and gets one answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, table
from cm_tracker.domain.errors import KeyReused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import IdempotencyKey
from cm_tracker.prepared import Prepared, run_batch


class IdempotentRequest:
    """A form's key, what the form said, and from whom: taken before anything is checked, given back if refused."""

    def __init__(self, key: str, operation: str, content: object, actor: Actor, now: datetime) -> None:
        said = canonical_json([operation, actor.staff_id, actor.via, content])
        self.key, self.fingerprint = key, hashlib.sha256(said.encode()).digest()
        self._values = {
            "key": key, "operation": operation, "fingerprint": self.fingerprint, "answer": 0, "made_at": now
        }  # fmt: skip
        self._is_new: bool | None = None

    def claim(self, session: Session) -> tuple[Prepared, dict[str, Any]]:
        """The statement that takes the key, for a journey that is made anyway; its rows are for `was_taken`."""
        # Two requests with one key at the same time: the second waits there for the first to commit.
        return _TAKE[session.get_bind().dialect.name], self._values

    def was_taken(self, rows: list[Any]) -> None:
        """Remember whether the key was new: then taking it answered a row."""
        self._is_new = bool(rows)

    def answer(self, session: Session, write: Callable[[], int]) -> int:
        """The id that `act` answers; with a key that was used before, the first answer again.

        The same key with other content, or from somebody else, raises `KeyReused`.
        """
        if self._is_new is None:
            self.was_taken(run_batch(session, self.claim(session))[0])
        if not self._is_new:
            known = session.execute(
                select(IdempotencyKey.fingerprint, IdempotencyKey.answer).where(IdempotencyKey.key == self.key)
            ).one()
            if bytes(known.fingerprint) != self.fingerprint:
                raise KeyReused
            return int(known.answer)
        answer = write()
        _ANSWER.enqueue(session, {"of": self.key, "given": answer})
        return answer


def run_once(
    session: Session, key: str, operation: str, content: object, actor: Actor, now: datetime, write: Callable[[], int]
) -> int:
    """The id that `act` answers, once for a key (see `IdempotentRequest`)."""
    return IdempotentRequest(key, operation, content, actor, now).answer(session, write)


_KEYS = table(IdempotencyKey)
_TAKE = {
    dialect.dialect.name: Prepared(
        dialect.insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key), answers=(_KEYS.c.key,)
    )
    for dialect in (postgresql, sqlite)
}
_ANSWER = Prepared(update(_KEYS).where(_KEYS.c.key == bindparam("of")).values(answer=bindparam("given")))
