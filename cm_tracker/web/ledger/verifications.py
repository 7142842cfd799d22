"""Verification of the ledger: run it, read its findings, sign a checkpoint, and compare with a saved one."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, stream_template, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db, snapshot
from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.ledger.checkpoints import parse_saved_checkpoint
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.faults import told
from cm_tracker.forms.base import Form
from cm_tracker.forms.ledger.ledger import CompareForm, ReleaseForm
from cm_tracker.i18n import gettext
from cm_tracker.operations.ledger.release_ledger import release_ledger
from cm_tracker.operations.ledger.save_verification import save_verification
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.ledger.checkpoints import checkpoint_keys, newest_checkpoint
from cm_tracker.queries.ledger.findings import Finding, Verification
from cm_tracker.queries.ledger.records import records_at_sites
from cm_tracker.queries.ledger.verifications import ledger_check, ledger_checks
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.staff.duties import duties_not_kept
from cm_tracker.signing import Signer, signer
from cm_tracker.web.access import actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.qr_codes import qr_code
from cm_tracker.web.record_pages import record_url

blueprint = Blueprint("checks", __name__, url_prefix="/ledger")

# The progress bar of a running verification has this many ticks.
TICKS = 40
# The page of a verification lists at most this many findings.
MOST_SHOWN = 200


@blueprint.get("/checks")
@allow("ledger:verify")
def index() -> str:
    """List the verifications so far, and offer to run another one."""
    checks = ledger_checks(db.session())
    return render_template(
        "ledger/verifications.html",
        checks=checks,
        open_check=next((check for check in checks if check.is_open), None),
        newest=newest_checkpoint(db.session()),
        form=Form(),
    )


@blueprint.post("/checks")
@allow("ledger:verify")
def run() -> Any:
    """Run a verification at all levels. The page is streamed: it shows the progress and ends with the result."""
    form = Form()
    if not form.validate_on_submit():
        return redirect(url_for("checks.index"), 303)
    # Only one runs at a time, because each one reads the whole ledger and holds a database connection.
    if not _running.acquire(blocking=False):
        flash(gettext("A verification is already running. Its result is listed here when it is done."))
        return redirect(url_for("checks.index"), 303)
    return current_app.response_class(
        stream_template("ledger/verifying.html", steps=_steps(actor()), ticks=TICKS),
        mimetype="text/html",
        # A proxy hands the page on while it grows.
        headers={"X-Accel-Buffering": "no"},
    )


_running = threading.Lock()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a running verification: ticks to add to the progress bar, at the end the id of the saved result."""

    ticks: int = 0
    check_id: int | None = None
    findings: int = 0
    is_broken: bool = False

    @property
    def is_last(self) -> bool:
        """Return whether the verification has ended, with a result or without one."""
        return self.check_id is not None or self.is_broken


def _steps(who: Actor) -> Iterator[Step]:
    """Run the verification in a thread, so that its result is saved even if the page is closed. Yield its steps."""
    # The thread needs the application itself, not the proxy of this request.
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    steps: queue.Queue[Step] = queue.Queue()

    def work() -> None:
        shown = 0

        def progress(done: float) -> None:
            nonlocal shown
            now = int(done * TICKS)
            if now > shown:
                steps.put(Step(ticks=now - shown))
                shown = now

        with app.app_context():
            try:
                with snapshot(db.engine) as session:
                    verification = verify_ledger(session, verifier=_signer(), progress=progress)
                check_id = save_verification(db.session(), verification=verification, actor=who, now=clock.now())
                last = Step(ticks=TICKS - shown, check_id=check_id, findings=len(verification.findings))
            # On any error the waiting page must end with a sentence.
            except Exception as error:
                app.logger.error("The verification broke off: %s", told(error))
                last = Step(is_broken=True)
            finally:
                db.session.remove()
                _running.release()
        steps.put(last)

    def watch() -> Iterator[Step]:
        while True:
            step = steps.get()
            yield step
            if step.is_last:
                return

    threading.Thread(target=work, name="verify", daemon=True).start()
    return watch()


@blueprint.route("/checks/<id:check_id>", methods=["GET", "POST"])
@allow("ledger:verify", fresh_to_send=True)
def show(check_id: int) -> str | Response | tuple[str, int]:
    """Show the findings of a verification. After findings, an admin unlocks recording here."""
    report = ledger_check(db.session(), check_id)
    form = ReleaseForm()
    released = attempt(
        form,
        lambda: release_ledger(
            db.session(), check_id=check_id, reason=form.reason.data, actor=actor(), now=clock.now()
        ),
    )
    if released is not None:
        flash(gettext("Recording is unlocked."))
        return redirect(url_for("checks.show", check_id=check_id), 303)
    page = render_template(
        "ledger/verification.html",
        report=report,
        links=_links(report.findings),
        form=form,
        duties=duties_not_kept(db.session(), actor()),
    )
    return page, status_of(form)


def _links(findings: Sequence[Finding]) -> dict[str, str]:
    """Return the URL of each record that a finding names and that the reader may open."""
    named = {finding.record for finding in findings[:MOST_SHOWN] if finding.record}
    links = {}
    for record in records_at_sites(db.session(), actor(), named):
        kind, _, number = record.partition(":")
        if url := record_url(kind, int(number)):
            links[record] = url
    return links


@blueprint.route("/checkpoint", methods=["GET", "POST"])
@allow("ledger:verify")
def checkpoint() -> str | Response:
    """Show the newest checkpoint to print and keep elsewhere. A POST signs a new one."""
    form = Form()
    signed = attempt(form, lambda: take_checkpoint(db.session(), signer=_signer(), actor=actor(), now=clock.now()))
    if signed is not None:
        return redirect(url_for("checks.checkpoint"), 303)
    note = newest_checkpoint(db.session())
    return render_template(
        "ledger/checkpoint.html", note=note, qr=qr_code(note.note) if note else "", key=_signer().text, form=form
    )


@blueprint.route("/compare", methods=["GET", "POST"])
@allow("ledger:verify")
def compare() -> str | tuple[str, int]:
    """Compare the ledger with a checkpoint that was kept elsewhere."""
    form = CompareForm()
    verification: Verification | None = attempt(form, lambda: _compare(form.kept.data))
    # A short code has no signature, so a mismatch may be only a typing error.
    is_only_code = (
        verification is not None
        and parse_saved_checkpoint(form.kept.data).note is None
        and {finding.table for finding in verification.findings} == {"checkpoint"}
    )
    page = render_template("ledger/compare.html", form=form, verification=verification, is_only_code=is_only_code)
    return page, 200 if verification else status_of(form)


def _compare(text: str) -> Verification:
    saved_checkpoint = parse_saved_checkpoint(text)
    if not _running.acquire(blocking=False):
        raise BadInput("A verification is running. Compare when it has finished.", "kept")
    try:
        with snapshot(db.engine) as session:
            return verify_ledger(session, verifier=_signer(), level=2, against=(saved_checkpoint,))
    finally:
        _running.release()


def _signer() -> Signer:
    file = current_app.config["CHECKPOINT_KEY_FILE"]
    return signer(Path(current_app.instance_path), checkpoint_keys(db.session()), file)
