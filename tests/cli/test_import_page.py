"""docs/import.md describes what `cm-tracker import` really does."""

import json
from importlib.resources import files as files_of
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from cm_tracker.cli.importing import import_
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.import_columns import KINDS, columns_of
from cm_tracker.domain.visits.importing import Reason
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from tests import cast
from tests.cli.conftest import Run
from tests.cli.imports import import_as_json, import_text
from tests.program_hours import SCHEDULE, hours_document

PAGE = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("reason", Reason)
def test_the_page_explains_every_reason_for_refusing_a_row(reason: Reason) -> None:
    assert f"\n| {reason} | " in PAGE


def test_the_page_names_every_column_option_and_key_of_a_mapping() -> None:
    columns = {name for kind in KINDS for name in columns_of(kind)}
    options = {option for parameter in import_.params for option in parameter.opts if option.startswith("--")}
    shipped = (files_of("cm_tracker") / "presets" / "mappings" / "default.json").read_text(encoding="utf-8")
    for name in columns | options | set(json.loads(shipped)):
        assert f"`{name}" in PAGE, name


@time_machine.travel("2026-03-31")
def test_the_examples_on_the_page_can_be_imported(bare_run: Run, in_folder: Path) -> None:
    blocks = PAGE.split("```\n")[1::2]
    for kind, text in zip(("roster", "visits", "tests"), blocks, strict=False):
        Path(f"{kind}.csv").write_text(text)
    summaries = [import_as_json(bare_run, kind) for kind in ("roster", "visits", "tests")]
    assert [(summary["added"], summary["rejected"]) for summary in summaries] == [(1, 0), (2, 0), (2, 0)]
    # The page shows the same tests once more, in another form.
    Path("tests.csv").write_text(blocks[3])
    summary = import_as_json(bare_run, "tests")
    assert (summary["added"], summary["already"], summary["rejected"]) == (0, 2, 0)


@time_machine.travel("2026-03-31")
def test_the_hours_on_the_page_can_be_imported_and_both_forms_say_the_same(
    bare_run: Run, bare_app: Flask, in_folder: Path
) -> None:
    with bare_app.app_context():
        publish_schedule(
            db.session(), document=hours_document(), reason="x", key=cast.key(), actor=command(), now=cast.NOW
        )
        db.session.remove()
    blocks = PAGE.split("```\n")[1::2]
    forms = [block for block in blocks if "_expected" in block]
    summaries = []
    for kind, block in (("roster", blocks[0]), ("hours", forms[0]), ("hours", forms[1])):
        Path(f"{kind}.csv").write_text(block)
        result = bare_run("import", kind, f"{kind}.csv", "--schedule", SCHEDULE, "--json")
        summaries.append(json.loads(result.stdout))
    assert [(one["added"], one["already"], one["rejected"]) for one in summaries] == [(1, 0, 0), (2, 0, 0), (0, 2, 0)]


@time_machine.travel("2026-03-31")
def test_the_dry_run_on_the_page_prints_what_the_page_shows(bare_run: Run, in_folder: Path) -> None:
    lines = import_text(bare_run, "roster", "client_code,enrolled_on\nA1,2026-03-02\nA2,3/2/2026\n", "--dry-run")
    assert "\n".join(lines) + "\n" in PAGE
