"""The pages. A view parses the request, checks a permission, calls one operation or query, and returns a response.

Views decide nothing and send no SQL. `blueprints` lists all blueprints. `access` checks the permission that every
route must name, `headers` sets the security headers, `static_files` serves stylesheets, scripts and drawings, `refusals` renders the page for a refused request, and
`viewings` notes who looked at which record.
"""

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from cm_tracker import (
    draw_sentences,
    kiosk_history_sentences,
    kiosk_sentences,
    labels,
    sentences,
    statement_sentences,
)
from cm_tracker.db import db, end_reading
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.domain.schedules.analytes import ANALYTES
from cm_tracker.forms.base import control_attributes
from cm_tracker.forms.visits import visits as visit_forms
from cm_tracker.version import VERSION
from cm_tracker.web import (
    access,
    headers,
    kept_forms,
    metrics,
    navigation,
    papers,
    practice,
    refusals,
    request_log,
    static_files,
    viewings,
    whole_requests,
)
from cm_tracker.web.blueprints import BLUEPRINTS
from cm_tracker.web.kiosk import visitors
from cm_tracker.web.last_resort import LastResort

MAX_REQUEST_BYTES = 1024 * 1024
# A phone's photo may be larger than the 5 MB that the form accepts, and a table than 20 MB. It must still arrive, so that
# the form can say so.
MAX_FILE_REQUEST_BYTES = 24 * MAX_REQUEST_BYTES


class RowId(IntegerConverter):
    """An id in a URL: a whole number that fits a database column. Any other text in its place is a 404."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=2**63 - 1)


def init_app(app: Flask) -> None:
    """Register every blueprint on the app, and the rules for all pages."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["HTTPS_ONLY"],
        # With this prefix a browser takes the cookie only over https, from this host alone and for all of its paths.
        SESSION_COOKIE_NAME="__Host-cm_session" if app.config["HTTPS_ONLY"] else "cm_session",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.url_map.converters["id"] = RowId
    # Pages that show a visit use the same words as the visit forms.
    app.jinja_env.globals["named"] = {
        "excuses": visit_forms.EXCUSES,
        "specimens": visit_forms.SPECIMENS,
        "temperatures": visit_forms.TEMPERATURES,
        "analyte": labels.analytes.title,
        "analytes": ANALYTES,
        "transaction_kinds": KINDS,
    }
    app.jinja_env.globals.update(
        labels=labels,
        sentences=sentences,
        draw_sentences=draw_sentences,
        kiosk_history_sentences=kiosk_history_sentences,
        statement_sentences=statement_sentences,
        kiosk_sentences=kiosk_sentences,
        program_version=VERSION,
        control_attributes=control_attributes,
    )
    app.jinja_env.filters.update(
        amount=labels.counting.amount, counted=labels.counting.counted, plural=labels.counting.plural,
        signed=labels.counting.signed, tier_name=labels.counting.tier_name, points_and_money=sentences.points_and_money,
    )  # fmt: skip

    # The wrappers of the application: the innermost is the first one here.
    app.wsgi_app = LastResort(app.wsgi_app, app.logger)  # type: ignore[method-assign]  # as Flask advises
    request_log.init_app(app)
    metrics.init_app(app)
    whole_requests.init_app(app)

    @app.before_request
    def allow_large_files() -> None:
        if request.endpoint in refusals.WITH_PICTURE + refusals.WITH_TABLE:
            request.max_content_length = MAX_FILE_REQUEST_BYTES

    @app.teardown_request
    def end_transaction(error: BaseException | None) -> None:
        if error is None and db.session.registry.has():
            end_reading(db.session())

    CSRFProtect(app)
    access.init_app(app)
    kept_forms.init_app(app)
    headers.init_app(app)
    navigation.init_app(app)
    papers.init_app(app)
    practice.init_app(app)
    refusals.init_app(app)
    static_files.init_app(app)
    visitors.init_app(app)
    viewings.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
