"""Pages: parse, allow, call one operation or query, answer. Nothing is decided or read here.

`blueprints` lists all groups of pages. `access` holds the permission that every route must name, `headers`
what every response carries, `refusals` the page that a refused request ends in.
"""

from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from cm_tracker import labels
from cm_tracker.db import db, end_reading
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.forms.base import control_attributes
from cm_tracker.forms.visits import visits as visit_forms
from cm_tracker.web import access, headers, navigation, refusals
from cm_tracker.web.blueprints import BLUEPRINTS

MOST_BYTES_SENT = 1024 * 1024
# A telephone's picture may be larger than what is kept, and then the form says so.
MOST_BYTES_OF_A_PICTURE = 24 * MOST_BYTES_SENT


class RowId(IntegerConverter):
    """An id in a URL: a whole number that a database can hold; anything else is a page that is not there."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=2**63 - 1)


def init_app(app: Flask) -> None:
    """Register every blueprint on the app, and the rules that hold for all pages."""
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=MOST_BYTES_SENT,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["HTTPS_ONLY"],
        SESSION_COOKIE_NAME="cm_session",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.url_map.converters["id"] = RowId
    # The words of the visit forms, for every page that shows what was seen at a visit, and of the ledger's kinds.
    app.jinja_env.globals["named"] = {
        "excuses": visit_forms.EXCUSES,
        "specimens": visit_forms.SPECIMENS,
        "temperatures": visit_forms.TEMPERATURES,
        "analyte": visit_forms.label_of,
        "transaction_kinds": KINDS,
    }
    app.jinja_env.globals.update(labels=labels, control_attributes=control_attributes)
    app.jinja_env.filters.update(
        amount=labels.counting.amount, counted=labels.counting.counted, plural=labels.counting.plural,
        signed=labels.counting.signed, tier_name=labels.counting.tier_name,
    )  # fmt: skip
    Bootstrap5(app)

    @app.before_request
    def take_pictures() -> None:
        if request.endpoint in ("prizes.new", "prizes.edit"):
            request.max_content_length = MOST_BYTES_OF_A_PICTURE

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if error is None and db.session.registry.has():
            end_reading(db.session())

    CSRFProtect(app)
    access.init_app(app)
    headers.init_app(app)
    navigation.init_app(app)
    refusals.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
