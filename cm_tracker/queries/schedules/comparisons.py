"""What differs between two versions, and between a draft or a version and what it was made from."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.difference import differences
from cm_tracker.domain.schedules.difference_lines import NAMES, Difference
from cm_tracker.domain.schedules.most_difference import MostEarned, most_before_and_after
from cm_tracker.domain.schedules.point_value import in_points
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.queries.schedules.presets import preset, preset_cards
from cm_tracker.queries.schedules.program import point_value
from cm_tracker.queries.schedules.schedules import DraftLine, VersionLine


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs, and from what: a version or a preset. Without either there is nothing to compare with.

    `most` is the most that a client can earn before and after, `before` the schedule of before, and
    `preset_changed` what the preset itself changes of its publication.
    """

    found: tuple[Difference, ...]
    most: tuple[MostEarned, ...] = ()
    version: VersionLine | None = None
    preset: str | None = None
    before: Schedule | None = None
    preset_changed: str | None = None

    @property
    def rules(self) -> int:
        """Return how many rules differ, without name and source."""
        return len(self.of_rules)

    @property
    def of_rules(self) -> tuple[Difference, ...]:
        """Return the rules that differ."""
        return tuple(one for one in self.found if one.step != NAMES)

    @property
    def of_names(self) -> tuple[Difference, ...]:
        """Return how name and source differ."""
        return tuple(one for one in self.found if one.step == NAMES)

    @property
    def has_other(self) -> bool:
        """Return whether there is something to compare with."""
        return self.version is not None or self.preset is not None


def from_version(before: VersionLine, after: Schedule) -> Comparison:
    """Return what differs from a version."""
    return _compared(before.schedule, after, version=before)


def between(before: Schedule, after: Schedule) -> Comparison:
    """Return what differs between any two documents, such as a version and a draft."""
    return _compared(before, after)


def from_preset(session: Session, name: str, after: Schedule) -> Comparison | None:
    """Return what differs from a preset, with name and source; None where this program has no such preset any more."""
    original = preset_here(session, name)
    return None if original is None else _compared(original, after, preset=name)


def preset_here(session: Session, name: str) -> Schedule | None:
    """Return a preset in the program's value of a point, where its amounts are whole in it; None without such a preset."""
    document = preset(name)
    if document is None:
        return None
    converted = in_points(document, point_value(session))
    return parse(document if problems(converted) else converted)


def rules_changed(session: Session, name: str | None, after: Schedule) -> Comparison | None:
    """Return the rules in which a version differs from the preset that it was made from, or None without one."""
    compared = from_preset(session, name, after) if name else None
    return compared and replace(compared, found=compared.of_rules)


def followed_by(
    session: Session,
    draft: DraftLine,
    after: Schedule,
    every: tuple[VersionLine, ...],
    candidates: tuple[VersionLine, ...],
) -> Comparison:
    """Return what differs between a draft and what it follows.

    That is the newest version of the schedule that it was sent for. Before it is sent, or if it becomes a new schedule,
    it is the version that it was copied from, else the preset that it was made from, else the one schedule that it may
    follow.
    """
    if draft.next_of_id is not None:
        newest = next((one for one in every if one.schedule_id == draft.next_of_id), None)
        if newest is not None:
            return from_version(newest, after)
    source = next((one for one in every if one.id == draft.based_on_id), None)
    if source is not None:
        if not draft.waits:
            # What is published next follows the newest version, whichever was copied.
            source = next(one for one in every if one.schedule_id == source.schedule_id)
        return from_version(source, after)
    if draft.preset is not None and (compared := from_preset(session, draft.preset, after)) is not None:
        return compared
    if len(candidates) == 1 and not draft.waits:
        return from_version(candidates[0], after)
    return Comparison(())


def _compared(
    before: Schedule, after: Schedule, *, version: VersionLine | None = None, preset: str | None = None
) -> Comparison:
    most = most_before_and_after(before, after)
    return Comparison(
        differences(before, after), most, version, preset, before, preset_cards()[preset].changed if preset else None
    )
