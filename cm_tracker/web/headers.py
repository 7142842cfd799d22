"""What every answer carries: a strict content policy, and nothing kept behind."""

from flask import Flask, Response, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint == "prizes.show_picture" and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=86400, immutable"  # its name is its digest
    elif request.endpoint in ("static", "bootstrap.static"):
        response.headers["Cache-Control"] = "public, max-age=3600"
    else:
        # The back button of a shared machine must not bring a person's page back.
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure or current_app.config["HTTPS_ONLY"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def init_app(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(_guard)
