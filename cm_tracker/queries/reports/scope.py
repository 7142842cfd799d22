"""What a report is asked for: days, sites, groups; and the facts that several reports need, each read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar, cast

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
from cm_tracker.domain.measures.small_cells import LEAST, GroupRow, hide_small
from cm_tracker.domain.measures.tables import NUMBER, TEXT, Cell, Column
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.queries.reports.courses import courses
from cm_tracker.queries.reports.enrolled import Cut, cut, enrollment_ids
from cm_tracker.queries.reports.slot_groups import NOBODY, Recorders, recorders, service_names, staff_names
from cm_tracker.queries.staff.sites import SiteLine, site_of, sites_of

ALL = marked("All")
CLIENTS = Column("clients", marked("Clients"), NUMBER)

Columns = tuple[Column, ...]
Rows = tuple[tuple[Cell, ...], ...]


class Grouped(Protocol):
    """Whoever stands in a group: a part of a course, or who was paid something."""

    @property
    def client_id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def site_id(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def counselor_id(self) -> int | None: ...
    @property
    def schedule(self) -> str: ...


M = TypeVar("M", bound=Grouped)
Measure = Callable[[Sequence[M]], tuple[Cell, ...]]


class Beside(NamedTuple):
    """Cells that do not come from courses: the groups that have some, and a function from the name of any group."""

    groups: frozenset[str]
    of: Callable[[str], tuple[Cell, ...]]


@dataclass(frozen=True)
class Scope:
    """A report's days, both included, at the actor's sites or at `site_id`, in groups `by` one of `groups`.

    A group of fewer than `least` clients is hidden, see `hide_small`. With `of_group`, the rows are the clients of one
    group alone, by its place among the groups from 1 on, or of all groups for 0; none of them is hidden. Raise `BadInput`
    for days that are no span and for groups that are not the report's, and `NotFound` for a site that is not the actor's.
    The `translator` says in which language the titles of columns are.
    """

    session: Session
    actor: Actor
    site_id: int | None
    first_day: date
    last_day: date
    now: datetime
    by: str = SITE
    least: int = LEAST
    of_group: int | None = None
    groups: Sequence[str] = GROUPS
    translator: Translator = ENGLISH
    sites: Mapping[int, SiteLine] = field(init=False)

    def __post_init__(self) -> None:
        check_asked(self.first_day, self.last_day, self.by, self.groups)
        if self.site_id is not None:
            found = [site_of(self.session, self.actor, self.site_id)]
        else:
            found = list(sites_of(self.session, self.actor))
        object.__setattr__(self, "sites", {site.id: site for site in found})

    @property
    def sees_clients(self) -> bool:
        """Whether the actor may see the clients behind a number."""
        return self.actor.may("report:clients")

    @property
    def today(self) -> date:
        """The day at the sites; where they have several, the latest one."""
        return max((day_at(self.now, site.time_zone) for site in self.sites.values()), default=self.now.date())

    @cached_property
    def whole(self) -> tuple[Course, ...]:
        """The courses from their first day to the last day of the report, wherever their clients belong."""
        return courses(self.session, self.actor, self.site_id, self.first_day, self.last_day, self.now)

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """The whole courses of those who belong to the report's sites on their last day of it."""
        return tuple(course for course in self.whole if course.site_id in self.sites)

    @cached_property
    def in_days(self) -> tuple[Course, ...]:
        """The courses with what was expected on the report's days at its sites: one for each site of a client."""
        known = self.__dict__.get("whole") or courses(
            self.session, self.actor, self.site_id, self.first_day, self.last_day, self.now, since=self.first_day
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
        return enrollment_ids(self.actor, self.site_id, self.first_day, self.last_day).subquery()

    @property
    def cut(self) -> Cut | None:
        """What is left out where there are more enrollments than one report counts."""
        return cut(self.session, self.actor, self.site_id, self.first_day, self.last_day)

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

    def group_of(self, course: Grouped) -> str:
        """Return the name of the group to which a course belongs, or a part of one."""
        if self.by in OF_SLOTS:
            return course.group if isinstance(course, Course) else NOBODY
        if self.by == SITE:
            return self.sites[course.site_id].name
        if self.by == SCHEDULE:
            return course.schedule
        if self.by == LANGUAGE:
            return course.language
        return self.staff_names.get(course.counselor_id, NOBODY) if course.counselor_id is not None else NOBODY

    def grouped(
        self,
        columns: Iterable[Column],
        known: Iterable[M],
        measure: Measure[M],
        beside: Beside | None = None,
        measured: Callable[[Expected], bool] = lambda one: True,
    ) -> tuple[Columns, Rows]:
        """Return a row for each group, by name, and one for all: the group, its clients, and what is measured.

        `columns` are those of what is measured; the ones of the group and of its clients come first.
        A client of two enrollments counts once, and one with several services in the group of each, if something there is
        `measured`. `beside` has cells that follow those of a group, and groups of its own. Of one group, the rows are its
        clients without these cells, and the last one is the group. Raise `NotFound` for a group that there is not.
        """
        all_columns, everybody = (self.group_column, CLIENTS, *columns), list(known)
        of_groups = _by(self.group_of, [part for course in everybody for part in self._divided(course, measured)])
        if beside is not None:
            of_groups = {name: of_groups.get(name, []) for name in sorted({*of_groups, *beside.groups})}
        if self.of_group is None:
            elsewhere = self._clients_elsewhere(measured)

            def counted(name: str, of_one: Sequence[M]) -> GroupRow:
                row = self._row(name, of_one, measure, beside)
                of_name = elsewhere[ALL] if self.by == SITE else elsewhere.get(name, frozenset())
                return GroupRow(row, frozenset(one.client_id for one in of_one), of_name)

            groups = [counted(name, of_groups[name]) for name in of_groups]
            rows = hide_small(
                all_columns, groups, counted(ALL, everybody), least=self.least, sees_clients=self.sees_clients
            )  # fmt: skip
            return all_columns, rows
        named = list({ALL: everybody, **of_groups}.items())
        if not 0 <= self.of_group < len(named):
            raise NotFound(what="report")
        name, of_one = named[self.of_group]
        of_clients = _by(lambda course: course.code, of_one)
        rows = tuple(self._row(code, of_clients[code], measure) for code in of_clients)
        return all_columns, (*rows, self._row(name, of_one, measure))

    @cached_property
    def _wide(self) -> "Scope":
        """The same at all of the actor's sites."""
        return replace(self, site_id=None)

    @cached_property
    def elsewhere(self) -> tuple[Course, ...]:
        """What `in_days` would have of the actor's other sites, where one was chosen by a reader who may not see clients.

        Who asks for all sites and for one of them could work these out.
        """
        if self.site_id is None or self.sees_clients:
            return ()
        return tuple(course for course in self._wide.in_days if course.site_id not in self.sites)

    def _clients_elsewhere(self, measured: Callable[[Expected], bool]) -> Mapping[str, frozenset[int]]:
        """Return the clients of each group, and of all, in `elsewhere`."""
        found: dict[str, set[int]] = {ALL: {course.client_id for course in self.elsewhere}}
        for course in self.elsewhere:
            for part in self._wide._divided(course, measured):
                found.setdefault(self._wide.group_of(part), set()).add(part.client_id)
        return {name: frozenset(clients) for name, clients in found.items()}

    def _divided(self, course: M, measured: Callable[[Expected], bool]) -> Iterable[M]:
        """Return the parts of a course, one for each service or member of staff; else the course itself."""
        if self.by not in OF_SLOTS or not isinstance(course, Course):
            return (course,)
        found: dict[str, list[Expected]] = {}
        for one in course.expected:
            if measured(one):
                found.setdefault(self.part_of(course, one), []).append(one)
        return [cast(M, replace(course, expected=tuple(found[name]), group=name)) for name in found]

    def _row(
        self, name: str, known: Sequence[M], measure: Measure[M], beside: Beside | None = None
    ) -> tuple[Cell, ...]:
        more = beside.of(name) if beside is not None else ()
        return name, len({course.client_id for course in known}), *measure(known), *more


def _by(name_of: Callable[[M], str], known: Iterable[M]) -> dict[str, list[M]]:
    """Return members by a name of each, in the order of the names."""
    found: dict[str, list[M]] = {}
    for course in known:
        found.setdefault(name_of(course), []).append(course)
    return {name: found[name] for name in sorted(found)}
