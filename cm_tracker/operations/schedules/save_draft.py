"""Save a schedule document that is not finished yet."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction
from cm_tracker.domain.errors import BadInput, NotAllowed
from cm_tracker.domain.schedules.changed_preset import named
from cm_tracker.domain.schedules.json_text import fingerprint
from cm_tracker.domain.schedules.point_value import currency_of, in_program
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ScheduleDraft, ScheduleRow, ScheduleVersion
from cm_tracker.operations.steps.lock_draft import lock_draft
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.schedules.documents import version_name
from cm_tracker.queries.schedules.presets import preset, preset_called
from cm_tracker.queries.schedules.program import program_money

MOST_CHARACTERS = 200_000
ONE_PIECE_OF_WORK = timedelta(minutes=10)


@one_transaction
def save_draft(
    session: Session,
    *,
    document: object,
    actor: Actor,
    now: datetime,
    draft_id: int | None = None,
    shown: str | None = None,
    based_on_id: int | None = None,
    preset_name: str | None = None,
    is_typing: bool = False,
    earlier: Collection[object] = (),
) -> int:
    """Save a document as a draft, or as a new draft where `draft_id` is None. Return the draft's id.

    The document may still have mistakes. It is saved in the program's currency and its value of a point
    (`point_value.in_program`). The draft remembers another currency in which its amounts were written.
    `shown` is the fingerprint of the document that the page showed: raise `ChangedMeanwhile` where another document was
    saved since, and `DraftWaits` where the draft waits for a second lead.

    A new draft remembers the version (`based_on_id`) or the preset that it was made from. One without either that has the
    name of a preset counts as made from it. What was made from a preset and differs says so (`changed_preset.named`).

    What is kept while somebody is typing (`is_typing`) is noted in the audit trail once in ten minutes, and the words of
    a changed preset wait for the button: the name would change under the hand. `earlier` are documents that the same page
    has sent before without hearing whether they were kept: one of them counts as shown.
    """
    if not actor.may("schedule:edit"):
        raise NotAllowed(roles=actor.roles)
    program = program_money(session)
    or_shown = [fingerprint(in_program(one, program)) for one in earlier]
    before = None if draft_id is None else lock_draft(session, draft_id, shown, or_shown=or_shown)
    if before is not None:
        based_on_id, preset_name = before.based_on_id, before.preset
    elif based_on_id is not None:
        preset_name = _preset_of(session, based_on_id)
    not_exchanged_from = None if before is None else before.not_exchanged_from
    if (written_in := currency_of(document)) not in (None, program.currency):
        not_exchanged_from = written_in
    document = in_program(document, program)
    if preset_name is None and based_on_id is None and isinstance(document, dict):
        preset_name = preset_called(document.get("name"))
    if not is_typing and preset_name is not None and (original := preset(preset_name)) is not None:
        document = named(document, original, program.point_value_cents)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if len(text) > MOST_CHARACTERS:
        raise BadInput("The document is too long for a schedule.")
    name = document.get("name") if isinstance(document, dict) else None
    name_shown = "".join(character for character in str(name or "") if character.isprintable()).strip()
    values = {
        "name": name_shown[:120] or "Untitled",
        "document": text,
        "updated_at": now,
        "staff_id": actor.staff_id,
        "based_on_id": based_on_id,
        "preset": preset_name,
        "not_exchanged_from": not_exchanged_from,
    }
    if draft_id is None:
        draft_id = session.execute(insert(ScheduleDraft).values(**values).returning(ScheduleDraft.id)).scalar_one()
    else:
        session.execute(update(ScheduleDraft).where(ScheduleDraft.id == draft_id).values(**values))
    if before is None or not is_typing or not _noted_lately(before, actor, now):
        note_audit(session, "draft:saved", f"draft:{draft_id}", actor=actor, now=now)
    return draft_id


def _noted_lately(before: Any, actor: Actor, now: datetime) -> bool:
    """Return whether the same person has saved the draft in the last ten minutes, so that this is one piece of work."""
    return bool(before.staff_id == actor.staff_id and now - before.updated_at < ONE_PIECE_OF_WORK)


def _preset_of(session: Session, version_id: int) -> str | None:
    """Return the preset from which a version was made: the one that it remembers, or the one of its name."""
    version = session.execute(
        select(ScheduleVersion.preset, version_name().label("name"))
        .join(ScheduleRow, ScheduleRow.id == ScheduleVersion.schedule_id)
        .where(ScheduleVersion.id == version_id)
    ).one_or_none()
    return None if version is None else version.preset or preset_called(version.name)
