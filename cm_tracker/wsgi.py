"""The application for a WSGI server such as gunicorn: `cm_tracker.wsgi:app`."""

from pathlib import Path

import click

from cm_tracker import collector, create_app, logs
from cm_tracker.config import BadSettings
from cm_tracker.ready import check_ready

try:
    app = create_app()
    # `flask` imports this, too. Its commands must work before there is a secret, which `init` makes; serving must not.
    _command = click.get_current_context(silent=True)
    if _command is None or _command.info_name == "run":
        logs.start(app.config, Path(app.instance_path))
        check_ready(app)
        collector.leave_what_stays()
except (BadSettings, RuntimeError) as error:
    raise SystemExit(f"{error}") from None
