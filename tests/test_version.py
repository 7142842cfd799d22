"""Which version the program says it is."""

from configparser import ConfigParser
from pathlib import Path

from cm_tracker.version import VERSION


def test_a_checkout_says_what_its_own_file_says() -> None:
    read = ConfigParser()
    read.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")
    assert read["metadata"]["version"] == VERSION
