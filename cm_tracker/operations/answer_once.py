"""Idempotency: the same form sent twice does one thing and gets one answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, table
from cm_tracker.domain.errors import KeyReused
from cm_tracker.domain.roles import Actor
from cm_tracker.models import IdempotencyKey


def answer_once(
    session: Session, key: str, operation: str, content: object, actor: Actor, now: datetime, act: Callable[[], int]
) -> int:
    """The id that `act` answers; with a key that was used before, the first answer again.

    `content` is what the form said. The same key with other content, or from somebody else, raises
    `KeyReused`. The key is taken before anything is checked, and given back if the act is refused.
    """
    fingerprint = hashlib.sha256(canonical_json([operation, actor.staff_id, actor.via, content]).encode()).digest()
    known = _known(session, key)
    if known is None:
        # Two requests with one key at the same time: the second waits here for the first to commit.
        try:
            with session.begin_nested():
                session.execute(
                    insert(table(IdempotencyKey)).values(
                        key=key, operation=operation, fingerprint=fingerprint, answer=0, made_at=now
                    )
                )
        except IntegrityError:
            known = _known(session, key)
    if known is not None:
        if bytes(known.fingerprint) != fingerprint:
            raise KeyReused
        return known.answer
    answer = act()
    session.execute(update(IdempotencyKey).where(IdempotencyKey.key == key).values(answer=answer))
    return answer


def _known(session: Session, key: str) -> IdempotencyKey | None:
    return session.execute(
        select(IdempotencyKey).where(IdempotencyKey.key == key).execution_options(populate_existing=True)
    ).scalar_one_or_none()
