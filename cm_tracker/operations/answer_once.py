"""Idempotency: the same form sent twice does one thing and gets one answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, table
from cm_tracker.domain.errors import KeyReused
from cm_tracker.domain.roles import Actor
from cm_tracker.models import IdempotencyKey
from cm_tracker.prepared import Prepared


def answer_once(
    session: Session, key: str, operation: str, content: object, actor: Actor, now: datetime, act: Callable[[], int]
) -> int:
    """The id that `act` answers; with a key that was used before, the first answer again.

    `content` is what the form said. The same key with other content, or from somebody else, raises
    `KeyReused`. The key is taken before anything is checked, and given back if the act is refused.
    """
    fingerprint = hashlib.sha256(canonical_json([operation, actor.staff_id, actor.via, content]).encode()).digest()
    # Two requests with one key at the same time: the second waits here for the first to commit.
    is_new = _TAKE[session.get_bind().dialect.name](
        session, {"key": key, "operation": operation, "fingerprint": fingerprint, "answer": 0, "made_at": now}
    )
    if not is_new:
        known = session.execute(
            select(IdempotencyKey.fingerprint, IdempotencyKey.answer).where(IdempotencyKey.key == key)
        ).one()
        if bytes(known.fingerprint) != fingerprint:
            raise KeyReused
        return int(known.answer)
    answer = act()
    _ANSWER.later(session, {"of": key, "given": answer})
    return answer


_KEYS = table(IdempotencyKey)
_TAKE = {
    dialect.dialect.name: Prepared(
        dialect.insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.key), answers=(_KEYS.c.key,)
    )
    for dialect in (postgresql, sqlite)
}
_ANSWER = Prepared(update(_KEYS).where(_KEYS.c.key == bindparam("of")).values(answer=bindparam("given")))
