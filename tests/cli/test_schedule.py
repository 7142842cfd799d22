"""`cm-tracker schedule` replays, checks and lists schedules without a database."""

import json
from pathlib import Path

import pytest

from cm_tracker.queries.schedules.presets import preset
from tests.cli.conftest import Run
from tests.domain.schedules.documents import document, phase, track


def refused(result: object) -> list[str]:
    assert result.exit_code == 2  # type: ignore[attr-defined]
    assert result.stdout == ""  # type: ignore[attr-defined]
    return list(result.stderr.splitlines())  # type: ignore[attr-defined]


def test_list_names_the_presets(flask: Run) -> None:
    assert [line.split()[0] for line in flask("schedule", "list").stdout.splitlines()] == [
        "attendance-points",
        "budney-cannabis",
        "california-recovery-incentives",
        "chesterfield-pregnancy",
        "co-percentile",
        "co-sliding-scale",
        "cpit-pregnancy",
        "ctn-prize",
        "fishbowl-250",
        "hepatitis-b-vaccine",
        "higgins-voucher",
        "quit-smoking-350",
        "roll-smoking",
        "samhsa-grant",
        "shaping-by-quarters",
        "silverman-voucher",
        "transdermal-alcohol",
        "va-prize",
        "weekly-opioid",
    ]


def test_replay_prints_the_documented_json(flask: Run) -> None:
    result = json.loads(flask("schedule", "replay", "higgins-voucher", "--outcomes", "N", "--json").stdout)
    assert result == {
        "schedule": "Voucher ladder for cocaine, 12 weeks",
        "visits": [
            {
                "n": 1, "week": 1, "behavior": "cocaine-negative", "outcome": "met", "level": 0, "run": 1,
                "ladder": 10, "run_bonus": 0, "week_bonus": 0, "side_bonus": 0, "due": 10, "paid": 10, "unit": "points", "cents": 250,
                "cut_by": None, "next_due": 15, "why": "paid",
            }
        ],
        "totals": {"points": 10, "draws": 0, "cents": 250},
    }  # fmt: skip


def test_a_space_ends_a_program_week(flask: Run) -> None:
    result = json.loads(flask("schedule", "replay", "va-prize", "--outcomes", "NN NN PN", "--json").stdout)
    assert [visit["week"] for visit in result["visits"]] == [1, 1, 2, 2, 3, 3]
    assert [visit["paid"] for visit in result["visits"]] == [1, 2, 3, 4, 0, 1]


@pytest.mark.parametrize(
    ("outcomes", "weeks"),
    [("N N  N", [1, 2, 4]), ("N   NN ", [1, 4, 4]), (" N", [2]), ("N ", [1]), ("N  ", [1])],
)
def test_each_space_ends_a_program_week_even_one_without_a_visit(flask: Run, outcomes: str, weeks: list[int]) -> None:
    result = json.loads(flask("schedule", "replay", "va-prize", "--outcomes", outcomes, "--json").stdout)
    assert [visit["week"] for visit in result["visits"]] == weeks


def test_the_option_also_has_no_letter_for_a_week_without_a_visit(flask: Run) -> None:
    result = json.loads(
        flask("schedule", "replay", "ctn-prize", "--outcomes", "N  N", "--also", "P  N", "--json").stdout
    )
    assert [(visit["week"], visit["side_bonus"]) for visit in result["visits"]] == [(1, 0), (3, 2)]


def test_a_week_without_a_visit_skips_its_phase(flask: Run, in_folder: Path) -> None:
    """Weeks 1, 2, 3 and 4 pay 4, 7, 1 and 9 points; nobody came in the third."""
    phases = [
        phase(weeks=[week, week], visits_per_week=1, base=base, step=0, cap=None, carry_level=week > 1)
        for week, base in ((1, 4), (2, 7), (3, 1), (4, 9))
    ]
    Path("d.json").write_text(json.dumps(document(track(*phases))))
    result = json.loads(flask("schedule", "replay", "d.json", "--outcomes", "N N  N", "--json").stdout)
    assert [visit["paid"] for visit in result["visits"]] == [4, 7, 9]


def test_too_many_weeks_are_refused(flask: Run) -> None:
    problems = refused(flask("schedule", "replay", "va-prize", "--outcomes", "N" + " " * 900_000 + "N"))
    assert problems == ["--outcomes: has 900,001 weeks; at most 10,000 are allowed."]


