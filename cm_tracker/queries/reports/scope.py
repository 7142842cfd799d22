"""What a report is asked for: days, sites, groups; and the facts that several reports need, each read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

from sqlalchemy.orm import Session

from cm_tracker.clock import day_at
from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.errors.translator import ENGLISH, Translator
from cm_tracker.domain.languages import marked
from cm_tracker.domain.measures.groups import (
    COUNSELOR,
    GROUPS,
    LANGUAGE,
    OF_SLOTS,
    SCHEDULE,
    SERVICE,
    SITE,
    STAFF,
    check_asked,
)
from cm_tracker.domain.measures.sequences import Course, Expected, within
from cm_tracker.domain.measures.small_cells import LEAST, GroupRow, hide_small, told_apart
from cm_tracker.domain.measures.tables import NUMBER, TEXT, Cell, Column
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports.courses import courses
from cm_tracker.queries.reports.enrolled import Cut, cut, enrollment_ids
from cm_tracker.queries.reports.slot_groups import NOBODY, Recorders, recorders, service_names, staff_names
from cm_tracker.queries.staff.sites import SiteLine, sites_of

ALL = marked("All")
CLIENTS = Column("clients", marked("Clients"), NUMBER)

Columns = tuple[Column, ...]
Rows = tuple[tuple[Cell, ...], ...]


class AtSite(Protocol):
    """What belongs to a client at a site. It can be grouped by site alone."""

    @property
    def client_id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def site_id(self) -> int: ...


class Grouped(AtSite, Protocol):
    """Whoever stands in a group: a part of a course, or who was paid something."""

    @property
    def language(self) -> str: ...
    @property
    def counselor_id(self) -> int | None: ...
    @property
    def schedule(self) -> str: ...


M = TypeVar("M", bound=AtSite)
Measure = Callable[[Sequence[M]], tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Measured(Generic[M]):
    """What a report counts of a scope: its members, and a function that measures some of them.

    `has` says of something expected whether it counts where the groups are services or staff.
    """

    members: Sequence[M]
    measure: Measure[M]
    has: Callable[[Expected], bool] = lambda one: True


class Beside(NamedTuple):
    """Cells that do not come from courses: the groups that have some, and a function from the name of any group."""

    groups: frozenset[str]
    of: Callable[[str], tuple[Cell, ...]]


@dataclass(frozen=True)
class Scope:
    """A report's days, both included, at the reader's sites or at some of them, `site_ids`, in groups `by` one of `groups`.

    A group of fewer than `least` clients is hidden, see `hide_small`. With `of_group`, the rows are the clients of one
    group alone, by its place among the groups from 1 on, or of all groups for 0; none of them is hidden. Raise `BadInput`
    for days that are no span and for groups that are not the report's, and `NotFound` for a site that is not the reader's.
    `actor` is the reader with the report's sites alone. The `translator` says in which language the titles of columns are.
    """

    session: Session
    reader: Actor
    site_ids: frozenset[int] | None
    first_day: date
    last_day: date
    now: datetime
    by: str = SITE
    least: int = LEAST
    of_group: int | None = None
    groups: Sequence[str] = GROUPS
    translator: Translator = ENGLISH
    actor: Actor = field(init=False)
    sites: Mapping[int, SiteLine] = field(init=False)

    def __post_init__(self) -> None:
        check_asked(self.first_day, self.last_day, self.by, self.groups)
        actor = self.reader
        if self.site_ids is not None:
            if not all(self.reader.reaches(site_id) for site_id in self.site_ids):
                raise NotFound(what="site")
            actor = replace(self.reader, site_ids=self.site_ids)
        found = sites_of(self.session, actor)
        if self.site_ids is not None and len(found) < len(self.site_ids):
            raise NotFound(what="site")
        object.__setattr__(self, "actor", actor)
        object.__setattr__(self, "sites", {site.id: site for site in found})

    @property
    def sees_clients(self) -> bool:
        """Whether the actor may see the clients behind a number."""
        return self.reader.may("report:clients")

    @property
    def today(self) -> date:
        """The day at the sites; where they have several, the latest one."""
        return max((day_at(self.now, site.time_zone) for site in self.sites.values()), default=self.now.date())

    @cached_property
    def whole(self) -> tuple[Course, ...]:
        """The courses from their first day to the last day of the report, wherever their clients belong."""
        return courses(self.session, self.actor, None, self.first_day, self.last_day, self.now)

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """The whole courses of those who belong to the report's sites on their last day of it."""
        return tuple(course for course in self.whole if course.site_id in self.sites)

    @cached_property
    def in_days(self) -> tuple[Course, ...]:
        """The courses with what was expected on the report's days at its sites: one for each site of a client."""
        known = self.__dict__.get("whole") or courses(
            self.session, self.actor, None, self.first_day, self.last_day, self.now, since=self.first_day
        )
        return tuple(part for course in known for part in self.parts(course))

    def parts(self, course: Course) -> tuple[Course, ...]:
        """Return a course with what was expected on the report's days, once for each of the report's sites.

        It has a part for each site at which the client belonged on one of these days while the enrollment ran.
        """
        of_days = within(course.expected, self.first_day, self.last_day)
        if len(course.stays) == 1:
            return (replace(course, expected=of_days),)
        since, until = max(self.first_day, course.starts_on), min(self.last_day, course.last_day or self.last_day)
        ran_at = {stay.site_id for stay in course.stays if stay.first_day <= until and stay.last_day >= since}
        found = []
        for site_id in course.site_ids:
            there = tuple(one for one in of_days if one.site_id == site_id)
            if site_id in self.sites and (there or site_id in ran_at):
                found.append(replace(course, site_id=site_id, expected=there))
        return tuple(found)

    def counts(self, one: Expected) -> bool:
        """Return whether something expected lies on the report's days at its sites."""
        return self.first_day <= one.on_day <= self.last_day and one.site_id in self.sites

    @property
    def enrollment_ids(self) -> Any:
        """A subquery with the ids of the enrollments that are counted."""
        return enrollment_ids(self.actor, None, self.first_day, self.last_day).subquery()

    @property
    def cut(self) -> Cut | None:
        """What is left out where there are more enrollments than one report counts."""
        return cut(self.session, self.actor, None, self.first_day, self.last_day)

    @cached_property
    def staff_names(self) -> Mapping[int, str]:
        """The names of staff by their ids."""
        return staff_names(self.session)

    @cached_property
    def service_names(self) -> Mapping[int, str]:
        """The names of the sites' services by their ids."""
        return service_names(self.session, self.sites)

    @cached_property
    def recorders(self) -> Recorders:
        """Who recorded what of the report's days."""
        return recorders(self.session, self.enrollment_ids, self.sites, self.first_day, self.last_day)

    def service_of(self, one: Expected) -> str:
        """Return the name of the service in whose slot something stood, or a dash."""
        return NOBODY if one.service_id is None else self.service_names.get(one.service_id, NOBODY)

    def staff_of(self, course: Course, one: Expected) -> str:
        """Return the name of the member of staff to whom something expected belongs, or a dash."""
        found = self.recorders.of(course, one)
        return NOBODY if found is None else self.staff_names.get(found, NOBODY)

    def part_of(self, course: Course, one: Expected) -> str:
        """Return the name of the service or of the member of staff under which something counts; else nothing."""
        if self.by == SERVICE:
            return self.service_of(one)
        return self.staff_of(course, one) if self.by == STAFF else ""

    @property
    def group_column(self) -> Column:
        """The first column of a table in groups, or of the clients of one."""
        if self.of_group is not None:
            return Column("client", marked("Client"), TEXT)
        titles = {
            SITE: marked("Site"), SCHEDULE: marked("Schedule"), COUNSELOR: marked("Counselor"),
            LANGUAGE: marked("Language"), SERVICE: marked("Service"), STAFF: marked("Staff"),
        }  # fmt: skip
        return Column(self.by, titles[self.by], TEXT)

    def group_of(self, member: AtSite) -> str:
        """Return the name of the group to which a course belongs, or a part of one. By site, all that has a site does."""
        if self.by in OF_SLOTS:
            return member.group if isinstance(member, Course) else NOBODY
        if self.by == SITE:
            return self.sites[member.site_id].name
        course = cast(Grouped, member)
        if self.by == SCHEDULE:
            return course.schedule
        if self.by == LANGUAGE:
            return course.language
        return self.staff_names.get(course.counselor_id, NOBODY) if course.counselor_id is not None else NOBODY

    def grouped(
        self, columns: Iterable[Column], measured: Callable[["Scope"], Measured[M]], beside: Beside | None = None
    ) -> tuple[Columns, Rows]:
        """Return a row for each group, by name, and one for all: the group, its clients, and what is `measured` of a scope.

        `columns` are those of what is measured; the ones of the group and of its clients come first.
        A client of two enrollments counts once, and one with several services in the group of each, if something there is
        measured. `beside` has cells that follow those of a group, and groups of its own. Of one group, the rows are its
        clients without these cells, and the last one is the group. Raise `NotFound` for a group that there is not.
        """
        all_columns, found = (self.group_column, CLIENTS, *columns), measured(self)
        of_groups = self._by_group(found)
        if beside is not None:
            of_groups = {name: of_groups.get(name, []) for name in sorted({*of_groups, *beside.groups})}
        if self.of_group is not None:
            return all_columns, self._of_one_group({ALL: list(found.members), **of_groups}, found)
        told = self._told(all_columns, measured)

        def counted(name: str, of_one: Sequence[M]) -> GroupRow:
            return GroupRow(_row(name, of_one, found, beside), _clients(of_one), told(name))

        rows = hide_small(
            all_columns, [counted(name, of_groups[name]) for name in of_groups], counted(ALL, found.members),
            least=self.least, sees_clients=self.sees_clients,
        )  # fmt: skip
        return all_columns, rows

    def _of_one_group(self, named: Mapping[str, Sequence[M]], found: Measured[M]) -> Rows:
        assert self.of_group is not None
        if not 0 <= self.of_group < len(named):
            raise NotFound(what="report")
        name, of_one = list(named.items())[self.of_group]
        of_clients = _by(lambda member: member.code, of_one)
        return (*(_row(code, of_clients[code], found) for code in of_clients), _row(name, of_one, found))

    @cached_property
    def wide(self) -> "Scope | None":
        """The same at all of the reader's sites, where some were chosen by a reader who may not see clients; else None.

        Such a reader could ask for both, and subtract.
        """
        if self.site_ids is None or self.site_ids == self.reader.site_ids or self.sees_clients:
            return None
        return replace(self, site_ids=None)

    @cached_property
    def chosen(self) -> frozenset[int]:
        """The places of the report's sites among all of the reader's, by their names."""
        places = self.wide.places if self.wide is not None else self.places
        return frozenset(places[site_id] for site_id in self.sites)

    @cached_property
    def places(self) -> Mapping[int, int]:
        """The place of each site by its id, in the order of their names."""
        in_order = sorted(self.sites.values(), key=lambda site: (site.name, site.id))
        return {site.id: place for place, site in enumerate(in_order)}

    def _told(self, columns: Columns, measured: Callable[["Scope"], Measured[M]]) -> Callable[[str], frozenset[str]]:
        """Return a function from a group's name to the columns that would tell about a few at the reader's other sites."""
        wide = self.wide
        if wide is None:
            return lambda name: frozenset()
        found, places = measured(wide), wide.places
        of_groups = wide._by_group(found)
        of_site = {site.name: frozenset({places[site.id]}) for site in self.sites.values()} if self.by == SITE else {}

        def rows(parts: Iterable[Sequence[M]]) -> list[GroupRow]:
            return [GroupRow(_row("", part, found), _clients(part)) for part in parts]

        whole = {} if self.by == SITE else dict(zip(of_groups, rows(of_groups.values()), strict=True))

        def told(name: str) -> frozenset[str]:
            of_one = found.members if name == ALL or name in of_site else of_groups.get(name, ())
            at_sites: dict[int, list[M]] = {site_id: [] for site_id in places}
            for member in of_one:
                at_sites[member.site_id].append(member)
            of_sites = told_apart(columns, rows(at_sites.values()), of_site.get(name, self.chosen), self.least)
            if name not in whole:
                return of_sites
            return of_sites | told_apart(columns, list(whole.values()), {list(whole).index(name)}, self.least)

        return told

    def _by_group(self, found: Measured[M]) -> dict[str, list[M]]:
        return _by(self.group_of, [part for member in found.members for part in self._divided(member, found.has)])

    def _divided(self, course: M, measured: Callable[[Expected], bool]) -> Iterable[M]:
        """Return the parts of a course, one for each service or member of staff; else the course itself."""
        if self.by not in OF_SLOTS or not isinstance(course, Course):
            return (course,)
        found: dict[str, list[Expected]] = {}
        for one in course.expected:
            if measured(one):
                found.setdefault(self.part_of(course, one), []).append(one)
        return [cast(M, replace(course, expected=tuple(found[name]), group=name)) for name in found]


def _row(name: str, some: Sequence[M], found: Measured[M], beside: Beside | None = None) -> tuple[Cell, ...]:
    return name, len(_clients(some)), *found.measure(some), *(beside.of(name) if beside is not None else ())


def _clients(some: Iterable[AtSite]) -> frozenset[int]:
    return frozenset(one.client_id for one in some)


def _by(name_of: Callable[[M], str], known: Iterable[M]) -> dict[str, list[M]]:
    """Return members by a name of each, in the order of the names."""
    found: dict[str, list[M]] = {}
    for course in known:
        found.setdefault(name_of(course), []).append(course)
    return {name: found[name] for name in sorted(found)}
