"""`cm-tracker import` with a file or an option that is not valid prints one sentence and writes nothing."""

from pathlib import Path

import pytest
from flask import Flask

from cm_tracker import create_app
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import LogRow
from cm_tracker.operations.schedules.set_currency import set_currency
from tests import cast
from tests.cli.conftest import Run, runner
from tests.cli.imports import count

BAD_FILES = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00",
    "nul": b"client_code,enrolled_on\nA\x00,2025-03-03\n",
    "latin": "client_code,enrolled_on\nJos\xe9,2025-03-03\n".encode("latin-1"),
    "utf16": "client_code,enrolled_on\nA1,2025-03-03\n".encode("utf-16"),
    "columns": b"client,enrolled\nA1,2025-03-03\n",
    "twice": b"client_code,client_code\nA1,2025-03-03\n",
    "json": b'[{"client_code": "A1"}]',
    "head only": b"client_code,enrolled_on\n",
    "quote in the first line": b'"client_code,enrolled_on\nA1,2025-03-03\n',
    "50 MB": b"client_code,enrolled_on\n" + b"A1,2025-03-03\n" * 3_600_000,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_one_sentence_and_nothing_is_written(
    bare_run: Run, bare_app: Flask, in_folder: Path, name: str
) -> None:
    Path("roster.csv").write_bytes(BAD_FILES[name])
    result = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("roster.csv") and result.stderr.count("\n") == 1
    assert count(bare_app, LogRow) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("roster", "nowhere.csv", "--schedule", "weekly-opioid"), "cannot be read"),
        (("roster", "roster.csv", "--schedule", "nothing"), "no published schedule or preset 'nothing'"),
        (("visits", "visits.csv", "--schedule", "weekly-opioid", "--mapping", "no.json"), "cannot be read"),
        (("tests", "tests.csv", "--schedule", "attendance-points"), "has 0 tracks for tests"),
        (("roster", "roster.csv", "--schedule", "weekly-opioid", "--time-zone", "Mars"), "is not a time zone"),
        (
            ("visits", "visits.csv", "--schedule", "weekly-opioid", "--mapping", "tests.csv"),
            "tests.csv: This is not JSON",
        ),
        (
            ("visits", "visits.csv", "--schedule", "weekly-opioid", "--tested-for", "Thc"),
            "works only with an import of tests",
        ),
        (
            ("tests", "tests.csv", "--schedule", "weekly-opioid", "--tested-for", "Sugar"),
            "'Sugar' is not in the mapping",
        ),
        (("tests", "tests.csv", "--schedule", "weekly-opioid", "--tested-for", ";"), "name at least one substance"),
    ],
)
def test_a_wrong_option_is_refused_with_one_sentence(
    bare_run: Run, bare_app: Flask, import_files: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = bare_run("import", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert count(bare_app, LogRow) == 0


def test_on_a_database_without_tables_the_message_says_what_to_do(tmp_path: Path, import_files: Path) -> None:
    (tmp_path / "empty.db").touch()
    empty = runner(create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}))
    result = empty("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (result.exit_code, result.stderr) == (
        2,
        "The database has no tables yet. Run cm-tracker init for a new clinic.\n",
    )


def test_an_import_publishes_no_preset_in_another_currency(bare_run: Run, bare_app: Flask, import_files: Path) -> None:
    """Nobody would have looked at its amounts."""
    with bare_app.app_context():
        set_currency(db.session(), currency="GBP", actor=command(), now=cast.NOW)
        db.session.remove()
    result = bare_run("import", "roster", "roster.csv", "--schedule", "weekly-opioid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "The amounts of weekly-opioid are in USD, and this program pays in GBP. Make a draft of it" in result.stderr
    assert count(bare_app, LogRow) == 0
