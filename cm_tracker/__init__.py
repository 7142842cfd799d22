"""The contingency management tracker.

`domain` decides, `operations` write, `queries` read, `web` and `cli` translate. Read
docs/architecture.md first. The docstring of each package says what it contains.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from cm_tracker import cli, config, i18n, web
from cm_tracker.db import db as database  # `cm_tracker.db` stays the module
from cm_tracker.encryption import FILE as DATA_KEY
from cm_tracker.encryption import DataKeys, bind_keys
from cm_tracker.faults import told
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.replica import BIND

migrate = Migrate()


class Application(Flask):
    """A Flask application whose log never gets the message of an exception (see `faults`)."""

    def log_exception(self, exc_info: Any) -> None:
        """Log a fault of a page."""
        self.logger.error("A fault at %s: %s", request.endpoint, told(exc_info[1]))


def create_app(overrides: Mapping[str, Any] | None = None, *, instance: Path | None = None) -> Flask:
    """Return the application, with its settings from the environment and the instance folder.

    `overrides` replace settings; tests use them. `instance` is the folder that somebody named on the command line. Raise
    `BadSettings` where a setting cannot be used, or where no instance folder is named.
    """
    instance = config.instance_folder(instance)
    app = Application(
        "cm_tracker",
        instance_path=str(instance),
        template_folder=str(_beside("templates")),
        static_folder=str(_beside("static")),
    )
    app.config.update(config.read(instance))
    app.config.update(overrides or {})
    app.config["SQLALCHEMY_DATABASE_URI"] = config.driver_url(app.config["DATABASE_URL"])
    # The parameters of a statement may be names and notes of people. They must not get into a log with an error.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    if app.config["READ_DATABASE_URL"]:
        copy = {"url": config.driver_url(app.config["READ_DATABASE_URL"]), "hide_parameters": True}
        app.config["SQLALCHEMY_BINDS"] = {BIND: copy}
    # `cm-tracker demo` creates an application for its own database, and its module cannot import this one.
    app.extensions["cm_create_app"] = partial(create_app, instance=instance)
    database.init_app(app)
    keys = DataKeys(instance / (app.config["DATA_KEY_FILE"] or DATA_KEY))
    app.extensions["cm_data_keys"] = keys
    with app.app_context():
        for engine in database.engines.values():
            bind_keys(engine, keys)
    migrate.init_app(app, database, directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)
    i18n.init_app(app, lambda: program_money(database.session()).currency)
    web.init_app(app)
    cli.init_app(app)
    if app.config["TRUSTED_PROXIES"]:
        # The address alone: guesses at a password are counted for it.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask advises
            app.wsgi_app, x_for=app.config["TRUSTED_PROXIES"], x_proto=0, x_host=0
        )
    return app


def _beside(name: str) -> Path:
    """Return a top-level folder of the checkout, or the package's own folder of that name in an installed wheel."""
    return (config.checkout() or Path(__file__).resolve().parent) / name
