"""Numbers for Prometheus, for whoever knows the token of the settings.

A token is asked for from everybody, also from this machine: behind a proxy every request comes from here, and no header
proves that there is no proxy. Without a token in the settings there is no such page.
"""

import hmac

from flask import Blueprint, Flask, Response, abort, current_app, request

from cm_tracker import clock
from cm_tracker.database_errors import DatabaseError, NoConnection
from cm_tracker.db import db, wait_listeners, writers_waiting
from cm_tracker.domain.health import Figures
from cm_tracker.queries.health import figures
from cm_tracker.web.access import MACHINE, allow
from cm_tracker.web.request_log import listeners

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@allow(MACHINE)
def show() -> Response:
    """Answer with every number."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        abort(404)
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(sent.strip().encode(), token.encode()):
        return Response("A token is needed.\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
    from cm_tracker import metrics

    return Response(metrics.exposition(_figures(), waiting=writers_waiting()), content_type=metrics.CONTENT_TYPE)


def _figures() -> Figures | None:
    """Return what the database knows, or None where it cannot be asked."""
    try:
        return figures(db.session(), clock.now())
    except (DatabaseError, NoConnection):
        db.session.remove()
        return None


def init_app(app: Flask) -> None:
    """Count what is to be counted, where the settings have a token. Raise `RuntimeError` if it cannot be."""
    if not app.config["METRICS_TOKEN"]:
        return
    try:
        from cm_tracker import metrics
    except ModuleNotFoundError:
        raise RuntimeError(
            "METRICS_TOKEN is set, but prometheus-client is not installed: pip install 'cm-tracker[metrics]'."
        ) from None
    except OSError as error:
        raise RuntimeError(
            f"PROMETHEUS_MULTIPROC_DIR cannot be written ({error.strerror}). Make that folder."
        ) from None
    if metrics.count_wait not in wait_listeners:
        wait_listeners.append(metrics.count_wait)
    listeners(app).append(metrics.count_request)
