"""Who may open which page. Access is denied by default.

Every view names its rule with `@allow(...)`: a permission of `domain.staff.roles`, `PUBLIC` for the few pages that
need no sign-in, `KIOSK` for the pages of the kiosk, or `MACHINE` for what a program asks that watches this one: there no
cookie is read and no language chosen, so that it answers without a database. A view without a rule is refused, and a test finds it. The
kiosk's cookie opens no staff page, and the staff's cookie opens no kiosk page.

A page of the kiosk opens only in a browser that is paired with a site. Any other is led to the page where it is paired,
whose rule is `PAIRING`. So is a browser whose tablet was revoked. A card opens only at the tablet where it was opened.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import NotAllowed
from cm_tracker.domain.languages import STAFF_LANGUAGES
from cm_tracker.domain.staff.roles import Actor, may, sees_own_clients_first
from cm_tracker.domain.staff.second_factor import PROOF_LASTS, is_recent
from cm_tracker.domain.staff.sign_ins import sign_in_limit
from cm_tracker.forms.staff import SignInForm
from cm_tracker.i18n import day, moment, set_currency, set_language
from cm_tracker.operations.kiosk.touch_device import touch_device
from cm_tracker.operations.staff.touch_session import touch_session
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.kiosk.devices import PairedDevice, paired_device
from cm_tracker.queries.staff.sites import zone_of_list
from cm_tracker.queries.staff.staff import SignedIn, signed_in
from cm_tracker.secret_box import SecretBox
from cm_tracker.web.kept_forms import keep
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, DEVICE_COOKIE
from cm_tracker.web.proof_page import proof_form, proof_page, sign_in_page

PUBLIC = "public"
KIOSK = "kiosk"
PAIRING = "pairing"
MACHINE = "machine"
# Stylesheets, scripts and icons: they hold no personal data.
OPEN_ENDPOINTS = frozenset({"static"})
# What a session opens in which a second factor has to be set up first; the blueprint of signing out is open to everybody.
FOR_SET_UP = frozenset({"factor", "proof"})
_METHODS = frozenset({"GET", "HEAD", "POST"})
_READING = frozenset({"GET", "HEAD"})
RENEW_EVERY = timedelta(minutes=1)

View = TypeVar("View", bound=Callable[..., Any])


def allow(permission: str, *, fresh: bool = False, fresh_to_send: bool = False) -> Callable[[View], View]:
    """Return the decorator that sets the access rule of a view.

    Where it is `fresh`, the page opens only for somebody who has proved in the last minutes who they are: by signing in,
    or on the page that asks "Is it you?". It is for acts that could do much harm at a screen that somebody left. Where the
    page is also for reading, `fresh_to_send` asks only for its form.
    """

    def set_rule(view: View) -> View:
        # mypy does not know these attributes of the function.
        view.access = permission  # type: ignore[attr-defined]
        methods = _METHODS if fresh else _METHODS - _READING if fresh_to_send else frozenset()
        view.fresh = methods  # type: ignore[attr-defined]
        return view

    return set_rule


class Member(UserMixin):
    """The signed-in member of staff as a flask-login user. The id is the token of their session."""

    def __init__(self, token: str, person: SignedIn) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        """Return the token that the signed cookie holds."""
        return self.token

    @cached_property
    def time_zone(self) -> str:
        """Return the time zone for lists of this person's sites. It is queried only when a page needs it."""
        return zone_of_list(db.session(), self.person.actor)

    def moment(self, at: datetime) -> str:
        """Return an instant in the time zone of this person's sites, or in UTC where the sites have several zones."""
        return moment(at, self.time_zone) + (" UTC" if self.time_zone == "UTC" else "")

    def day(self, at: datetime) -> str:
        """Return the day of an instant in the time zone of this person's sites."""
        return day(clock.day_at(at, self.time_zone))

    @property
    def today(self) -> date:
        """Return the day that it is at this person's sites. With sites in several time zones it is the day in UTC."""
        return clock.day_at(clock.now(), self.time_zone)

    @property
    def sees_own_clients_first(self) -> bool:
        """Return whether the day begins with this person's own clients."""
        return sees_own_clients_first(self.person.roles)

    def may(self, permission: str) -> bool:
        """Return whether one of this person's roles has a permission. Templates show or hide links by it."""
        return may(self.person.roles, permission)


def actor() -> Actor:
    """Return who acts in this request."""
    current: Actor = current_user.person.actor
    return current


def hasher() -> Hasher:
    """Return the hasher for passwords and PINs, with the settings of this installation."""
    configured: Hasher = current_app.extensions["cm_hasher"]
    return configured


def secret_box() -> SecretBox:
    """Return what opens the secrets of authenticator apps, with the key in the instance folder."""
    return SecretBox(Path(current_app.instance_path))


def limit() -> Limit:
    """Return this installation's limit for PINs."""
    config = current_app.config
    return Limit(config["PASSWORD_TRIES"], timedelta(minutes=config["PASSWORD_WAIT_MINUTES"]))


