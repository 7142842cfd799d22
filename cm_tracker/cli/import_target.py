"""Where `cm-tracker import` puts a file's rows: a schedule and a site, which it adds where they are not there yet."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

from cm_tracker.clock import day_at
from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.point_value import currency_of, in_program
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.staff.sites import check_time_zone
from cm_tracker.domain.visits.import_columns import WITH_TRACK
from cm_tracker.imports.run import CannotImport, ImportRun
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.queries.schedules.documents import published_version
from cm_tracker.queries.schedules.presets import preset, preset_names
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.staff.sites import SiteLine, sites_of
from cm_tracker.queries.visits.importing import newest_version_id

FIRST_SITE = "Main site"


class Target(NamedTuple):
    """A schedule, the id of its newest version, and a site's id."""

    schedule: Schedule
    version_id: int
    site_id: int


class _Found(NamedTuple):
    """What is there already: the site, the document of the preset that is named, and the schedule's newest version."""

    site: SiteLine | None
    document: Any
    version_id: int | None

    @property
    def lacks_something(self) -> bool:
        """Whether a site or a version has to be added."""
        return self.site is None or self.version_id is None


@contextmanager
def target_of(run: ImportRun, schedule_name: str, site_name: str | None, time_zone: str) -> Iterator[Target]:
    """Yield where the rows go. They are imported inside the block.

    Publish a preset that is not published yet, and add a site that does not exist, after all other checks. A dry run
    keeps what it added until the end of the block, and nobody else can write until then; one that adds neither rolls
    back client by client. Raise `CannotImport`, and `BadInput` for a time zone that there is not.
    """
    found = _found(run, schedule_name, site_name, time_zone)
    with run.transaction() if run.dry_run and found.lacks_something else nullcontext():
        yield _target(run, found, schedule_name, site_name, time_zone)


def needs_new(run: ImportRun, schedule_name: str, site_name: str | None, time_zone: str) -> bool:
    """Return whether the run would first publish a preset or add a site. Raise what `target_of` raises."""
    return _found(run, schedule_name, site_name, time_zone).lacks_something


def _found(run: ImportRun, schedule_name: str, site_name: str | None, time_zone: str) -> _Found:
    sites = {site.name: site for site in sites_of(run.session, run.actor)}
    if site_name is None and len(sites) > 1:
        raise CannotImport(f"There are several sites. Choose one with --site: {', '.join(sites)}.")
    site = next(iter(sites.values()), None) if site_name is None else sites.get(site_name)
    today = day_at(run.now, site.time_zone if site else check_time_zone(time_zone))
    document = preset(schedule_name)
    version_id = newest_version_id(run.session, document["name"] if document else schedule_name, today)
    return _Found(site, document, version_id)


def _target(run: ImportRun, found: _Found, schedule_name: str, site_name: str | None, time_zone: str) -> Target:
    version_id = found.version_id
    document = found.document if version_id is not None else _document(run, found.document, schedule_name)
    schedule = parse(document) if version_id is None else published_version(run.session, version_id)[0]
    if run.kind in WITH_TRACK:
        run.track_of(schedule)
    if found.site is not None:
        site_id = found.site.id
    else:
        name = FIRST_SITE if site_name is None else site_name
        site_id = run.do(add_site, name=name, time_zone=time_zone)
    if version_id is None:
        key = f"import-{run.now.timestamp()}"
        version_id = run.do(
            publish_schedule, document=document, preset=schedule_name, reason="Needed by an import", key=key
        )
    return Target(schedule, version_id, site_id)


def _document(run: ImportRun, document: Any, schedule_name: str) -> Any:
    """Return the document of a preset as this program would publish it. Raise `CannotImport`."""
    if document is None:
        presets = ", ".join(preset_names())
        raise CannotImport(f"There is no published schedule or preset {schedule_name!r}. The presets are: {presets}.")
    program = program_money(run.session)
    if (written_in := currency_of(document)) != program.currency:
        raise CannotImport(
            f"The amounts of {schedule_name} are in {written_in}, and this program pays in {program.currency}. Make "
            "a draft of it under Schedules, look at every amount and publish it. Then import again."
        )
    document = in_program(document, program)
    if problems(document):
        raise CannotImport(
            f"The amounts of {schedule_name} are not whole in this program's points. Make a draft of it under "
            "Schedules, choose the amounts and publish it. Then import again."
        )
    return document