def test_the_option_also_decides_where_the_side_bonus_is_paid(flask: Run) -> None:
    result = json.loads(flask("schedule", "replay", "ctn-prize", "--outcomes", "NN", "--also", "NP", "--json").stdout)
    assert [visit["side_bonus"] for visit in result["visits"]] == [2, 0]


def test_what_was_paid_earlier_in_the_year_counts_toward_the_ceiling(flask: Run) -> None:
    result = json.loads(
        flask(
            "schedule", "replay", "california-recovery-incentives", "--outcomes", "NN NN NN NN",
            "--prior-cents", "52000", "--json",
        ).stdout
    )  # fmt: skip
    assert result["totals"]["points"] == 158
    assert [visit["cut_by"] for visit in result["visits"]] == [None] * 6 + ["calendar_year"] * 2


def test_a_file_of_visits_is_replayed_in_the_order_of_days(flask: Run, in_folder: Path) -> None:
    Path("v.csv").write_text(
        "date,behavior,outcome,time\n2026-01-07,cocaine-negative,met,09:30\n2026-01-05,cocaine-negative,N,\n"
    )
    result = json.loads(
        flask("schedule", "replay", "higgins-voucher", "--visits", "v.csv", "--start", "2026-01-05", "--json").stdout
    )
    assert [(visit["week"], visit["paid"]) for visit in result["visits"]] == [(1, 10), (1, 15)]


def test_without_json_replay_prints_a_table_with_the_total(flask: Run) -> None:
    lines = flask("schedule", "replay", "higgins-voucher", "--outcomes", "NNNP").stdout.splitlines()
    assert lines[-1] == "Paid: 85 points, $21.25"


def test_check_says_that_a_document_is_valid(flask: Run, in_folder: Path) -> None:
    Path("d.json").write_text(json.dumps(document()))
    assert flask("schedule", "check", "d.json").stdout == "Test: no problems found.\n"


def test_check_lists_every_problem_at_once(flask: Run, in_folder: Path) -> None:
    Path("d.json").write_text(json.dumps(document(track(phase(base=-1)), name="", corrections="x")))
    assert [line.split(":")[0] for line in refused(flask("schedule", "check", "d.json"))] == [
        "name",
        "tracks[0].phases[0].base",
        "corrections",
    ]


def test_check_names_what_no_client_reaches_and_replay_takes_it(flask: Run, in_folder: Path) -> None:
    Path("d.json").write_text(json.dumps(document(track(phase(cap=30), start_level=99), format="cm-schedule/2")))
    says = "tracks[0].start_level: is 99; the highest level of this ladder is 4."
    assert refused(flask("schedule", "check", "d.json")) == [says]
    # A version from before this check is worked out as it always was: at the highest value.
    replayed = json.loads(flask("schedule", "replay", "d.json", "--outcomes", "N", "--json").stdout)
    assert [visit["paid"] for visit in replayed["visits"]] == [30]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"x"',
        '{"format": ' + "1" * 5000 + "}",
        "[" * 100_000,
        '{"name": 1, "name": 2}',
        json.dumps(document(name="a\ud800b")),
        json.dumps(document(name="two\nlines")),
    ],
    ids=range(9),
)
def test_a_bad_document_is_refused_with_a_sentence(flask: Run, in_folder: Path, text: str) -> None:
    Path("d.json").write_text(text)
    assert refused(flask("schedule", "check", "d.json"))
    assert refused(flask("schedule", "replay", "d.json", "--outcomes", "N"))


def test_a_document_may_begin_with_a_byte_order_mark(flask: Run, in_folder: Path) -> None:
    Path("d.json").write_text("\ufeff" + json.dumps(preset("va-prize")), encoding="utf-8")
    assert flask("schedule", "check", "d.json").exit_code == 0


def test_a_missing_document_and_one_that_is_not_text_are_refused(flask: Run, in_folder: Path) -> None:
    assert "no such file" in refused(flask("schedule", "check", "nowhere.json"))[0]
    Path("d.json").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in refused(flask("schedule", "check", "d.json"))[0]


def test_every_problem_with_the_options_is_listed(flask: Run) -> None:
    problems = refused(flask("schedule", "replay", "va-prize", "--outcomes", "NZ", "--also", "Q", "--start", "soon"))
    assert [line.split(":")[0] for line in problems] == ["--start", "--outcomes", "--also", "--also"]


