"""Whom a page of the day shows: the clients of a counselor, one service, one track, or one client.

A filter stands in the URL, so it consists of numbers: no name and no substance.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


def track_id(behavior: str) -> int:
    """Return the number by which a URL names a track, because its behavior names a substance."""
    return int.from_bytes(hashlib.sha256(f"track:{behavior}".encode()).digest()[:4])


@dataclass(frozen=True, slots=True)
class Filter:
    """What a slot must have to be shown. None shows all; `track` is a `track_id`."""

    counselor_id: int | None = None
    service_id: int | None = None
    track: int | None = None
    client_id: int | None = None

    @property
    def is_on(self) -> bool:
        """Whether somebody may be left out."""
        return self != Filter()

    def keeps_client(self, client_id: int, counselors: Mapping[int, int]) -> bool:
        """Return whether a client is shown. `counselors` are the counselors by the client's id."""
        if self.client_id not in (None, client_id):
            return False
        return self.counselor_id is None or counselors.get(client_id) == self.counselor_id

    def keeps_slot(self, service_id: int, behavior: str | None) -> bool:
        """Return whether a slot of a service, which counts for a track or for none, is shown."""
        if self.service_id not in (None, service_id):
            return False
        return self.track is None or (behavior is not None and track_id(behavior) == self.track)
