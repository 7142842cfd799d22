"""Files of keys: made whole and once, also by several at the same time."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cm_tracker.key_files import append_line, make_key


def test_of_several_who_make_a_key_one_is_first_and_nobody_changes_its_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secrets.key"

    def make(number: int) -> bytes:
        make_key(path, b"%d" % number * 1000)
        return path.read_bytes()

    with ThreadPoolExecutor(16) as threads:
        seen = set(threads.map(make, range(200)))
    assert seen == {path.read_bytes()} and len(path.read_bytes()) in (1000, 2000, 3000)
    assert [one.name for one in path.parent.iterdir()] == ["secrets.key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_line_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "former.keys"
    append_line(path, "one")
    append_line(path, "other")
    assert path.read_text() == "one\nother\n" and stat.S_IMODE(path.stat().st_mode) == 0o600