@pytest.mark.parametrize("options", [(), ("--outcomes", "N", "--visits", "v.csv"), ("--outcomes", "  ")])
def test_replay_needs_either_outcomes_or_visits(flask: Run, options: tuple[str, ...]) -> None:
    assert refused(flask("schedule", "replay", "va-prize", *options))


@pytest.mark.parametrize("start", ["9999-12-30", "2200-01-01", "0026-01-05", "2026-W02", "20260105", "1/5/26"])
def test_an_invalid_first_day_is_refused(flask: Run, start: str) -> None:
    problems = refused(flask("schedule", "replay", "va-prize", "--outcomes", "NN NN", "--start", start))
    assert len(problems) == 1 and problems[0].startswith(f"--start: '{start}' is not a day. ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,behavior\n2026-01-05,x\n", "v.csv, line 1: the column outcome is missing."),
        ("date,behavior,outcome,outcome\n", "v.csv, line 1: the column outcome is there twice."),
        ("date,behavior,outcome\n", "v.csv: there is no row below the first line."),
        ('date,behavior,outcome\n2026-01-05,"x,met\n', "v.csv, line 2: A quotation mark"),
        (
            "date,behavior,outcome\n2026-13-05,stimulant-negative,met\n",
            "line 2: '2026-13-05' is not a day. The calendar has no such day.",
        ),
        (
            "date,behavior,outcome\n2026-W10,stimulant-negative,met\n",
            "line 2: '2026-W10' is not a day. Write the day as",
        ),
        ("date,behavior,outcome\n0026-01-05,stimulant-negative,met\n", "line 2: '0026-01-05' is not a day. Give a day"),
        ("date,behavior,outcome\n\n2026-01-05,other,met\n", "line 3: 'other' is not a behavior"),
        ("date,behavior,outcome\n2026-01-05,stimulant-negative,fine\n", "line 2: 'fine' is not an outcome"),
        (
            "date,behavior,outcome\n2026-01-05,stimulant-negative\n",
            "line 2: The row has 2 values; there are 3 columns.",
        ),
        ("date,behavior,outcome,time\n2026-01-05,stimulant-negative,met,09:00 PM\n", "not a time"),
        ("date,behavior,outcome,time\n2026-01-05,stimulant-negative,met,25:00\n", "not a time"),
        ("date,behavior,outcome,also_negative\n2026-01-05,stimulant-negative,met,maybe\n", "must be yes or no"),
    ],
)
def test_a_bad_file_of_visits_is_refused_with_the_line_of_the_problem(
    flask: Run, in_folder: Path, text: str, message: str
) -> None:
    Path("v.csv").write_text(text)
    problems = refused(flask("schedule", "replay", "va-prize", "--visits", "v.csv", "--start", "2026-01-05"))
    assert message in problems[0]
    assert problems[0].startswith("v.csv")


@pytest.mark.parametrize("second", ["N", "P", "M"])
def test_two_rows_of_one_behavior_and_day_are_refused_as_an_import_refuses_them(
    flask: Run, in_folder: Path, second: str
) -> None:
    rows = f"2026-01-05,stimulant-negative,N\n2026-01-06,stimulant-negative,N\n2026-01-05,stimulant-negative,{second}\n"
    Path("v.csv").write_text(f"date,behavior,outcome\n{rows}")
    assert refused(flask("schedule", "replay", "va-prize", "--visits", "v.csv")) == [
        "v.csv, line 4: line 2 already has 'stimulant-negative' on 2026-01-05. Keep the row that is right."
    ]


def test_a_day_may_have_as_many_rows_as_it_has_places(flask: Run, in_folder: Path) -> None:
    """Up to 14 visits a week are paid, so a day has two places. 10 and 15 points are paid."""
    Path("d.json").write_text(json.dumps(document(track(phase(visits_per_week=14)))))
    row = "2026-01-05,goal,N\n"
    Path("v.csv").write_text(f"date,behavior,outcome\n{row * 2}")
    result = flask("schedule", "replay", "d.json", "--visits", "v.csv")
    assert result.stdout.splitlines()[-1] == "Paid: 25 points, $6.25"
    Path("v.csv").write_text(f"date,behavior,outcome\n{row * 3}")
    assert refused(flask("schedule", "replay", "d.json", "--visits", "v.csv")) == [
        "v.csv, line 4: lines 2 and 3 already have 'goal' on 2026-01-05. Keep the row that is right."
    ]


