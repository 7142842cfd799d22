"""The headers of every response: a strict content security policy, and no caching of pages.

`static_files` says how long a browser keeps stylesheets, scripts and drawings.
"""

from flask import Flask, Response, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _set_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint == "prizes.show_picture" and response.status_code == 200:
        response.headers["Cache-Control"] = (
            "public, max-age=86400, immutable"  # the URL holds the digest of the picture
        )
    elif request.endpoint != "static" or "Cache-Control" not in response.headers:
        # On a shared computer, the back button must not show the page of the person before.
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure or current_app.config["HTTPS_ONLY"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def init_app(app: Flask) -> None:
    """Set the headers on every response."""
    app.after_request(_set_headers)
