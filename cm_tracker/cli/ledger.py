"""`cm-tracker ledger`: verify the ledger, take checkpoints, and export it."""

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from cm_tracker import clock
from cm_tracker.cli.clinic import fail, need_tables
from cm_tracker.db import db, snapshot
from cm_tracker.domain.errors import BadInput, KeyMissing, LedgerInDoubt, Refused
from cm_tracker.domain.ledger.checkpoints import SavedCheckpoint, SignedCheckpoint, parse_saved_checkpoint
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.audit.erase_note import erase_note
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.operations.visits.recalculate_enrollment import recalculate_enrollment
from cm_tracker.queries.clients.enrollments import enrollment_ids
from cm_tracker.queries.ledger.checkpoints import checkpoint_keys, newest_checkpoint
from cm_tracker.queries.ledger.export import export_lines, trail_lines
from cm_tracker.queries.ledger.findings import OUTSIDE, Verification
from cm_tracker.queries.ledger.notes import notes_beginning
from cm_tracker.queries.ledger.verify import LEVELS, verify_ledger
from cm_tracker.signing import FORMER, LostKey, Signer, Verifier, replace_lost_key, signer


@click.group(cls=AppGroup)
def ledger() -> None:
    """Verify the ledger, take checkpoints, and export it."""


@ledger.command()
@click.option("--level", type=click.IntRange(min(LEVELS), max(LEVELS)), default=max(LEVELS), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--since", metavar="CHECKPOINT", help="Start from a checkpoint that you trust: its file, or the word newest."
)
@click.option(
    "--against", type=click.Path(path_type=Path), multiple=True, help="Compare a checkpoint that was kept elsewhere."
)
@click.option("--public-key", help="Use a public key that was kept elsewhere, not this machine's.")
def verify(level: int, as_json: bool, since: str | None, against: tuple[Path, ...], public_key: str | None) -> None:
    """Verify the ledger. The exit status is 0 only if there is no finding.

    It writes nothing. `cm-tracker nightly` also saves the report.
    """
    need_tables()
    try:
        verifier = Verifier.of(public_key) if public_key else _signer()
        start = _since(since)
        saved = tuple(parse_saved_checkpoint(_text_of(path)) for path in against)
    except BadInput as error:
        fail(str(error))
    verification = verify_now(level, verifier, since=start, against=saved, is_quiet=as_json)
    if as_json:
        click.echo(json.dumps(_as_json(verification)))
    else:
        print_verification(verification)
    if not verification.ok:
        click.echo(
            "Nothing was written. cm-tracker ledger nightly verifies and stops all recording until an admin has looked.",
            err=True,
        )
    sys.exit(0 if verification.ok else 1)


@ledger.command()
def checkpoint() -> None:
    """Take a signed checkpoint and print it. Keep it where nobody here can change it."""
    key = _signer()
    try:
        note = take_checkpoint(db.session(), signer=key, actor=command(), now=clock.now())
    except LedgerInDoubt:
        fail(
            "The ledger did not verify, so no checkpoint is signed until an admin has looked. Sign in and open Ledger, "
            "Verify the ledger."
        )
    click.echo(note.note, nl=False)
    click.echo(f"\nShort code: {note.checkpoint.code}\nPublic key: {key.text}", err=True)


@ledger.command()
def key() -> None:
    """Print the public key. Keep it with the checkpoints."""
    click.echo(_signer().text)


@ledger.command()
@click.option("--public-key", help="The public key of the lost one, as cm-tracker ledger key printed it.")
@click.confirmation_option(prompt="Is checkpoint.key lost, in every backup?")
def rekey(public_key: str | None) -> None:
    """Make a new checkpoint.key where the old one is lost for ever. The old checkpoints stay valid.

    Without the old public key, their signatures cannot be checked any more.
    """
    need_tables()
    names = checkpoint_keys(db.session()) - {""}
    try:
        known = [Verifier.of(public_key)] if public_key else []
    except BadInput as error:
        fail(str(error))
    if known and known[0].name not in names:
        fail("This public key belongs to another key than the one that signed the checkpoints.")
    lost: list[Verifier | LostKey] = [*known, *(LostKey(name) for name in sorted(names - {key.name for key in known}))]
    try:
        key = replace_lost_key(Path(current_app.instance_path), lost, current_app.config["CHECKPOINT_KEY_FILE"])
    except FileExistsError:
        fail("checkpoint.key is there. Nothing was changed.")
    click.echo(
        f"A new key: {key.text}\nBack up checkpoint.key and {FORMER}, and say to everybody who keeps checkpoints."
    )


@ledger.command()
@click.argument("file", type=click.File("w", encoding="ascii"), default="-")
@click.option("--trail", type=click.File("w", encoding="ascii"), help="Write the audit trail into this file, too.")
def export(file: TextIO, trail: TextIO | None) -> None:
    """Write the log as JSON Lines. docs/verify_ledger.py checks the file without this program."""
    need_tables()
    with snapshot(db.engine) as session:
        for line in export_lines(session):
            file.write(line)
        for line in trail_lines(session) if trail else ():
            print(line, end="", file=trail)


