"""Rows for research: nobody's code, days moved by whole weeks, and no rare word."""

from datetime import UTC, date, datetime

from cm_tracker.domain.measures.deidentified import HIDDEN, Deidentifier, Rare, counted
from cm_tracker.domain.measures.tables import DAY, FLAG, INSTANT, NUMBER, NUMERAL, TEXT, Column

COLUMNS = (
    Column("client_code", "Client code", TEXT),
    Column("visit", "Visit", NUMERAL),
    Column("visit_on", "Day", DAY),
    Column("recorded_at", "When", INSTANT),
    Column("outcome", "Outcome", TEXT, codes=(("met", "Met"),)),
    Column("points", "Points", NUMBER),
    Column("is_corrected", "Corrected", FLAG),
)
MONDAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def row(code: str, outcome: str = "met", visit: int = 1, day: date = MONDAY) -> tuple[object, ...]:
    return (code, visit, day, AT, outcome, 25, False)


def made(secret: bytes, *rows: tuple[object, ...], rare: Rare | None = None) -> list[tuple[object, ...]]:
    everything_is_common = Rare({"outcome": {"met": 11, "tampered": 11}})
    return [Deidentifier(secret).row(COLUMNS, one, rare or everything_is_common) for one in rows]  # type: ignore[arg-type]


def test_a_client_is_one_random_word_and_no_code() -> None:
    first, second, other = made(b"a" * 32, row("HS-1"), row("HS-1", visit=2), row("HS-2"))
    assert first[0] == second[0] != other[0]
    assert str(first[0]).startswith("P-") and "HS" not in "".join(map(str, first))
    assert first[1] != second[1] and str(first[1]).startswith("R-")


def test_another_file_has_other_words_and_other_days() -> None:
    (one,), (two,) = made(b"a" * 32, row("HS-1")), made(b"c" * 32, row("HS-1"))
    assert one[0] != two[0] and one[1] != two[1] and one[2] != two[2]


def test_days_of_a_client_move_by_the_same_number_of_whole_weeks_and_lose_their_time() -> None:
    first, later = made(b"a" * 32, row("HS-1"), row("HS-1", day=date(2026, 3, 13)))
    assert isinstance(first[2], date) and isinstance(later[2], date)
    assert (later[2] - first[2]).days == 11 and first[2].weekday() == 0 and first[2] != MONDAY
    assert type(first[3]) is date and (first[3] - first[2]).days == 0


def test_the_shift_is_up_to_half_a_year_either_way_and_never_nothing() -> None:
    weeks = {Deidentifier(b"a" * 32).weeks(f"HS-{number}") for number in range(2_000)}
    assert weeks == set(range(-26, 27)) - {0}


def test_a_word_of_fewer_than_eleven_clients_is_hidden() -> None:
    rows = [row(f"HS-{number}") for number in range(11)] + [row(f"HS-{number}", "tampered") for number in range(10)]
    # The same client twice is one client.
    rare = counted(COLUMNS, [*rows, row("HS-0", "tampered", visit=2)])  # type: ignore[list-item]
    assert rare == Rare({"outcome": {"met": 11, "tampered": 10}, "is_corrected": {False: 11}})
    common, few = made(b"a" * 32, rows[0], rows[11], rare=rare)
    assert (common[4], few[4]) == ("met", HIDDEN)
    assert (common[5], common[6]) == (25, False)


def test_the_codebook_says_what_became_of_each_column() -> None:
    columns = {column.name: column for column in Deidentifier(b"a" * 32).columns(COLUMNS)}
    assert "client_code" not in columns and columns["person"].title == "Person"
    assert columns["recorded_at"].kind == DAY and "whole weeks" in columns["visit_on"].meaning
    assert columns["visit"].kind == TEXT
    assert columns["outcome"].codes == (("met", "Met"), (HIDDEN, "Hidden"))


def test_a_site_is_a_random_word_or_hidden() -> None:
    columns = (COLUMNS[0], Column("site", "Site", TEXT))
    hidden = Deidentifier(b"a" * 32)
    large, small = (
        hidden.row(columns, ("HS-1", name), Rare({"site": {"Harbor Street": 11, "Mill Road": 10}}))
        for name in ("Harbor Street", "Mill Road")
    )
    assert str(large[1]).startswith("S-") and small[1] == HIDDEN


def rows_of(*rows: tuple[object, ...]) -> list[tuple[object, ...]]:
    return Deidentifier(b"a" * 32).rows(COLUMNS, rows)  # type: ignore[arg-type,return-value]


def test_rows_stand_by_person_and_moved_day_so_that_neighbors_tell_nothing() -> None:
    days = [date(2026, 3, day) for day in (2, 4, 6)]
    newest_first = [row(f"HS-{number}", day=day) for day in reversed(days) for number in range(11)]
    rows = rows_of(*newest_first)
    assert len(rows) == 33
    people = [one[0] for one in rows]
    assert people == sorted(people, key=str)
    for first in range(0, 33, 3):
        moved = [one[2] for one in rows[first : first + 3]]
        assert len(set(people[first : first + 3])) == 1 and moved == sorted(moved, key=str)


def test_a_yes_of_fewer_than_eleven_clients_empties_its_column() -> None:
    rows = [row(f"HS-{number}") for number in range(12)]
    disputed = [(*row(f"HS-{number}")[:-1], True) for number in range(11)]
    assert {one[6] for one in rows_of(*rows)} == {False}
    assert {one[6] for one in rows_of(*rows, *disputed)} == {False, True}
    assert {one[6] for one in rows_of(*rows, *disputed[:10])} == {None}


def test_a_list_about_fewer_than_eleven_clients_is_empty() -> None:
    assert rows_of(*(row(f"HS-{number}", visit=visit) for number in range(10) for visit in (1, 2))) == []