def test_rows_of_two_behaviors_may_be_of_one_day(flask: Run, in_folder: Path) -> None:
    Path("d.json").write_text(json.dumps(document(track(), track(behavior="other"))))
    Path("v.csv").write_text("date,behavior,outcome\n2026-01-05,goal,N\n2026-01-05,other,N\n")
    assert flask("schedule", "replay", "d.json", "--visits", "v.csv").exit_code == 0


def test_extra_columns_in_a_file_of_visits_are_ignored_with_a_note(flask: Run, in_folder: Path) -> None:
    Path("v.csv").write_text("date;behavior;mood;outcome;\r\n2026-01-05;stimulant-negative;good;met;\r\n")
    result = flask("schedule", "replay", "va-prize", "--visits", "v.csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "Paid: 1 draw"
    assert result.stderr.splitlines() == [
        "v.csv: The values are separated by semicolons, as in the first line.",
        "v.csv: Ignored columns: mood.",
        "v.csv: Ignored empty values after the last column: line 2.",
    ]


def test_days_of_a_pause_count_for_no_week(flask: Run, in_folder: Path) -> None:
    Path("v.csv").write_text(
        "date,behavior,outcome\n2026-01-05,stimulant-negative,met\n2026-01-07,stimulant-negative,met\n"
        "2026-01-26,stimulant-negative,met\n"
    )
    command = ("schedule", "replay", "california-recovery-incentives", "--visits", "v.csv", "--json")
    weeks = [visit["week"] for visit in json.loads(flask(*command).stdout)["visits"]]
    paused = json.loads(flask(*command, "--pause", "2026-01-12..2026-01-25").stdout)["visits"]
    assert weeks == [1, 1, 4]
    # January 26 is day 21; without the fourteen paused days it is day 7, the first one of week 2.
    assert [visit["week"] for visit in paused] == [1, 1, 2]


@pytest.mark.parametrize(
    ("pause", "message"),
    [
        ("2026-01-06..2026-01-08", "A visit falls on 2026-01-07, which is paused."),
        ("2026-01-12", "Write two days with two dots between them"),
        ("2026-01-12..2026-01-11", "The last day is before the first."),
        ("soon..later", "--pause: 'soon..later' is not a pause."),
    ],
)
def test_a_wrong_pause_is_refused(flask: Run, in_folder: Path, pause: str, message: str) -> None:
    Path("v.csv").write_text(
        "date,behavior,outcome\n2026-01-05,stimulant-negative,met\n2026-01-07,stimulant-negative,met\n"
    )
    result = flask("schedule", "replay", "va-prize", "--visits", "v.csv", "--pause", pause)
    assert result.exit_code == 2 and message in result.stderr and result.stdout == ""


def test_a_visits_file_can_name_the_version_of_each_day(flask: Run, in_folder: Path) -> None:
    document = json.loads(json.dumps(preset("higgins-voucher")))
    document["tracks"][0]["phases"] = [
        {**document["tracks"][0]["phases"][0], "base": 100, "step": 0, "run_bonus": None}
    ]
    Path("new.json").write_text(json.dumps(document))
    Path("v.csv").write_text(
        "date,behavior,outcome,version\n2026-01-05,cocaine-negative,met,\n2026-01-07,cocaine-negative,met,\n"
        "2026-01-12,cocaine-negative,met,new.json\n"
    )
    result = flask("schedule", "replay", "higgins-voucher", "--visits", "v.csv", "--json")
    assert [visit["due"] for visit in json.loads(result.stdout)["visits"]] == [10, 15, 100]


def test_the_amounts_of_a_replay_are_in_the_currency_of_the_document(flask: Run, in_folder: Path) -> None:
    Path("pounds.json").write_text(json.dumps(document(format="cm-schedule/2", currency="GBP")))
    # 10 and 15 points of 25 pence are £6.25.
    assert "Paid: 25 points, £6.25" in flask("schedule", "replay", "pounds.json", "--outcomes", "NN").stdout
    Path("euros.json").write_text(json.dumps(document(name="Euros", format="cm-schedule/2", currency="EUR")))
    Path("visits.csv").write_text(
        "date,behavior,outcome,version\n2026-01-05,goal,met,\n2026-01-07,goal,met,euros.json\n"
    )
    assert refused(flask("schedule", "replay", "pounds.json", "--visits", "visits.csv")) == [
        "euros.json pays in EUR and Test in GBP: a program has one currency."
    ]
