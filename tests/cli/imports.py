"""Files for tests of `cm-tracker import`, and functions that run an import and read its results."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from cm_tracker.db import db

ROSTER = "client_code,enrolled_on\nA1,2025-03-03\nA2,2025-03-10\n"
VISITS = """client_code,visit,disposition,reasons,date
A1,BASELINE,visit,,2025-03-03
A1,WK0,visit,,2025-03-05
A1,WK1,visit,,2025-03-12
A1,WK2,no visit,no_show,
A1,WK3,no visit,in_hospital,
A1,WK4,MISSING,no_note,
A1,WK30,visit,,2025-10-01
A1,WK5,perhaps,,2025-04-09
A1,WK6,visit,,sometime
A2,WK0,visit,,2025-03-10
A2,WK1,visit,,2025-03-01
A9,WK0,visit,,2025-03-10
"""
TESTS = """client_code,date,temperature_ok,positive_for,tested_for
A1,2025-03-03,yes,none,Opioid;Thc
A1,2025-03-12,yes,Thc,Opioid;Thc
A1,2025-03-31,yes,none,Opioid;Thc
A2,2025-03-10,no,,
A2,2025-03-17,yes,Opioid,Opioid;Thc
A2,2025-03-18,yes,none,Opioid;Thc
A2,2025-03-24,yes,Sugar,Opioid;Thc
"""


def import_as_json(run: Callable[..., Result], kind: str, *options: str) -> dict[str, Any]:
    """Import the file of a kind with `--json`. Return what the command printed."""
    result = run("import", kind, f"{kind}.csv", "--schedule", "weekly-opioid", "--json", *options)
    assert result.exit_code == 0, result.stderr
    summary: dict[str, Any] = json.loads(result.stdout)
    return summary


def rejects(kind: str) -> list[tuple[int, str]]:
    with Path(f"{kind}.rejects.csv").open(newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


def count(app: Flask, table: type) -> int:
    with app.app_context():
        rows = db.session().execute(select(func.count()).select_from(table)).scalar_one()
        db.session.remove()
    return rows


def import_text(run: Callable[..., Result], kind: str, text: str, *options: str) -> list[str]:
    """Write the text to a file and import it. Return the lines that the command prints for a person."""
    Path(f"{kind}.csv").write_text(text)
    result = run("import", kind, f"{kind}.csv", "--schedule", "weekly-opioid", *options)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()
