"""The application for a WSGI server, and the one that `flask` commands find."""

import click

from cm_tracker import create_app
from cm_tracker.config import BadSettings
from cm_tracker.ready import check_ready

try:
    app = create_app()
    # Commands must work before there is a secret (`flask init` makes it); serving must not.
    _command = click.get_current_context(silent=True)
    if _command is None or _command.info_name == "run":
        check_ready(app)
except (BadSettings, RuntimeError) as error:
    raise SystemExit(f"{error}") from None
