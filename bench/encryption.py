"""What it costs pages that names are encrypted and looks are noted, and a search among 10,000 clients, in one run.

One process on SQLite, and two databases with the same clinic: 500 clients who are expected today, and 9,500 more. In the
one the columns hold what was typed, and a search compares a text that is stored with each client, as it was before; the
other is as the program makes it. The first does not note who looked, either; `bench.viewings` measures that alone, and
with the thread that writes. Pages of both follow one another, and the medians of the processor's time count. Names that
were read before are kept in memory; `first` is a page for which none is kept yet. It exits with 1 when a bound is missed.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert, literal_column, text

from bench.day import fill, hidden, sign_in
from cm_tracker import clock, create_app
from cm_tracker.db import db, make_database, table
from cm_tracker.domain.clients.codes import plain, search_words
from cm_tracker.domain.clients.pieces import name_pieces
from cm_tracker.encryption import NAME_INDEX, DataKeys, bind_keys
from cm_tracker.models import Client, ClientToken
from cm_tracker.queries.clients import clients
from cm_tracker.web import viewings

PAIRS, MORE = 60, 9_500
MOST_SLOWER, SEARCH_MS = 1.10, 60
PAGE_PATHS = {
    "the first page": "/",
    "a client's page": "/clients/60",
    "the client list": "/clients",
}
# A search is posted.
SEARCHES = {
    "search a name": "rosalind",
    "three letters": "mar",
    "one letter": "m",
    "two words": "garcia lu",
    "a part of a code": "s-10",
}
FIRST = [
    "Maria",
    "José",
    "Rosalind",
    "Kim",
    "Dolores",
    "Mary-Ann",
    "Luis",
    "Aisha",
    "Nia",
    "Tom",
    "Omar",
    "Jennifer",
    "Carlos",
    "Linda",
    "David",
    "Fatima",
    "James",
    "Sofía",
    "Robert",
    "Patricia",
    "John",
    "Barbara",
    "Elena",
    "William",
    "Susan",
    "Hector",
    "Jessica",
    "Thomas",
    "Karen",
    "Diego",
    "Nancy",
    "Lisa",
    "Betty",
    "Ahmed",
    "Sandra",
    "Ashley",
    "Kevin",
    "Emily",
    "Brian",
    "Donna",
    "Michelle",
]
LAST = [
    "Smith",
    "García",
    "O’Brien",
    "Nguyen",
    "Martin",
    "Lee",
    "Kowalski",
    "Washington",
    "Diaz",
    "Brown",
    "Ortega",
    "Johnson",
    "Williams",
    "Jones",
    "Davis",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "White",
    "Harris",
    "Clark",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
    "Allen",
    "King",
]

Fetch = Callable[[], int]


class NoKeys(DataKeys):
    """Keys that encrypt nothing."""

    def encrypt(self, text: str | bytes) -> str:
        """Return the text itself."""
        return text.decode("latin-1") if isinstance(text, bytes) else text

    def decrypt(self, token: str) -> str:
        """Return the text itself."""
        return token

    def decrypt_bytes(self, token: str | bytes) -> bytes:
        """Return the bytes themselves."""
        return token.encode("latin-1") if isinstance(token, str) else token


@contextmanager
def searching_as_before() -> Iterator[None]:
    """Let a search compare the text that was stored with each client."""
    now = clients.found_by
    clients.found_by = lambda session, actor, search: tuple(  # type: ignore[assignment]  # only here, to time the search of before
        literal_column("client.search_key").contains(word, autoescape=True) for word in search_words(search)
    )
    try:
        yield
    finally:
        clients.found_by = now


def add_clients() -> None:
    """Enter 9,500 more clients with all that a search needs."""
    session, now = db.session(), clock.now()
    keys = db.engine.dialect.cm_data_keys  # type: ignore[attr-defined]  # put there by `bind_keys`
    rows, tokens = [], []
    for number in range(MORE):
        id_, code = 10_000 + number, f"HS-{10_000 + number}"
        name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
        rows.append(
            {
                "id": id_, "code": code, "plain_code": plain(code), "preferred_name": name, "site_id": 1,
                "language": "en", "created_at": now,
            }
        )  # fmt: skip
        tokens += [{"client_id": id_, "token": one} for one in keys.newest_tokens(NAME_INDEX, name_pieces(name))]
    session.execute(insert(table(Client)), rows)
    session.execute(insert(table(ClientToken)), tokens)
    session.commit()
    session.close()


def keep_search_keys() -> None:
    """Store the text of before with each client."""
    session = db.session()
    session.execute(text("ALTER TABLE client ADD COLUMN search_key VARCHAR(300) DEFAULT '' NOT NULL"))
    for id_, code, name in session.execute(text("SELECT id, code, preferred_name FROM client")).all():
        found = {"key": f"{plain(code)} {plain(name)}", "id": id_}
        session.execute(text("UPDATE client SET search_key = :key WHERE id = :id"), found)
    session.execute(text("CREATE INDEX ix_client_before ON client (site_id, search_key)"))
    session.commit()
    session.close()


def clinic(folder: Path, keys: DataKeys) -> tuple[Flask, FlaskClient]:
    """Return a clinic whose columns are encrypted with some keys, and the browser of somebody who is signed in."""
    app = create_app(
        {
            "SECRET_KEY": "bench",
            "DATABASE_URL": f"sqlite:///{keys.path.with_suffix('.db')}",
            "DATA_KEY_FILE": str(keys.path),
            "HASH_MEMORY_KIB": 64,
            "HASH_PASSES": 1,
        }
    )
    with app.app_context():
        app.extensions["cm_data_keys"] = keys
        bind_keys(db.engine, keys)
        make_database(db.engine)
        upgrade()
        fill(app)
        add_clients()
        if isinstance(keys, NoKeys):
            keep_search_keys()
            app.after_request_funcs[None].remove(viewings._note)
    return app, sign_in(app)


def forget(keys: DataKeys) -> None:
    """Forget what was decrypted before."""
    loaded: Any = keys._loaded
    loaded.text.cache_clear()


def fetching(browser: FlaskClient, path: str, search: str | None) -> Fetch:
    """Return a function that fetches a page, or posts a search."""
    if search is None:
        return lambda: browser.get(path).status_code
    token = hidden(browser.get(path).get_data(as_text=True))["csrf_token"]
    return lambda: browser.post(path, data={"csrf_token": token, "q": search}).status_code


def timed(fetch: Fetch) -> float:
    """Return the milliseconds of a page."""
    began = process_time()
    assert fetch() == 200
    return (process_time() - began) * 1000


def compared(ours: Fetch, bare: Fetch, keys: DataKeys) -> tuple[float, float, float]:
    """Return the median milliseconds of a page, of one for which nothing is kept, and of one without both."""
    times: list[list[float]] = [[], [], []]
    for _ in range(PAIRS):
        times[0].append(timed(ours))
        with searching_as_before():
            times[2].append(timed(bare))
    for _ in range(PAIRS // 4):
        forget(keys)
        times[1].append(timed(ours))
    found, new, without = map(statistics.median, times)
    return found, new, without


def main() -> int:
    """Print pages and searches with and without. Return the exit code."""
    is_good = True
    with tempfile.TemporaryDirectory() as name:
        keys = DataKeys(Path(name) / "ours.key")
        _, ours = clinic(Path(name), keys)
        _, bare = clinic(Path(name), NoKeys(Path(name) / "bare.key"))
        tasks = [(title, path, None) for title, path in PAGE_PATHS.items()]
        for title, path, search in [*tasks, *((title, "/clients", words) for title, words in SEARCHES.items())]:
            found, new, without = compared(fetching(ours, path, search), fetching(bare, path, search), keys)
            ratio, is_page = found / without, search is None
            bound = f"{ratio:.3f} times, at most {MOST_SLOWER:.2f}" if is_page else f"at most {SEARCH_MS} ms"
            is_good &= ratio <= MOST_SLOWER if is_page else found <= SEARCH_MS
            print(f"{title:16} {found:7.2f} ms (first {new:7.2f}), without {without:7.2f} ms: {bound}")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
