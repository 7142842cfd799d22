"""CSV files as spreadsheets write them: which are read without a note, which with one, and which rows are refused."""

from pathlib import Path

import pytest

from cm_tracker.tables.csv_text import LATIN_1, STRAY_QUOTE, UTF_16
from cm_tracker.tables.reading import FileTable, How, guess_head, open_source, read_file, read_table
from cm_tracker.tables.rejects import RejectedRow, rejects_of, write_rejects
from cm_tracker.tables.sources import BadFile

REQUIRED = ("code", "day")
PLAIN = How()


def read(text: str | bytes, optional: tuple[str, ...] = (), how: How = PLAIN) -> FileTable:
    return read_table("a.csv", text if isinstance(text, bytes) else text.encode(), REQUIRED, optional, how)


def rows(table: FileTable) -> list[tuple[int, str, str]]:
    return [(row.line, row.values["code"], row.values["day"]) for row in table.rows if row.problem is None]


def refused(table: FileTable) -> list[tuple[int, str]]:
    return [(row.line, row.problem) for row in table.rows if row.problem is not None]


@pytest.mark.parametrize(
    "text",
    [
        "code,day\nA,1\nB,2\n",
        "code,day\r\nA,1\r\nB,2\r\n",
        "code,day\rA,1\rB,2",
        "\ufeffcode,day\nA,1\nB,2",
        "Code , DAY\n A,1\nB ,2 \n",
        '"code","day"\n"A","1"\n"B","2"\n',
    ],
    ids=["plain", "CRLF", "CR", "byte order mark", "spaces and capitals", "quoted"],
)
def test_usual_formats_are_read_without_a_note(text: str) -> None:
    table = read(text)
    assert rows(table) == [(2, "A", "1"), (3, "B", "2")]
    assert table.notes == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("code;day\nA;1\nB;2\n", "The values are separated by semicolons, as in the first line."),
        ("code\tday\nA\t1\nB\t2\n", "The values are separated by tabs, as in the first line."),
        ("code,site,day,name\nA,x,1,y\nB,,2,\n", "Ignored columns: site, name."),
        ("code,day,,\nA,1,,\nB,2,,\n", "Ignored empty values after the last column: lines 2, 3."),
        ("code,day\nA,1,,\nB,2\n", "Ignored empty values after the last column: line 2."),
        ("code,day\nA,1\nB,2\n,\n,,\n", "Skipped rows without any value: lines 4, 5."),
        ("line,reason,says,code,day\n7,x,y,A,1\n9,x,y,B,2\n",
         "This is a rejects file: the columns that it added (line, reason, says) are ignored."),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_adds_is_read_with_a_note(text: str, note: str) -> None:
    table = read(text)
    assert rows(table) == [(2, "A", "1"), (3, "B", "2")]
    assert table.notes == (note,)


def test_an_optional_column_is_read_without_a_note() -> None:
    table = read("code,day,more\nA,1,x\n", optional=("more",))
    assert table.rows[0].values == {"code": "A", "day": "1", "more": "x"}
    assert table.notes == ()


def test_empty_lines_need_no_note_and_rows_keep_their_line_numbers() -> None:
    table = read("\ncode,day\n\nA,1\n\n\nB,2\n")
    assert rows(table) == [(4, "A", "1"), (7, "B", "2")]
    assert table.notes == ()


def test_a_quoted_value_may_hold_commas_quotation_marks_and_line_breaks() -> None:
    table = read('code,remark,day\nA,"came, ""late"",\nand left",1\nB,x,2\n')
    assert rows(table) == [(2, "A", "1"), (4, "B", "2")]
    assert table.rows[0].cells[1] == 'came, "late",\nand left'


@pytest.mark.parametrize(
    ("text", "codes", "lines"),
    [
        ('code,day\n"A,1\nB,2\nC,3\n', ["B", "C"], [2]),
        ('code,day\nA,"1\nB,2\nC,3\n', ["B", "C"], [2]),
        ('code,day\nA",1\nB,2\nC,3\n', ["B", "C"], [2]),
        ('code,day\nA"A,1\nB,2\nC,3\n', ["B", "C"], [2]),
        ('code,day\n"A"A,1\nB,2\nC,3\n', ["B", "C"], [2]),
        ('code,day\nA,1\nB,2\n"C,3', ["A", "B"], [4]),
        # Two stray quotation marks form one valid value of several lines, which would hide the rows between them.
        ('code,day\nA,"1\nB,2\nC,3"\nD,4\n', ["B", "D"], [2, 4]),
        ('code,day\n"A,1\nB,2\nC",3\nD,4\n', ["B", "D"], [2, 4]),
        ('code,day,remark\nA,1,"x\nB,2,y\nC,3,z"\nD,4,\n', ["B", "D"], [2, 4]),
        ('code,day,remark\nA,1,"x\nB,2,y"\nC,3,\n', ["C"], [2, 3]),
        # A correct quoted value in the next row does not end the value of the stray mark.
        ('code,day\nA,"1\n"B","2"\n"C","3"\n', ["B", "C"], [2]),
        ('code;day\n"A;1\nB;2\n', ["B"], [2]),
    ],
)
def test_a_stray_quotation_mark_refuses_only_its_own_row(text: str, codes: list[str], lines: list[int]) -> None:
    table = read(text)
    assert [code for _, code, _ in rows(table)] == codes
    assert refused(table) == [(line, STRAY_QUOTE) for line in lines]


