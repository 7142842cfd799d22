"""The second factor on the command line, and the one of the demonstration."""

from pathlib import Path

import pytest
from flask import Flask

from cm_tracker.cli.demo.factors import SECRET, second_factor
from cm_tracker.db import db
from cm_tracker.queries.staff.factors import factors_of
from cm_tracker.secret_box import SecretBox
from tests import cast
from tests.authenticator import with_app
from tests.cli.conftest import runner


def test_a_command_takes_away_the_second_factor_of_the_only_admin(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        with_app(db.session(), SecretBox(tmp_path), cast.sam)
    result = runner(app)("staff", "recover", "Sam")
    assert (result.exit_code, result.stdout) == (
        0, "The second factor of sam is taken away. The audit trail says so, and the leads are told.\n",
    )  # fmt: skip
    with app.app_context():
        assert not factors_of(db.session(), cast.SAM).has_any


@pytest.mark.parametrize(
    ("username", "says"), [("sam", "This account has no second factor."), ("nobody", "There is no account 'nobody'.")]
)
def test_it_says_where_there_is_nothing_to_take_away(app: Flask, username: str, says: str) -> None:
    result = runner(app)("staff", "recover", username)
    assert (result.exit_code, result.stderr) == (2, f"{says}\n")


def test_an_account_of_the_demonstration_has_one_to_try(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        second_factor(cast.NOW, tmp_path, {"tess": cast.leo})
        assert factors_of(db.session(), cast.LEO).app_since is not None
    # As README.md prints it.
    assert SECRET == "DEMONSTRATIONONLYTESSTESSTESS234"
