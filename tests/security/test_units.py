"""The units of systemd and the settings of `deploy/`: hardened, and of this program."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cm_tracker.config import SETTINGS

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.mark.parametrize("unit", ["cm-tracker.service", "cm-tracker-nightly.service"])
def test_systemd_rates_the_exposure_of_a_unit_below_two(unit: str) -> None:
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd-analyze is missing: python -m tests.deployment"
    answer = subprocess.run(
        [program, "security", "--offline=true", "--threshold=19", "--no-pager", str(DEPLOY / unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout[-300:] + answer.stderr
    said = re.search(r"Overall exposure level for .*: ([\d.]+)", answer.stdout)
    assert said is not None and float(said[1]) < 2


def test_the_environment_names_settings_of_the_program_alone() -> None:
    lines = (DEPLOY / "cm-tracker.env").read_text(encoding="utf-8").splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert names <= {"INSTANCE_PATH", *(setting.name for setting in SETTINGS)}