def test_many_stray_quotation_marks_are_found_in_reasonable_time() -> None:
    table = read("code,day\n" + 'A,"1\n' * 50_000)
    assert len(refused(table)) == 50_000


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A", "The row has 1 value; there are 2 columns."),
        ("A,1,x", "The row has 3 values; there are 2 columns. If a value holds one of the commas"),
        ("A,1,,x", "The row has 4 values; there are 2 columns."),
        ("A," + "1" * 10_001, "A value has 10,001 characters; at most 10,000 are allowed."),
    ],
)
def test_a_misshapen_row_is_refused_with_the_reason(row: str, message: str) -> None:
    table = read(f"code,day\n{row}\nB,2\n")
    assert rows(table) == [(3, "B", "2")]
    assert [(line, problem.startswith(message)) for line, problem in refused(table)] == [(2, True)]


def test_a_row_with_a_value_in_a_column_without_a_name_is_refused() -> None:
    table = read("code,,day\nA,x,1\nB,,2\n")
    assert rows(table) == [(3, "B", "2")]
    assert refused(table)[0][1].startswith("There is a value in a column without a name.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "a.csv: the file is empty."),
        (b"\xef\xbb\xbf \r\n\n", "a.csv: the file is empty."),
        (b"code,day\n", "a.csv: there is no row below the first line."),
        (b"code,date\nA,1\n",
         "a.csv, line 1: the column day is missing. The first line must name code, day; it has: code, date."),
        (b"x;y;z\nA,1\n",
         "a.csv, line 1: the columns code, day are missing. The first line must name code, day; it has: x, y, z."),
        (b'[{"code": 1}]', "a.csv, line 1: the columns code, day are missing."),
        (b"code,day,day\nA,1,2\n", "a.csv, line 1: the column day is there twice. Keep one of them."),
        (b"code,day\nA,1\nJos\xe9,2\n", "a.csv, line 3: this is not text in UTF-8. Save it as CSV UTF-8"),
        (b"code,day\nA\x00,1\n", "a.csv, line 2: this is not a CSV file."),
        ("code,day\nA,1\n".encode("utf-16"), "a.csv: the text is in UTF-16. Save it as CSV UTF-8"),
        (b"code,day\n" + b"A,1\n" * 5_000_001, "a.csv: has 20 MB; at most 20 MB are allowed. Split it."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_the_expected_table_is_refused_with_one_sentence(text: bytes, message: str) -> None:
    with pytest.raises(BadFile) as error:
        read(text)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_has_as_many_lines_as_a_sheet_has_rows(end: str) -> None:
    most = f"code,day{end}" + f"A,1{end}" * 199_999
    head = next(open_source("a.csv", most.encode()).heads())
    assert head.names == ("code", "day")
    with pytest.raises(BadFile, match=r"^a\.csv: the file has more than 200,000 lines\. Split it\.$"):
        open_source("a.csv", (most + f"A,1{end}").encode())


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(BadFile, match=r"^nowhere\.csv: cannot be read \(No such file or directory\)\.$"):
        read_file(Path("nowhere.csv"), REQUIRED)


def test_rejects_keep_their_columns_and_are_read_back_unchanged() -> None:
    table = read("\ufeffcode;name;day\nA;x;1\n=B;'-y;2,5\n\"C;;3\nD;u;4;5\n".encode())
    content = rejects_of(
        table,
        [RejectedRow(5, "misshapen", "Too long."), RejectedRow(3, "odd", "=Odd."), RejectedRow(4, "quote", "Stray.")],
    )
    assert content.decode().splitlines() == [
        "\ufeffline;reason;says;code;name;day",
        "3;odd;'=Odd.;'=B;''-y;2,5",
        '4;quote;Stray.;"""C";;3',
        '5;misshapen;Too long.;D;u;"4;5"',
    ]
    rejects = read(content)
    assert rows(rejects) == [(2, "=B", "2,5"), (3, '"C', "3"), (4, "D", "4;5")]
    assert rejects.rows[0].cells[4] == "'-y"


def test_no_name_and_no_value_of_a_rejects_file_is_run_as_a_formula() -> None:
    head = 'code,day,"=HYPERLINK(""http://x"")",＠name,\'-own\n'
    table = read(f"{head}A,1,＝1+1,＋2,＠3\n", ("＠name",), How(columns={"＠name": "＠NAME"}))
    content = rejects_of(table, [RejectedRow(2, "odd", "－Odd.")])
    assert content.decode().splitlines() == [
        'line,reason,says,code,day,"\'=hyperlink(""http://x"")",\'＠name,\'\'-own',
        "2,odd,'－Odd.,A,1,'＝1+1,'＋2,'＠3",
    ]
    # The mended file is read like the first one, also with a column that was chosen by its name.
    again = read(content, ("＠name",), How(columns={"＠name": "＠NAME"}))
    assert again.columns[3:] == table.columns
    assert (again.rows[0].values["＠name"], again.rows[0].cells[3:]) == ("＋2", table.rows[0].cells)
    assert rejects_of(again, [RejectedRow(2, "odd", "－Odd.")]) == content


def test_a_stray_quote_in_a_rejects_file_adds_no_apostrophe() -> None:
    rejects = read("line,reason,says,code,day\n2,odd,Odd.,'=A,\"1\n")
    assert refused(rejects) == [(2, STRAY_QUOTE)] and rejects.rows[0].cells[3:] == ("=A", '"1')


def test_a_rejects_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_rejects(tmp_path / "r.csv", b"line")
    assert (tmp_path / "r.csv").stat().st_mode & 0o077 == 0
    assert (tmp_path / "r.csv").read_bytes() == b"line"


def test_rejects_of_a_file_of_rejects_have_one_set_of_reject_columns() -> None:
    table = read("line,reason,says,code,day\n7,old,Old.,A,1\n")
    content = rejects_of(table, [RejectedRow(2, "new", "New.")])
    assert content.decode().splitlines() == ["line,reason,says,code,day", "2,new,New.,A,1"]


def test_titles_above_the_head_are_skipped_with_a_note_and_lines_keep_their_numbers() -> None:
    table = read("Roster of March\n\n,printed 3/2\ncode,day\nA,1\nB,2\n")
    assert rows(table) == [(5, "A", "1"), (6, "B", "2")]
    assert table.notes == ("The head is in line 4. What stands above it was skipped.",)


def test_a_head_is_looked_for_in_the_first_lines_alone() -> None:
    with pytest.raises(BadFile, match=r"line 1: the columns code, day are missing"):
        read("title\n" * 30 + "code,day\nA,1\n")
    assert rows(read("title\n" * 29 + "code,day\nA,1\n")) == [(31, "A", "1")]


def test_the_line_of_the_head_can_be_told() -> None:
    text = "code,day\nthe code,the day\nA,1\n"
    assert rows(read(text)) == [(2, "the code", "the day"), (3, "A", "1")]
    how = How(head_line=2, columns={"code": "The Code", "day": "the day"})
    assert rows(read(text, how=how)) == [(3, "A", "1")]
    with pytest.raises(BadFile, match=r"line 9 cannot be the head"):
        read(text, how=How(head_line=9))


def test_columns_are_chosen_by_the_names_that_the_file_has() -> None:
    table = read("Patient;day;Day of visit\nA;x;1\n", how=How(columns={"code": "patient", "day": "Day of Visit"}))
    assert rows(table) == [(2, "A", "1")]
    assert "Ignored columns: day." in table.notes
    with pytest.raises(
        BadFile, match=r"line 1: the column case number is missing. The first line must name case number"
    ):
        read("code,day\nA,1\n", how=How(columns={"code": "Case Number"}))


def test_a_column_that_was_chosen_for_another_one_is_not_also_read_by_its_name() -> None:
    table = read("code,day,more\nA,1,2\n", optional=("more",), how=How(columns={"day": "more"}))
    assert table.rows[0].values == {"code": "A", "day": "2"}


@pytest.mark.parametrize(
    ("raw", "encoding", "code"),
    [
        ("code,day\nJosé,1\n".encode("latin-1"), LATIN_1, "José"),
        ("code,day\nA\u2019B,1\n".encode("cp1252"), LATIN_1, "A\u2019B"),
        ("code,day\nJosé,1\n".encode("utf-16"), UTF_16, "José"),
        (b"\xfe\xff" + "code,day\nJosé,1\n".encode("utf-16-be"), UTF_16, "José"),
    ],
)
def test_another_encoding_is_read_where_it_was_told(raw: bytes, encoding: str, code: str) -> None:
    table = read(raw, how=How(encoding=encoding))
    assert rows(table) == [(2, code, "1")]
    assert table.notes == (f"The text was read as {'Latin-1' if encoding == LATIN_1 else 'UTF-16'}.",)


@pytest.mark.parametrize(
    ("raw", "encoding", "message"),
    [
        (b"code,day\nA,1\n", UTF_16, "a.csv: this is not text in UTF-16. Choose another encoding."),
        (b"code,day\nA,\x81\n", LATIN_1, "a.csv, line 2: this is not text in Latin-1."),
        ("code,day\nA,1\n".encode("utf-16"), LATIN_1, "a.csv, line 1: this is not a CSV file."),
    ],
)
def test_an_encoding_that_does_not_fit_is_refused(raw: bytes, encoding: str, message: str) -> None:
    with pytest.raises(BadFile) as error:
        read(raw, how=How(encoding=encoding))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code,day\nA,1\n", 1),
        ("Roster\nPatient,First day\nA,1\n", 2),
        ("Roster,,\nPatient,First day,\nA,1,\n", 2),
        ("a,b\nc,day\n", 2),
    ],
)
def test_the_likeliest_head_is_offered(text: str, line: int) -> None:
    head = guess_head(open_source("a.csv", text.encode()), lambda names: len(set(REQUIRED) & set(names)))
    assert head is not None
    assert head.line == line
