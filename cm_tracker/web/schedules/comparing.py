"""The page of what differs between any two of a schedule's versions, its drafts, and the preset it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, request
from flask_login import current_user

from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.i18n import gettext
from cm_tracker.labels.differences import same_in_both
from cm_tracker.queries.clients.affected import enrolled_by_site
from cm_tracker.queries.schedules.comparisons import between, preset_here
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import DraftLine, VersionLine, drafts, may_follow
from cm_tracker.web.access import actor
from cm_tracker.web.schedules.two_ladders import two_ladders

PUBLISHED = "preset"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two schedules that are compared: a version, a draft, or without both the published preset."""

    words: str
    schedule: Schedule
    version: VersionLine | None = None
    draft: DraftLine | None = None


def sides_of(
    every: tuple[VersionLine, ...], schedule_ids: frozenset[int], preset: str | None, draft: DraftLine | None = None
) -> dict[str, Side]:
    """Return what can be compared, by what the URL says: the published preset, then versions, then drafts.

    Those are the versions of some schedules with the drafts that may follow them, or a `draft` alone. Drafts with
    problems are left out.
    """
    sides: dict[str, Side] = {}
    original = preset_here(db.session(), preset) if preset else None
    if original is not None:
        sides[PUBLISHED] = Side(gettext("the published preset"), original)
    lines = sorted(
        (one for one in every if one.schedule_id in schedule_ids), key=lambda one: (one.schedule_id, one.number)
    )
    several = len(schedule_ids) > 1
    for one in lines:
        words = (
            gettext("version %(number)s of “%(name)s”", number=one.number, name=one.schedule_name)
            if several
            else gettext("version %(number)s", number=one.number)
        )
        sides[f"v{one.id}"] = Side(words, one.schedule, version=one)
    if current_user.may("schedule:edit"):
        money = program_money(db.session())
        for found in drafts(db.session()):
            follows = any(one.schedule_id in schedule_ids for one in may_follow(found, every))
            is_asked = draft is not None and found.id == draft.id
            if (follows or is_asked) and not draft_problems(found.document, money):
                words = gettext("draft %(number)s", number=found.id)
                sides[f"d{found.id}"] = Side(words, parse(found.document), draft=found)
    return sides


def chosen_of(sides: Mapping[str, Side], before: str, after: str) -> tuple[str, str]:
    """Return which two the reader has chosen, or else those two. Raise `NotFound` for one that is not offered."""
    before, after = request.args.get("before", before), request.args.get("after", after)
    if before not in sides or after not in sides:
        raise NotFound(what="schedule version")
    return before, after


def difference_page(sides: Mapping[str, Side], before: str, after: str, *, name: str, back: str) -> str:
    """Return the page that compares two of the sides. `name` is the schedule's, and `back` the page that led here."""
    old, new = sides[before], sides[after]
    enrolled = (
        enrolled_by_site(db.session(), actor(), old.version.id, current_user.today) if old.version is not None else ()
    )
    return render_template(
        "schedules/difference.html",
        sides=sides,
        before=before,
        after=after,
        old=old,
        new=new,
        name=name,
        back=back,
        enrolled=enrolled,
        compared=between(old.schedule, new.schedule),
        ladders=two_ladders(old.schedule, new.schedule),
        same=same_in_both(old.schedule, new.schedule),
        today=current_user.today,
    )
