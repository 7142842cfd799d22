"""Where a ladder stands at the start of a program week, and what a visit gets from it."""

from typing import NamedTuple, Protocol

from cm_tracker.domain.schedules.schedule import Phase


class Taken(NamedTuple):
    """What one visit gets from its ladder: the level at which it stands, the parts of what it is due, and why."""

    level: int
    ladder: int
    run_bonus: int
    week_bonus: int
    side_bonus: int
    why: str


class Stands(Protocol):
    """Where a ladder stands: in the week that it has reached, or in a later one."""

    @property
    def phase(self) -> Phase | None: ...
    @property
    def level(self) -> int: ...
    @property
    def remembered(self) -> int | None: ...
    @property
    def met_since_reset(self) -> int: ...
    @property
    def paid_in_phase(self) -> int: ...
    @property
    def is_new(self) -> bool: ...


class Standing(NamedTuple):
    """What changes on a ladder while weeks pass without a visit. `is_new` says that a new period begins with them."""

    phase: Phase | None
    level: int
    remembered: int | None
    met_since_reset: int
    last_paid: int
    paid_in_phase: int
    is_new: bool


class FullPeriod(NamedTuple):
    """What a client needs for the bonus of a full week: `visits` more that are paid, in a period of `weeks`."""

    visits: int
    bonus: int
    weeks: int
