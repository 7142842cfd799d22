"""The log of a server: the form of its lines, its files, and that a line names nobody."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from cm_tracker import logs
from cm_tracker.config import BadSettings
from tests.cast import NOW

Started = Callable[..., Path]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """Return a function that starts the log with a file. Return the file.

    What is logged belongs to no request: other tests may have left an answer open in this thread.
    """
    handlers = []
    logs.request_id.set(None)

    def run(log_format: str = "json", name: str = "server.log") -> Path:
        handlers.append(logs.start({"LOG_FORMAT": log_format, "LOG_FILE": name}, tmp_path))
        return tmp_path / name

    yield run
    for handler in handlers:
        logs.stop(handler)
    logging.getLogger("cm_tracker").setLevel(logging.NOTSET)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_one_json_object_with_the_time_in_utc(started: Started) -> None:
    file = started()
    with time_machine.travel(NOW, tick=False):
        logging.getLogger("cm_tracker.db").warning("first line\nsecond line")
    assert file.read_text(encoding="utf-8").count("\n") == 1
    assert lines(file) == [
        {
            "time": "2026-03-16T15:00:00.000Z", "level": "warning", "logger": "cm_tracker.db", "request": None,
            "message": "first line\nsecond line",
        }
    ]  # fmt: skip


def test_a_line_for_people_says_the_same(started: Started) -> None:
    file = started("text")
    with time_machine.travel(NOW, tick=False):
        logging.getLogger("cm_tracker.requests").info("answered", extra={"fields": {"endpoint": "start.show", "ms": 3}})
    assert file.read_text(encoding="utf-8") == (
        "2026-03-16T15:00:00.000Z info cm_tracker.requests - answered endpoint=start.show ms=3\n"
    )


def test_libraries_are_heard_where_somebody_has_to_know(started: Started) -> None:
    file = started()
    logging.getLogger("waitress").info("nothing much")
    logging.getLogger("waitress").warning("%s threads", 8)
    assert [line["message"] for line in lines(file)] == ["8 threads"]


def test_an_exception_is_told_without_its_message_and_without_the_address_beside_it(started: Started) -> None:
    file = started()
    said = " ".join(["Amir", "tested", "positive"])
    try:
        raise ValueError(said)
    except ValueError:
        logging.getLogger("waitress").exception("Exception while serving %s", "/clients/1?name=Amir")
        logging.getLogger("cm_tracker").exception("A fault at %s", "clients.show")
    served, own = lines(file)
    assert served["message"].startswith("Exception while serving …: ValueError\n")
    assert own["message"].startswith("A fault at clients.show: ValueError\n")
    assert "/clients/1" not in file.read_text(encoding="utf-8")
    assert "Amir tested positive" not in file.read_text(encoding="utf-8")


def test_the_file_is_its_owners_alone_and_a_second_start_replaces_the_first(started: Started, tmp_path: Path) -> None:
    (tmp_path / "server.log").touch(mode=0o644)
    file = started()
    assert file.stat().st_mode & 0o777 == 0o600
    other = started(name="other.log")
    logging.getLogger("cm_tracker").error("once")
    assert (len(lines(file)), len(lines(other))) == (0, 1)


def test_ten_files_are_kept_and_each_belongs_to_its_owner(tmp_path: Path) -> None:
    handler = logs.ToFile(tmp_path / "server.log", most_bytes=1000)
    handler.setFormatter(logs.JsonLine())
    for n in range(150):
        handler.handle(logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": f"{n:0>60}"}))
    handler.close()
    kept = sorted(tmp_path.glob("server.log*"))
    kept.remove(tmp_path / "server.log.lock")
    assert [path.name for path in kept] == ["server.log", *(f"server.log.{n}" for n in range(1, 10))]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert all(path.stat().st_size <= 1000 for path in kept)
    assert lines(kept[0])[-1]["message"].endswith("149")


WRITER = """
import logging, sys
from pathlib import Path
from cm_tracker import logs
handler = logs.ToFile(Path(sys.argv[1]), most_bytes=20_000)
handler.setFormatter(logs.JsonLine())
for n in range(300):
    handler.handle(logging.makeLogRecord({"name": sys.argv[2], "levelname": "INFO", "msg": str(n)}))
"""


def test_several_processes_write_to_one_file_and_lose_no_line(tmp_path: Path) -> None:
    """As the workers of gunicorn do. 600 lines of about 110 bytes fill three files of 20,000 bytes and a part."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "server.log"), name], cwd=Path(__file__).parents[1]
        )
        for name in ("a", "b")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    files = [path for path in tmp_path.glob("server.log*") if path.suffix != ".lock"]
    assert len(files) > 2
    written = [(line["logger"], int(line["message"])) for file in files for line in lines(file)]
    assert sorted(written) == [(name, n) for name in ("a", "b") for n in range(300)]


def test_a_file_that_cannot_be_written_is_a_sentence(started: Started, tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        started(name="nowhere/server.log")
    assert str(refused.value) == (
        f"LOG_FILE is 'nowhere/server.log'; {tmp_path}/nowhere/server.log cannot be written (No such file or directory)."
    )


def test_a_disk_that_is_full_costs_the_lines_and_says_so_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """/dev/full refuses every byte, as a full disk does."""
    (tmp_path / "server.log").symlink_to("/dev/full")
    handler = logs.ToFile(tmp_path / "server.log")
    for _ in range(2):
        handler.handle(logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "HS-1"}))
    with pytest.raises(OSError, match="No space left"):
        handler.close()
    assert capsys.readouterr().err == "The log cannot be written (OSError).\n"
