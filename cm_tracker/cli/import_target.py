"""Where `cm-tracker import` puts a file's rows: a schedule and a site, which it adds where they are not there yet."""

from typing import NamedTuple

from cm_tracker.domain.schedules.check import problems
from cm_tracker.domain.schedules.point_value import currency_of, in_program
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.visits.import_columns import WITH_TRACK
from cm_tracker.imports.run import CannotImport, ImportRun
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.queries.schedules.documents import published_version
from cm_tracker.queries.schedules.presets import preset, preset_names
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.visits.importing import newest_version_id

FIRST_SITE = "Main site"


class Target(NamedTuple):
    """A schedule, the id of its newest version, and a site's id."""

    schedule: Schedule
    version_id: int
    site_id: int


def target_of(run: ImportRun, schedule_name: str, site_name: str | None, time_zone: str) -> Target:
    """Return where the rows go.

    Publish a preset that is not published yet, and add a site that does not exist, after all other checks. Raise
    `CannotImport`.
    """
    document = preset(schedule_name)
    version_id = newest_version_id(run.session, document["name"] if document else schedule_name, run.now.date())
    if version_id is None and document is None:
        presets = ", ".join(preset_names())
        raise CannotImport(f"There is no published schedule or preset {schedule_name!r}. The presets are: {presets}.")
    if version_id is None:
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
    schedule = parse(document) if version_id is None else published_version(run.session, version_id)[0]
    if run.kind in WITH_TRACK:
        run.track_of(schedule)
    site_id = _site(run, site_name, time_zone)
    if version_id is None:
        key = f"import-{run.now.timestamp()}"
        version_id = run.do(
            publish_schedule, document=document, preset=schedule_name, reason="Needed by an import", key=key
        )
    return Target(schedule, version_id, site_id)


def needs_new(run: ImportRun, schedule_name: str, site_name: str | None) -> bool:
    """Return whether the run would first publish a preset or add a site."""
    document = preset(schedule_name)
    sites = {site.name for site in sites_of(run.session, run.actor)}
    name = document["name"] if document else schedule_name
    is_unpublished = newest_version_id(run.session, name, run.now.date()) is None
    return is_unpublished or (site_name not in sites if site_name is not None else not sites)


def _site(run: ImportRun, name: str | None, time_zone: str) -> int:
    sites = {site.name: site.id for site in sites_of(run.session, run.actor)}
    if name is None and len(sites) > 1:
        raise CannotImport(f"There are several sites. Choose one with --site: {', '.join(sites)}.")
    name = name or next(iter(sites), FIRST_SITE)
    if name in sites:
        return sites[name]
    site_id: int = run.do(add_site, name=name, time_zone=time_zone)
    return site_id
