"""`cm-tracker report measures --patterns` measures a file of patterns, and says of a bad file what is wrong with it."""

import csv
import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

# The measures of 600 participants of a published trial. They are no part of the project: a checkout that has them beside
# it, or at the path of this variable, is held to every row.
PUBLISHED = Path(
    os.environ.get("WEEKLY_PATTERNS")
    or Path(__file__).parents[2].parent / "shared" / "data" / "ctn-0027" / "weekly_patterns.csv"
)
HEAD = "client_code,weekly_opioid_pattern\n"


def measured(flask: Run, path: Path) -> list[dict[str, object]]:
    rows = json.loads(flask("report", "measures", "--patterns", str(path), "--json").stdout)["rows"]
    assert isinstance(rows, list)
    return rows


def refused(flask: Run, text: str) -> list[str]:
    Path("patterns.csv").write_text(text, encoding="utf-8")
    result = flask("report", "measures", "--patterns", "patterns.csv", "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    return result.stderr.splitlines()


def test_json_has_a_row_for_each_client(flask: Run, in_folder: Path) -> None:
    Path("patterns.csv").write_text(
        HEAD + "C0008,ooooooooooooooooooooooooo\nC0010,------+++-++++o+++o+-o\nC0011,-+-o+o+--o*----o--o---o-\n"
    )
    assert json.loads(flask("report", "measures", "--patterns", "patterns.csv", "--json").stdout) == {
        "rows": [
            {
                "client_code": "C0008", "negative_weeks": 0, "lda_missing_is_positive": 0, "lda_missing_ignored": 0,
                "three_in_a_row": False,
            },
            {
                "client_code": "C0010", "negative_weeks": 8, "lda_missing_is_positive": 6, "lda_missing_ignored": 6,
                "three_in_a_row": True,
            },
            {
                "client_code": "C0011", "negative_weeks": 14, "lda_missing_is_positive": 4, "lda_missing_ignored": 10,
                "three_in_a_row": True,
            },
        ]
    }  # fmt: skip


def test_every_row_of_the_published_file_agrees(flask: Run) -> None:
    if not PUBLISHED.is_file():
        pytest.skip(f"{PUBLISHED} is not there: WEEKLY_PATTERNS can name another path. Typed rows are tested above.")
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 600
    for row, found in zip(published, measured(flask, PUBLISHED), strict=True):
        assert {name: str(value) for name, value in found.items()} == {name: row[name] for name in found}


def test_the_table_says_what_its_columns_mean(flask: Run, in_folder: Path) -> None:
    Path("patterns.csv").write_text(HEAD + "C1,--o--\n")
    lines = flask("report", "measures", "--patterns", "patterns.csv").stdout.splitlines()
    assert lines[1].split() == ["C1", "4", "2", "4", "no"]
    assert lines[2].startswith("negative: weeks with a negative test.")


def test_a_file_of_a_spreadsheet_is_read(flask: Run, in_folder: Path) -> None:
    Path("patterns.csv").write_text(
        "\ufeffWeekly_Opioid_Pattern;Client_Code;\r\n'--o-;C1;\r\n;;\r\n+-;C2;\r\n", encoding="utf-8", newline=""
    )
    assert [(row["client_code"], row["negative_weeks"]) for row in measured(flask, Path("patterns.csv"))] == [
        ("C1", 3), ("C2", 1),
    ]  # fmt: skip


def test_rows_that_cannot_be_used_are_all_named(flask: Run, in_folder: Path) -> None:
    rows = ["C1,--x", "C2,", ",---", "C3,+-", "C3,--", "C4", 'C5,-"']
    assert refused(flask, HEAD + "\n".join(rows) + "\n") == [
        "patterns.csv, line 2: 'x' in weekly_opioid_pattern means nothing; use - + o *.",
        "patterns.csv, line 3: The weekly_opioid_pattern is empty. Write one letter for each week, o for a week without a "
        "specimen.",
        "patterns.csv, line 4: The client_code is empty.",
        "patterns.csv, line 6: Line 5 already has the client_code C3. Keep the row that is right.",
        "patterns.csv, line 7: The row has 1 value; there are 2 columns.",
        'patterns.csv, line 8: A quotation mark (") has no partner. Delete it. To keep it, write it twice and put the '
        "whole value in quotation marks.",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "patterns.csv: the file is empty."),
        (HEAD, "patterns.csv: there is no row below the first line."),
        (
            "code,pattern\nC1,---\n",
            "patterns.csv, line 1: the columns client_code, weekly_opioid_pattern are missing. The first line must name "
            "client_code, weekly_opioid_pattern; it has: code, pattern.",
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(flask: Run, in_folder: Path, text: str, says: str) -> None:
    assert refused(flask, text) == [says]


def test_a_missing_file_is_named(flask: Run, in_folder: Path) -> None:
    result = flask("report", "measures", "--patterns", "nowhere.csv")
    assert (result.exit_code, result.stderr) == (2, "nowhere.csv: cannot be read (No such file or directory).\n")
