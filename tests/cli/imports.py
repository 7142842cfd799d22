"""The files that tests of `flask import` take, and what comes of them."""

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
TESTS = """client_code,date,temperature_ok,positive_for
A1,2025-03-03,yes,
A1,2025-03-12,yes,Thc
A1,2025-03-31,yes,
A2,2025-03-10,no,
A2,2025-03-17,yes,Opioid
A2,2025-03-18,yes,
A2,2025-03-24,yes,Sugar
"""


def take(run: Callable[..., Result], kind: str, *options: str) -> dict[str, Any]:
    found = run("import", kind, f"{kind}.csv", "--schedule", "weekly-opioid", "--json", *options)
    assert found.exit_code == 0, found.stderr
    facts: dict[str, Any] = json.loads(found.stdout)
    return facts


def rejects(kind: str) -> list[tuple[int, str]]:
    with Path(f"{kind}.rejects.csv").open(newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


def count(app: Flask, table: type) -> int:
    with app.app_context():
        found = db.session().execute(select(func.count()).select_from(table)).scalar_one()
        db.session.remove()
    return found


def told(run: Callable[..., Result], kind: str, text: str, *options: str) -> list[str]:
    """The lines that a person reads of an import of a text."""
    Path(f"{kind}.csv").write_text(text)
    found = run("import", kind, f"{kind}.csv", "--schedule", "weekly-opioid", *options)
    assert found.exit_code == 0, found.stderr
    return found.stdout.splitlines()
