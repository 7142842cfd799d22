"""docs/import.md describes what `flask import` really does."""

import json
from importlib.resources import files as files_of
from pathlib import Path

import pytest
import time_machine

from cm_tracker.cli.importing import import_
from cm_tracker.domain.visits.importing import OPTIONAL, REQUIRED, Reason
from tests.cli.conftest import Run
from tests.cli.imports import import_as_json, import_text

PAGE = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("reason", Reason)
def test_the_page_explains_every_reason_for_refusing_a_row(reason: Reason) -> None:
    assert f"\n| {reason} | " in PAGE


def test_the_page_names_every_column_option_and_key_of_a_mapping() -> None:
    columns = {name for kind in REQUIRED for name in (*REQUIRED[kind], *OPTIONAL[kind])}
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
def test_the_dry_run_on_the_page_prints_what_the_page_shows(bare_run: Run, in_folder: Path) -> None:
    lines = import_text(bare_run, "roster", "client_code,enrolled_on\nA1,2026-03-02\nA2,3/2/2026\n", "--dry-run")
    assert "\n".join(lines) + "\n" in PAGE
