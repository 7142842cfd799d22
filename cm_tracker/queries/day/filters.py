"""Whom a board shows: its lines through a filter, and the counselors, services and tracks that the filter offers."""

from collections.abc import Mapping
from typing import NamedTuple

from cm_tracker.domain.day.filters import Filter, track_id
from cm_tracker.queries.day.lines import SlotLine


class FilterChoices(NamedTuple):
    """What a filter can choose on a day: names by id, ordered by name. `clients` counts the clients of each counselor."""

    counselors: Mapping[int, str] = {}
    services: Mapping[int, str] = {}
    tracks: Mapping[int, str] = {}
    clients: Mapping[int, int] = {}


NO_CHOICES = FilterChoices()


def kept_by(only: Filter, lines: tuple[SlotLine, ...], counselors: Mapping[int, int]) -> tuple[SlotLine, ...]:
    """Return the lines that a filter shows. `counselors` are the counselors by the client's id."""
    if not only.is_on:
        return lines
    return tuple(
        line
        for line in lines
        if only.keeps_client(line.person.client_id, counselors) and only.keeps_slot(line.service.id, line.slot.behavior)
    )


def choices_of(lines: tuple[SlotLine, ...], counselors: Mapping[int, int], names: Mapping[int, str]) -> FilterChoices:
    """Return what a filter can choose among the lines of a day. `names` are those of the site's staff."""
    services = {line.service.id: line.service.name for line in lines}
    tracks: dict[int, str] = {}
    for line in lines:
        track = (
            line.person.planned.timeline.track_on(line.slot.behavior, line.slot.on_day) if line.slot.behavior else None
        )
        if track is not None:
            tracks.setdefault(track_id(track.behavior), track.title)
    clients: dict[int, set[int]] = {}
    for line in lines:
        counselor_id = counselors.get(line.person.client_id)
        if counselor_id is not None:
            clients.setdefault(counselor_id, set()).add(line.person.client_id)
    named = {counselor_id: names[counselor_id] for counselor_id in set(counselors.values()) if counselor_id in names}
    return FilterChoices(
        _by_name(named),
        _by_name(services),
        _by_name(tracks),
        {counselor_id: len(each) for counselor_id, each in clients.items()},
    )


def _by_name(names: Mapping[int, str]) -> dict[int, str]:
    return dict(sorted(names.items(), key=lambda one: (one[1].casefold(), one[0])))