@ledger.command()
@click.argument("digest")
@click.option("--reason", prompt="Why", help="Why it is erased and who asked for it. The audit trail keeps it.")
@click.confirmation_option(prompt="Nobody can bring the text back. Erase it?")
def erase(digest: str, reason: str) -> None:
    """Erase the text of a note, by the first digits of its digest, such as a finding or a receipt's record shows it.

    The audit trail says that it was erased, when and why, and a verification names it as erased.
    """
    need_tables()
    found = notes_beginning(db.session(), digest)
    if len(found) != 1:
        fail(f"{len(found)} notes have a digest that begins like this. Give more of its digits, at least eight.")
    try:
        erase_note(db.session(), digest=found[0], reason=reason, actor=command(), now=clock.now())
    except Refused as error:
        fail(str(error))
    click.echo(f"The text of the note {found[0].hex()[:16]} is erased.")


@ledger.command()
def settle() -> None:
    """Pay what the rules of this version owe for visits that an earlier version settled.

    Run it once after an update whose notes ask for it, before the next verification. A second run pays nothing.
    """
    need_tables()
    clients = points = after = 0
    while ids := enrollment_ids(db.session(), after):
        for enrollment_id in ids:
            paid = recalculate_enrollment(db.session(), enrollment_id=enrollment_id, actor=command(), now=clock.now())
            clients, points = clients + (paid != 0), points + paid
        after = ids[-1]
    click.echo(f"{points:,} points paid for {clients:,} enrollment{'' if clients == 1 else 's'}.")


def own_signer() -> Signer:
    """Return the installation's key. Raise `KeyMissing` where it is not the one that signed the checkpoints."""
    file = current_app.config["CHECKPOINT_KEY_FILE"]
    return signer(Path(current_app.instance_path), checkpoint_keys(db.session()), file)


def _signer() -> Signer:
    """Return the installation's key. Exit with a sentence where it is not the one that signed the checkpoints."""
    need_tables()
    try:
        return own_signer()
    except KeyMissing as error:
        fail(str(error))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("%(path)s cannot be read (%(kind)s).", path=str(path), kind=type(error).__name__) from None


def _since(since: str | None) -> SignedCheckpoint | None:
    if since is None:
        return None
    if since == "newest":
        note = newest_checkpoint(db.session())
        if note is None:
            raise BadInput("There is no checkpoint yet: take one with cm-tracker ledger checkpoint.")
        return note
    saved = parse_saved_checkpoint(_text_of(Path(since)))
    if saved.note is None:
        raise BadInput("A short code is not enough to start from: give the whole checkpoint.")
    return saved.note


def verify_now(
    level: int,
    verifier: Verifier,
    *,
    since: SignedCheckpoint | None = None,
    against: tuple[SavedCheckpoint, ...] = (),
    is_quiet: bool = False,
) -> Verification:
    """Verify the ledger of this database, never of a copy, up to a level, with a bar of progress at a terminal."""
    is_shown = not is_quiet and sys.stderr.isatty()
    bar = click.progressbar(length=100, label="Verifying", file=sys.stderr) if is_shown else nullcontext()
    with bar as progress_bar, snapshot(db.engine) as session:

        def show(done: float) -> None:
            if progress_bar is not None:
                progress_bar.update(int(100 * done) - progress_bar.pos)

        return verify_ledger(session, verifier=verifier, level=level, since=since, against=against, progress=show)


def _as_json(verification: Verification) -> dict[str, object]:
    return {
        "ok": verification.ok,
        "size": verification.size,
        "transactions": verification.transactions,
        "entries": verification.entries,
        "checkpoints": verification.checkpoints,
        "findings": [finding.as_json() for finding in verification.findings],
        "looked_at": [asdict(one) for one in verification.looked_at],
        "erased": [one.says for one in verification.erased],
        "outside": list(OUTSIDE),
    }


def print_verification(verification: Verification) -> None:
    """Print what a verification looked at and found: the findings on standard error."""
    for finding in verification.findings:
        where = f"seq {finding.seq}, " if finding.seq is not None else ""
        click.echo(f"level {finding.level}: {where}{finding.table}: {finding.says}", err=True)
    for leap in verification.leaps:
        click.echo(f"clock: {leap}", err=True)
    for one in verification.looked_at:
        click.echo(f"level {one.level} looked at {one.what}: {one.count:,}")
    for note in verification.erased:
        click.echo(f"erased: {note.says}")
    click.echo("No level covers:")
    for outside in OUTSIDE:
        click.echo(f"- {outside}")
    print_result(verification)


def print_result(verification: Verification) -> None:
    """Print in one line what a verification looked at, and how much it found."""
    count = len(verification.findings)
    result = f"{count:,} finding{'' if count == 1 else 's'}" if count else "no findings"
    click.echo(
        f"{verification.size:,} records, {verification.transactions:,} transactions, {verification.entries:,} entries, "
        f"{verification.checkpoints:,} checkpoints, up to level {verification.level}: {result}."
    )