def waits_of_sign_in() -> Limit:
    """Return this installation's limit for wrong passwords of an account from one source: its waits grow."""
    of_kiosk = limit()
    return sign_in_limit(of_kiosk.tries, of_kiosk.wait)


def load_member(token: str) -> Member | None:
    """Return the member of staff whose session a token opens, or None. Renew the session's idle timeout."""
    now = clock.now()
    person = signed_in(db.session(), token, now, timedelta(minutes=current_app.config["IDLE_MINUTES"]))
    if person is None:
        return None
    set_currency(person.currency)
    # A page that polls by script does not renew the session: nobody may be at the screen.
    if now - person.seen_at > RENEW_EVERY and "X-Poll" not in request.headers:
        touch_session(db.session(), token=token, now=now)
    return Member(token, person)


def device() -> PairedDevice:
    """Return the tablet from which this request of the kiosk comes."""
    paired: PairedDevice = g.device
    return paired


def device_or_none() -> PairedDevice | None:
    """Return the tablet whose cookie this request has, or None in a browser that is not paired."""
    token = request.cookies.get(DEVICE_COOKIE)
    return paired_device(db.session(), token, request.cookies.get(CARD_COOKIE, "")) if token else None


def _at_paired_device() -> Any:
    """Let a paired tablet pass. Lead another browser to the page for pairing, and a copied card to the sign-in."""
    paired = device_or_none()
    if paired is None:
        return redirect(url_for("kiosk_pairing.pair"), 303)
    if paired.has_foreign_card:
        answer = redirect(url_for("kiosk.start"), 303)
        answer.delete_cookie(CARD_COOKIE, path="/kiosk")
        return answer
    g.device = paired
    now = clock.now()
    if not timedelta(0) <= now - paired.last_seen_at <= RENEW_EVERY:
        touch_device(db.session(), device_id=paired.id, now=now)
    return None


def ask_to_sign_in(kept: str) -> tuple[str, int]:
    """Return the page for signing in again that holds a form which was not carried out."""
    return sign_in_page(SignInForm(formdata=None), kept, request.path), 401


def _use_own_language() -> None:
    """Write pages of staff in the language of whoever is signed in; before, in the one that the browser asks for."""
    if current_user.is_authenticated:
        set_language(current_user.person.language)
    else:
        asked = (code.partition("-")[0] for code in request.accept_languages.values())
        set_language(next((code for code in asked if code in STAFF_LANGUAGES), "en"))


def _deny_by_default() -> Any:
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        _use_own_language()
        return None  # no such page: Flask answers 404
    permission = getattr(view, "access", None)
    if permission is None:
        abort(403)
    if permission == MACHINE:
        return None
    if permission == KIOSK:
        return _at_paired_device()
    if permission != PAIRING:
        _use_own_language()
    if permission in (PUBLIC, PAIRING):
        return None
    if not current_user.is_authenticated:
        session.pop("_flashes", None)
        if (kept := keep()) is not None:
            return ask_to_sign_in(kept)
        return_to = request.path if request.method == "GET" else None
        return redirect(url_for("start.sign_in", next=return_to if return_to != "/" else None))
    if current_user.person.is_for_set_up and request.blueprint not in FOR_SET_UP:
        return redirect(url_for("factor.show"), 303)
    if not current_user.may(permission):
        raise NotAllowed(roles=current_user.person.roles)
    is_stale = not is_recent(current_user.person.proved_at, PROOF_LASTS, clock.now())
    if is_stale and request.method in getattr(view, "fresh", ()):
        return _ask_again()
    return None


def _ask_again() -> Any:
    """Lead to the page that asks "Is it you?", and back. What somebody typed stays; what was only pressed is not done."""
    if (kept := keep()) is not None:
        return proof_page(proof_form(), kept, request.path), 401
    own = urlsplit(request.full_path if request.method == "GET" else request.referrer or "")
    is_ours = own.netloc in ("", request.host)
    back = f"{own.path}?{own.query}".rstrip("?") if is_ours else "/"
    return redirect(url_for("proof.again", next=back, undone=None if request.method == "GET" else 1), 303)


def init_app(app: Flask) -> None:
    """Set up sign-in, and check the permission before every request."""
    login = LoginManager()
    login.session_protection = None
    login.user_loader(load_member)
    # Flask-login would read who is signed in for every page, also for the page of a failure. This one reads it where a
    # page asks for it.
    login.init_app(app, add_context_processor=False)
    app.jinja_env.globals["current_user"] = current_user
    app.extensions["cm_hasher"] = Hasher(
        app.config["HASH_MEMORY_KIB"],
        app.config["HASH_PASSES"],
        app.config["PEPPER"],
        (one.strip() for one in app.config["FORMER_PEPPERS"].split(",")),
        waiting=app.config["HASHES_WAITING"],
    )
    app.before_request(_deny_by_default)
