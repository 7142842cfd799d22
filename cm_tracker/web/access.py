"""Who may open which page: denied unless the route says otherwise.

Every view carries a rule, written above it with `@allow(...)`: a permission of `domain.roles`, `PUBLIC`
for the few pages before signing in, `KIOSK` for the kiosk's own. A view without a rule is refused,
and a test finds it. The kiosk's cookie opens nothing of the staff's, and the other way round.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.staff.roles import Actor, may
from cm_tracker.i18n import day, moment
from cm_tracker.operations.staff.touch_session import touch_session
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.staff.sites import zone_of_list
from cm_tracker.queries.staff.staff import SignedIn, signed_in

PUBLIC = "public"
KIOSK = "kiosk"
# The package's own stylesheets and icons; they say nothing about anybody.
OPEN_ENDPOINTS = frozenset({"static", "bootstrap.static"})
TOUCH_EVERY = timedelta(minutes=1)

View = TypeVar("View", bound=Callable[..., Any])


def allow(permission: str) -> Callable[[View], View]:
    """The rule of a view."""

    def mark(view: View) -> View:
        # A function may carry attributes; its type does not know of ours.
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


class Member(UserMixin):
    """The person who is signed in, as flask-login wants to see them; the id is the session's token."""

    def __init__(self, token: str, person: SignedIn) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        """The token that the signed cookie holds."""
        return self.token

    @cached_property
    def time_zone(self) -> str:
        """For templates: the zone of every time in a list of this person's sites. Most pages need none."""
        return zone_of_list(db.session(), self.person.actor)

    def moment(self, at: datetime) -> str:
        """For templates: one instant in the time of this person's sites; where they have several zones, in UTC."""
        return moment(at, self.time_zone) + (" UTC" if self.time_zone == "UTC" else "")

    def day(self, at: datetime) -> str:
        """For templates: the day of an instant in the time of this person's sites."""
        return day(clock.day_at(at, self.time_zone))

    def may(self, permission: str) -> bool:
        """For templates: whether to show a link."""
        return may(self.person.role, permission)


def actor() -> Actor:
    """Who acts in this request."""
    found: Actor = current_user.person.actor
    return found


def hasher() -> Hasher:
    """The installation's password hashing."""
    found: Hasher = current_app.extensions["cm_hasher"]
    return found


def limit() -> Limit:
    """The installation's limit for failed tries."""
    config = current_app.config
    return Limit(config["PASSWORD_TRIES"], timedelta(minutes=config["PASSWORD_WAIT_MINUTES"]))


def load_member(token: str) -> Member | None:
    now = clock.now()
    person = signed_in(db.session(), token, now, timedelta(minutes=current_app.config["IDLE_MINUTES"]))
    if person is None:
        return None
    # A page that looks on by itself is nobody at the screen.
    if now - person.seen_at > TOUCH_EVERY and "X-Poll" not in request.headers:
        touch_session(db.session(), token=token, now=now)
    return Member(token, person)


def _deny_by_default() -> Any:
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such page: the answer is 404 for everybody
    permission = getattr(view, "access", None)
    if permission is None:
        abort(403)
    if permission in (PUBLIC, KIOSK):
        return None
    if not current_user.is_authenticated:
        session.pop("_flashes", None)
        back = request.path if request.method == "GET" else None
        return redirect(url_for("start.sign_in", next=back if back != "/" else None))
    if not current_user.may(permission):
        raise NotAllowed(role=current_user.person.role)
    return None


def init_app(app: Flask) -> None:
    """Set sign-in and the default refusal up on the app."""
    login = LoginManager()
    login.session_protection = None
    login.user_loader(load_member)
    login.init_app(app)
    app.extensions["cm_hasher"] = Hasher(app.config["HASH_MEMORY_KIB"], app.config["HASH_PASSES"])
    app.before_request(_deny_by_default)
