"""The application for a WSGI server in a checkout, and the one that `flask` finds there."""

from cm_tracker.wsgi import app

__all__ = ["app"]
